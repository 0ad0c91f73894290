-- All that a poll shows, in one step. ARGV: id, tenant.
-- Gives the job's fields, its position, its ETA and its record, a line for each: redis-py takes 10 us
-- for every part of an answer. Nothing when it is not this tenant's.
local id, tenant = ARGV[1], ARGV[2]
local job = redis.call('HMGET', job_key(id), 'tenant', 'status', 'leg', 'leg', 'stage', 'progress',
  'attempt', 'updated', 'error', 'pages', 'pages_read', 'retried_by')
if job[1] ~= tenant then return '' end
local position, eta, record = '', '', false
if job[2] == 'succeeded' then
  record = redis.call('GET', job_key(id) .. ':record')
elseif not TERMINAL[job[2]] then
  position, eta = outlook(id, tenant, job[3], now())
end
job[4] = string.match(redis.call('GET', job_key(id) .. ':wish') or '{}', '^[^\n]*')
for at = 1, 12 do job[at] = job[at] or '' end
job[13], job[14], job[15] = tostring(position), tostring(eta), record or ''
return table.concat(job, '\n')
