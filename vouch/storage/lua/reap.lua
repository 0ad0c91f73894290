-- What nobody works on any more is begun again, what nobody began is asked for again, and what there
-- is room for is admitted. ARGV: lease ms, most failures, jobs a worker, overdue ms, error, at most.
-- Gives the number of leases that ran out, then tickets.
local lease, most = tonumber(ARGV[1]), tonumber(ARGV[2])
local per_worker, overdue = tonumber(ARGV[3]), tonumber(ARGV[4])
local time, reaped, tickets = now(), 0, {}

-- When nobody could reach Redis, nobody could renew a lease either: let the living report first.
local seen = tonumber(redis.call('GET', 'vouch:reaped') or 0)
redis.call('SET', 'vouch:reaped', whole(time), 'EX', DAY)
if time - seen > lease then redis.call('SET', 'vouch:grace', '1', 'PX', lease) end
local is_grace = redis.call('EXISTS', 'vouch:grace') == 1

for _, member in ipairs(redis.call('ZRANGEBYSCORE', 'vouch:resting', '-inf', whole(time), 'LIMIT', 0,
  ARGV[6])) do
  local id, tenant = string.sub(member, 1, 32), string.sub(member, 34)
  if redis.call('EXISTS', job_key(id)) == 1 then
    fly(id, tenant, time + overdue)
    ticket(id, tickets)
  else
    land(id, tenant)
  end
end
for _, member in ipairs(redis.call('ZRANGEBYSCORE', 'vouch:flight', '-inf', whole(time), 'LIMIT', 0,
  ARGV[6])) do
  local id, tenant = string.sub(member, 1, 32), string.sub(member, 34)
  local key = job_key(id)
  local found = redis.call('HMGET', key, 'attempt', 'held', 'failures', 'asked', 'leg')
  local job = found[1] and fenced(id, found[1])
  if not job then
    land(id, tenant)
  elseif found[2] == '1' then
    if not is_grace then
      reaped = reaped + 1
      count('vouch_legs_reaped_total{leg="' .. job.leg .. '"}', 1)
      local failures = tonumber(found[3] or 0)
      -- the first time at once; what has killed twice waits while others are served
      local delay = failures == 0 and 0 or math.min(30000, 1000 * 2 ^ (failures - 1))
      if another(id, job, 1, delay, overdue, most, time, ARGV[5]) == 'again' then
        ticket(id, tickets)
      end
    end
  else
    local asked = redis.call('HINCRBY', key, 'asked', 1)
    fly(id, tenant, time + math.min(overdue * 2 ^ (asked - 1), 120000))
    count('vouch_messages_republished_total{leg="' .. found[5] .. '"}', 1)
    ticket(id, tickets)
  end
end
return {reaped, unpack(admit(time, per_worker, overdue, tickets))}
