-- A job's receiver is to be told again, now. ARGV: job id. Nothing when the job is gone.
local ttl = redis.call('TTL', job_key(ARGV[1]))
if ttl <= 0 then return end
redis.call('ZADD', 'vouch:calls', whole(now()), ARGV[1])
keep('vouch:calls', ttl + DAY)
