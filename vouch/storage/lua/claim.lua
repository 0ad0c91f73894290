-- A worker begins a leg. ARGV: id, attempt, leg, lease ms.
-- Gives 'claimed', the wish and the hash; or why not: missing, stale, finished, held.
local id, leg = ARGV[1], ARGV[3]
local job, refusal = fenced(id, ARGV[2])
if not job then return {refusal} end
if job.leg ~= leg or not redis.call('ZSCORE', 'vouch:flight', id .. ':' .. job.tenant) then
  return {'stale'} -- not the leg that is due, or still in line
end
local state = redis.call('HMGET', job_key(id), 'held', 'since')
if state[1] == '1' then return {'held'} end
local time = now()
redis.call('HSET', job_key(id), 'status', 'running', 'held', '1')
fly(id, job.tenant, time + tonumber(ARGV[4]))
touch(id, job.tenant, job.ttl, time)
if state[2] then
  local waited = math.max(0, time - tonumber(state[2])) / 1000
  observe('vouch_queue_wait_seconds', 'leg="' .. leg .. '"', waited)
end
return {'claimed', redis.call('GET', job_key(id) .. ':wish'),
  unpack(redis.call('HGETALL', job_key(id)))}
