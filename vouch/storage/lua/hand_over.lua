-- A leg is done. ARGV: id, attempt, leg, following leg, blob key, seconds, jobs a worker, overdue ms,
-- then counts. Gives 'written' and tickets, or why not. Said twice, it is done once.
local id, attempt, leg, following, blob = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local key = job_key(id)
local job, refusal = fenced(id, attempt)
if not job then return {refusal} end
if job.leg ~= leg then
  if redis.call('HGET', key, 'hand_over:' .. leg) ~= blob or job.leg ~= following then
    return {'stale'}
  end
  return {'written', unpack(ticket(id, {}))}
end
local time = now()
local overdue = tonumber(ARGV[8])
paced(leg, tonumber(ARGV[6]))
redis.call('HSET', key, 'hand_over:' .. leg, blob, 'leg', following, 'held', '', 'failures', 0,
  'since', whole(time), 'asked', 0)
fly(id, job.tenant, time + overdue)
touch(id, job.tenant, job.ttl, time)
count_all(9)
return {'written', unpack(admit(time, tonumber(ARGV[7]), overdue, ticket(id, {})))}
