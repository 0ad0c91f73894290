-- The caller wants a job no more. ARGV: id, tenant, jobs a worker, overdue ms.
-- Gives 'written' and tickets; or missing, finished.
local id, tenant = ARGV[1], ARGV[2]
local key, time = job_key(id), now()
local found = redis.call('HMGET', key, 'tenant', 'status', 'ttl')
if found[1] ~= tenant then return {'missing'} end
if TERMINAL[found[2]] then return {'finished'} end
redis.call('ZREM', line_key(tenant), id)
redis.call('HINCRBY', key, 'attempt', 1) -- whoever works on it is refused from now on
finish(id, tenant, tonumber(found[3]), 'cancelled', time, {})
return {'written', unpack(admit(time, tonumber(ARGV[3]), tonumber(ARGV[4]), {}))}
