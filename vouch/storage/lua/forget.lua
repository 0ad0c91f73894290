-- The blobs of these jobs are gone. ARGV: ids with their tenants, as `expired` gave them.
for _, member in ipairs(ARGV) do
  redis.call('ZREM', 'vouch:expiry', member)
  redis.call('ZREM', 'vouch:jobs:' .. string.sub(member, 34), string.sub(member, 1, 32))
end
count('vouch_jobs_swept_total', #ARGV)
return #ARGV
