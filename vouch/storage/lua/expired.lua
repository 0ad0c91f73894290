-- Jobs that are no more, whose blobs may go. ARGV: at most. Gives ids with their tenants.
local time, gone = now(), {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', 'vouch:expiry', '-inf', whole(time), 'LIMIT', 0,
  ARGV[1])) do
  local left = redis.call('PTTL', job_key(string.sub(member, 1, 32)))
  if left > 0 then
    redis.call('ZADD', 'vouch:expiry', whole(time + left), member)
  else
    table.insert(gone, member)
  end
end
return gone
