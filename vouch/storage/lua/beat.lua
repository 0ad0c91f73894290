-- A worker still has a leg. ARGV: id, attempt, lease ms. Gives 'held_on', or why it has it no more.
local job, refusal = fenced(ARGV[1], ARGV[2])
if not job then return refusal end
if redis.call('HGET', job_key(ARGV[1]), 'held') ~= '1' then return 'stale' end
fly(ARGV[1], job.tenant, now() + tonumber(ARGV[3]))
return 'held_on'
