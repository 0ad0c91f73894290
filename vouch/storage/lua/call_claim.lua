-- A courier takes calls that are due. ARGV: at most, lease ms.
-- Gives job id, token, job id, token …
local time, answer = now(), {}
local until_when = whole(time + tonumber(ARGV[2]))
for _, id in ipairs(redis.call('ZRANGEBYSCORE', 'vouch:calls', '-inf', whole(time), 'LIMIT', 0,
  ARGV[1])) do
  redis.call('ZADD', 'vouch:calls', until_when, id)
  table.insert(answer, id)
  table.insert(answer, until_when)
end
return answer
