-- Try once more what has failed, from the leg that failed on. ARGV: id, tenant, jobs a worker,
-- overdue ms. Gives 'written' and tickets; or missing, refused.
local id, tenant = ARGV[1], ARGV[2]
local key, time = job_key(id), now()
local found = redis.call('HMGET', key, 'tenant', 'status', 'ttl', 'rank')
if found[1] ~= tenant then return {'missing'} end
if found[2] ~= 'failed' and found[2] ~= 'quarantined' then return {'refused'} end
if redis.call('HINCRBY', key, 'replays', 1) > 10 then return {'refused'} end -- no way around terms
redis.call('HINCRBY', key, 'attempt', 1)
redis.call('HSET', key, 'status', 'queued', 'failures', 0)
redis.call('HDEL', key, 'error')
redis.call('ZREM', 'vouch:calls', id)
enqueue(id, tenant, found[4])
touch(id, tenant, tonumber(found[3]), time)
count('vouch_jobs_replayed_total', 1)
return {'written', unpack(admit(time, tonumber(ARGV[3]), tonumber(ARGV[4]), {}))}
