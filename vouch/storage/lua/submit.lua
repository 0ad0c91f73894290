-- Store a job, put it in its tenant's line, and admit what there is room for; or say why not.
-- ARGV: id, tenant, rank, ttl, idempotency key, body digest, submits a minute, submits a day,
--       most waiting, promised seconds, retry_of, batch, jobs a worker, overdue ms,
--       wish, number of parts, field, value, …, then counts. "" is none.
-- Without parts it only says whether it would.
local id, tenant, rank, ttl = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local again, digest = ARGV[5], ARGV[6]
local a_minute, a_day = tonumber(ARGV[7]), tonumber(ARGV[8])
local waiting, promised = tonumber(ARGV[9]), tonumber(ARGV[10])
local retry_of, batch = ARGV[11], ARGV[12]
local per_worker, overdue = tonumber(ARGV[13]), tonumber(ARGV[14])
local time = now()

if redis.call('EXISTS', job_key(id)) == 1 then -- said twice: the answer to the first was lost
  return {'new', id, unpack(admit(time, per_worker, overdue, {}))}
end
if again ~= '' then
  local known = redis.call('GET', again)
  if known then
    local first = string.sub(known, 1, 32)
    if redis.call('EXISTS', job_key(first)) == 1 then
      if string.sub(known, 34) ~= digest then return {'conflict'} end
      return {'again', first}
    end
  end
end
if retry_of ~= '' and redis.call('HGET', job_key(retry_of), 'tenant') ~= tenant then
  return {'no_such_job'}
end

-- generic cell rate algorithm: a minute's worth at once, then evenly
local rate_key, next_due = 'vouch:rate:' .. tenant, nil
if a_minute then
  local gap = 60000 / a_minute
  next_due = math.max(tonumber(redis.call('GET', rate_key) or 0), time) + gap
  if next_due - time > 60000 then return {'rate', whole(next_due - time - 60000)} end
end
local quota_key = 'vouch:quota:' .. tenant .. ':' .. whole(math.floor(time / 1000 / DAY))
if a_day and tonumber(redis.call('GET', quota_key) or 0) >= a_day then
  return {'quota', whole(DAY * 1000 - time % (DAY * 1000))}
end
local rank_now = redis.call('ZCARD', line_key(tenant))
local slowest, own = pace(LEGS[1], time)
if waiting and rank_now >= waiting then return {'waiting', whole(math.max(1000, slowest * 1000))} end
if promised and rank_now > 0 then
  local seconds = (ahead(tenant, rank_now) + redis.call('ZCARD', 'vouch:flight')) * slowest + own
  if seconds > promised then return {'long', whole((seconds - promised) * 1000)} end
end

local parts = tonumber(ARGV[16])
if parts == 0 then return {'fine'} end
if next_due then redis.call('SET', rate_key, whole(next_due), 'PX', whole(next_due - time + 1000)) end
if a_day then
  redis.call('INCR', quota_key)
  redis.call('EXPIRE', quota_key, 2 * DAY)
end
redis.call('SET', job_key(id) .. ':wish', ARGV[15])
redis.call('HSET', job_key(id), unpack(ARGV, 17, 16 + parts))
redis.call('HSET', job_key(id), 'tenant', tenant, 'ttl', ttl, 'rank', rank)
redis.call('ZADD', 'vouch:jobs:' .. tenant, 0, id)
-- it may outlast its job, and then stands for nothing
if again ~= '' then redis.call('SET', again, id .. ':' .. digest, 'EX', UNFINISHED + ttl) end
if retry_of ~= '' then
  redis.call('HSET', job_key(retry_of), 'retried_by', id)
  redis.call('PUBLISH', 'vouch:changes', retry_of)
end
if batch ~= '' then
  local members = 'vouch:batch:' .. tenant .. ':' .. batch
  redis.call('SADD', members, id)
  keep(members, UNFINISHED + ttl + DAY)
end
enqueue(id, tenant, rank)
touch(id, tenant, ttl, time)
count('vouch_jobs_submitted_total', 1)
count_all(17 + parts)
return {'new', id, unpack(admit(time, per_worker, overdue, {}))}
