-- How far a job is. ARGV: id, attempt, field, value, … Gives 'written', or why not.
local job, refusal = fenced(ARGV[1], ARGV[2])
if not job then return refusal end
redis.call('HSET', job_key(ARGV[1]), unpack(ARGV, 3))
touch(ARGV[1], job.tenant, job.ttl, now())
return 'written'
