-- Forget a job. ARGV: id, tenant, jobs a worker, overdue ms. Gives 'written' and tickets, or missing.
local id, tenant = ARGV[1], ARGV[2]
local key, time = job_key(id), now()
local found = redis.call('HMGET', key, 'tenant', 'status', 'idempotency', 'reuse', 'batch')
if found[1] ~= tenant then return {'missing'} end
if not TERMINAL[found[2]] then count('vouch_jobs_finished_total{status="deleted"}', 1) end
redis.call('ZREM', line_key(tenant), id)
redis.call('ZREM', 'vouch:jobs:' .. tenant, id)
redis.call('ZREM', 'vouch:calls', id)
land(id, tenant)
if found[3] and found[3] ~= '' then redis.call('DEL', found[3]) end
if found[4] and found[4] ~= '' and redis.call('GET', found[4]) == id then
  redis.call('DEL', found[4])
end
if found[5] and found[5] ~= '' then
  redis.call('SREM', 'vouch:batch:' .. tenant .. ':' .. found[5], id)
end
redis.call('DEL', key, key .. ':record', key .. ':calls')
-- its blobs are looked for once more when whoever works on it now has surely noticed
redis.call('ZADD', 'vouch:expiry', whole(time + 60000), id .. ':' .. tenant)
redis.call('PUBLISH', 'vouch:changes', id)
return {'written', unpack(admit(time, tonumber(ARGV[3]), tonumber(ARGV[4]), {}))}
