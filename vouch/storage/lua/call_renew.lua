-- A courier begins a call that waited in its hands. ARGV: job id, token, lease ms.
-- Gives the new token; nothing when the call is not its own any more.
if redis.call('ZSCORE', 'vouch:calls', ARGV[1]) ~= ARGV[2] then return {} end
local until_when = whole(now() + tonumber(ARGV[3]))
redis.call('ZADD', 'vouch:calls', until_when, ARGV[1])
return {until_when}
