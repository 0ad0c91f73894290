-- A tenant's new secret for webhooks. ARGV: key of the secret, key of the one before it, new secret,
-- ms for which the one before signs too. Gives whether there is one that does.
local before, grace = redis.call('GET', ARGV[1]), tonumber(ARGV[4])
redis.call('SET', ARGV[1], ARGV[3])
redis.call('DEL', ARGV[2])
if not before or grace <= 0 then return 0 end
redis.call('SET', ARGV[2], before, 'PX', ARGV[4])
return 1
