-- A worker is alive and ready. ARGV: queue, worker, seconds for which this holds, its engines' digest.
-- With 0 seconds it says good-bye.
local time = now()
local key = 'vouch:live:' .. ARGV[1]
redis.call('ZREMRANGEBYSCORE', key, '-inf', whole(time))
if tonumber(ARGV[3]) == 0 then return redis.call('ZREM', key, ARGV[2]) end
redis.call('ZADD', key, whole(time + tonumber(ARGV[3]) * 1000), ARGV[2])
keep(key, DAY)
redis.call('SET', 'vouch:engines:' .. ARGV[1], ARGV[4], 'EX', DAY)
return 1
