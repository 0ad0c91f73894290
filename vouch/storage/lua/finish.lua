-- A job is done, or cannot be done. ARGV: id, attempt, status, record, error, seconds, jobs a worker,
-- overdue ms, embedding ("" is none), then counts. Gives 'written' and tickets, or why not. Said twice, it is done once.
local id, attempt, status = ARGV[1], ARGV[2], ARGV[3]
local key, time = job_key(id), now()
local job, refusal = fenced(id, attempt)
if not job then
  -- the same attempt says again what it said before: the answer to it was lost
  if refusal == 'finished' and redis.call('HGET', key, 'status') == status then
    return {'written', unpack(admit(time, tonumber(ARGV[7]), tonumber(ARGV[8]), {}))}
  end
  return {refusal}
end
local fields = {}
if status == 'succeeded' then
  redis.call('SET', key .. ':record', ARGV[4], 'EX', job.ttl)
  if ARGV[9] ~= '' then redis.call('SET', key .. ':embedding', ARGV[9], 'EX', job.ttl) end
  redis.call('HINCRBY', key, 'records', 1)
  local reuse = rest(id).reuse_key
  if reuse then redis.call('SET', reuse, id, 'EX', job.ttl) end
  paced(job.leg, tonumber(ARGV[6]))
  fields = {'progress', '1.0'}
else
  fields = {'error', ARGV[5]}
end
finish(id, job.tenant, job.ttl, status, time, fields)
count_all(10)
return {'written', unpack(admit(time, tonumber(ARGV[7]), tonumber(ARGV[8]), {}))}
