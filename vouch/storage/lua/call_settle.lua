-- What became of a call. ARGV: job id, token, log entry or "", its answer for the count,
-- ms until the next attempt or "" for none, most entries.
-- What was tried is logged and counted in any case; only who has the token decides what is next.
local id, entry = ARGV[1], ARGV[3]
local ttl = redis.call('TTL', job_key(id))
if entry ~= '' then
  count('vouch_webhook_attempts_total{answer="' .. ARGV[4] .. '"}', 1)
  if ttl > 0 then
    local log = job_key(id) .. ':calls'
    redis.call('RPUSH', log, entry)
    redis.call('LTRIM', log, -tonumber(ARGV[6]), -1)
    redis.call('EXPIRE', log, ttl)
  end
end
if redis.call('ZSCORE', 'vouch:calls', id) ~= ARGV[2] then return end
if ttl > 0 and ARGV[5] ~= '' then
  redis.call('ZADD', 'vouch:calls', whole(now() + tonumber(ARGV[5])), id)
else
  redis.call('ZREM', 'vouch:calls', id)
end
