-- Forget a job. ARGV: id, tenant, jobs a worker, overdue ms. Gives 'written' and tickets, or missing.
local id, tenant = ARGV[1], ARGV[2]
local key, time = job_key(id), now()
local found = redis.call('HMGET', key, 'tenant', 'status')
if found[1] ~= tenant then return {'missing'} end
-- first what needs no memory: after a first write, a full Redis takes all others of a script
redis.call('ZREM', line_key(tenant), id)
redis.call('ZREM', 'vouch:jobs:' .. tenant, id)
redis.call('ZREM', 'vouch:calls', id)
land(id, tenant)
local wish = rest(id)
if wish.idempotency_key then redis.call('DEL', wish.idempotency_key) end
if wish.reuse_key and redis.call('GET', wish.reuse_key) == id then
  redis.call('DEL', wish.reuse_key)
end
if wish.batch then redis.call('SREM', 'vouch:batch:' .. tenant .. ':' .. wish.batch, id) end
redis.call('DEL', key, key .. ':wish', key .. ':record', key .. ':embedding', key .. ':calls')
if not TERMINAL[found[2]] then count('vouch_jobs_finished_total{status="deleted"}', 1) end
-- its blobs are looked for once more when whoever works on it now has surely noticed
redis.call('ZADD', 'vouch:expiry', whole(time + 60000), id .. ':' .. tenant)
redis.call('PUBLISH', 'vouch:changes', id)
return {'written', unpack(admit(time, tonumber(ARGV[3]), tonumber(ARGV[4]), {}))}
