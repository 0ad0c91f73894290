-- How full everything is, for the metrics. ARGV: queue, number of its lists of messages, each list,
-- queue, … Gives JSON.
local time = now()
local seen = {
  tenants = {}, queued = {}, oldest_seconds = {}, messages = {}, workers = {}, running = 0,
  in_flight = redis.call('ZCARD', 'vouch:flight'),
  calls = redis.call('ZCARD', 'vouch:calls'),
  calls_overdue_seconds = 0,
  unswept = redis.call('ZCOUNT', 'vouch:expiry', '-inf', whole(time)),
}
for _, name in pairs(PRIORITY) do seen.queued[name], seen.oldest_seconds[name] = 0, 0 end
for _, tenant in ipairs(redis.call('ZRANGE', 'vouch:turns', 0, -1)) do
  local key = line_key(tenant)
  local waiting = redis.call('ZCARD', key)
  if waiting > 0 then seen.tenants[tenant] = waiting end
  for rank, name in pairs(PRIORITY) do
    local low, high = whole(tonumber(rank) * 1e13), '(' .. whole((tonumber(rank) + 1) * 1e13)
    local first = redis.call('ZRANGEBYSCORE', key, low, high, 'LIMIT', 0, 1)
    if first[1] then
      local waited = (time - tonumber(string.sub(first[1], 1, 12), 16)) / 1000
      seen.queued[name] = seen.queued[name] + redis.call('ZCOUNT', key, low, high)
      seen.oldest_seconds[name] = math.max(seen.oldest_seconds[name], waited)
    end
  end
end
for _, member in ipairs(redis.call('ZRANGE', 'vouch:flight', 0, -1)) do
  if redis.call('HGET', job_key(string.sub(member, 1, 32)), 'held') == '1' then
    seen.running = seen.running + 1
  end
end
local call = redis.call('ZRANGE', 'vouch:calls', 0, 0, 'WITHSCORES')
if call[1] then seen.calls_overdue_seconds = math.max(0, time - tonumber(call[2])) / 1000 end
local reaped = redis.call('GET', 'vouch:reaped')
if reaped then seen.reaped_seconds_ago = math.max(0, time - tonumber(reaped)) / 1000 end
local at = 1
while ARGV[at] do
  local queue, lists = ARGV[at], tonumber(ARGV[at + 1])
  seen.workers[queue], seen.messages[queue] = live(queue, time), 0
  for list = at + 2, at + 1 + lists do
    seen.messages[queue] = seen.messages[queue] + redis.call('LLEN', ARGV[list])
  end
  at = at + 2 + lists
end
return cjson.encode(seen)
