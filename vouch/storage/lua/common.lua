-- What every script of the job store shares. Scripts run one at a time, so each is one step for all
-- processes; their only clock is Redis's own.
--
--   vouch:job:<id>            hash: what changes of a job
--   vouch:job:<id>:wish       what was asked for: a line of JSON for callers, one with the rest, a schema
--   vouch:job:<id>:record     its record
--   vouch:job:<id>:embedding  what a picture model made of its first page, where there is such a model
--   vouch:line:<tenant>       zset: queued ids           score: priority, then time of submitting
--   vouch:turns               zset: tenants with a line  score: virtual time (start-time fair queueing)
--   vouch:flight              zset: "<id>:<tenant>"      score: when its lease or its message is overdue
--   vouch:flight:<tenant>     set: its ids in flight
--   vouch:resting             zset: "<id>:<tenant>"      score: when another attempt may begin
--   vouch:jobs:<tenant>       zset: all ids, in order of creation
--   vouch:expiry              zset: "<id>:<tenant>"      score: when its blobs may go
--   vouch:calls               zset: ids                  score: when a webhook is due

local TERMINAL = {succeeded = true, failed = true, quarantined = true, cancelled = true}
local LEGS = {'depict', 'perceive', 'interpret', 'conclude'}
local QUEUE = {depict = 'cpu', perceive = 'ocr', interpret = 'vlm', conclude = 'cpu'}
local PRIORITY = {['0'] = 'high', ['1'] = 'normal', ['2'] = 'low'}
local DAY = 86400
local UNFINISHED = 7 * DAY -- a job's own time begins with its end: however long the line is
local AT_ONCE = 500 -- tickets of one script: Lua unpacks fewer than 8,000 values

local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function whole(number) return string.format('%.0f', number) end

local function job_key(id) return 'vouch:job:' .. id end

-- What callers do not see of a job's wish.
local function rest(id)
  local wish = redis.call('GET', job_key(id) .. ':wish')
  return wish and cjson.decode(string.match(wish, '\n([^\n]*)')) or {}
end

local function line_key(tenant) return 'vouch:line:' .. tenant end

-- Every key ends one day: indexes later than the last thing that they name.
local function keep(key, seconds)
  if redis.call('TTL', key) < seconds then redis.call('EXPIRE', key, seconds) end
end

local function count(name, amount)
  redis.call('HINCRBYFLOAT', 'vouch:tally', name, amount)
  keep('vouch:tally', 30 * DAY)
end

-- Upper bounds of the histograms of seconds: `storage.meters` knows the same.
local BOUNDS = {0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000}

local function observe(name, label, seconds)
  local le = '+Inf'
  for _, bound in ipairs(BOUNDS) do
    if seconds <= bound then
      le = tostring(bound)
      break
    end
  end
  count(name .. '_bucket{' .. label .. ',le="' .. le .. '"}', 1)
  count(name .. '_sum{' .. label .. '}', seconds)
end

-- Increments as name, amount, name, amount … from this place of ARGV.
local function count_all(first)
  for at = first, #ARGV, 2 do count(ARGV[at], ARGV[at + 1]) end
end

-- The job changed: it is kept from now on for its time, and who waits for it hears of it.
local function touch(id, tenant, ttl, time)
  redis.call('HSET', job_key(id), 'updated', whole(time))
  if not TERMINAL[redis.call('HGET', job_key(id), 'status')] then ttl = math.max(ttl, UNFINISHED) end
  redis.call('EXPIRE', job_key(id), ttl)
  redis.call('EXPIRE', job_key(id) .. ':wish', ttl)
  redis.call('ZADD', 'vouch:expiry', whole(time + ttl * 1000), id .. ':' .. tenant)
  keep('vouch:expiry', ttl + DAY)
  keep('vouch:jobs:' .. tenant, ttl + DAY)
  redis.call('PUBLISH', 'vouch:changes', id)
end

-- Nil and the reason when a write of this attempt is to be refused, else the job's fields.
local function fenced(id, attempt)
  local found = redis.call('HMGET', job_key(id), 'attempt', 'status', 'tenant', 'ttl', 'leg')
  if not found[1] then return nil, 'missing' end
  if found[1] ~= attempt then return nil, 'stale' end
  if TERMINAL[found[2]] then return nil, 'finished' end
  return {status = found[2], tenant = found[3], ttl = tonumber(found[4]), leg = found[5]}
end

local function fly(id, tenant, due)
  redis.call('ZREM', 'vouch:resting', id .. ':' .. tenant)
  redis.call('ZADD', 'vouch:flight', whole(due), id .. ':' .. tenant)
  redis.call('SADD', 'vouch:flight:' .. tenant, id)
  keep('vouch:flight', 30 * DAY)
  keep('vouch:flight:' .. tenant, 30 * DAY)
end

local function land(id, tenant)
  redis.call('ZREM', 'vouch:flight', id .. ':' .. tenant)
  redis.call('SREM', 'vouch:flight:' .. tenant, id)
  redis.call('ZREM', 'vouch:resting', id .. ':' .. tenant)
end

-- It is to be begun again, but not yet; meanwhile its place in the flight is another's.
local function pause(id, tenant, due)
  land(id, tenant)
  redis.call('ZADD', 'vouch:resting', whole(due), id .. ':' .. tenant)
  keep('vouch:resting', 30 * DAY)
end

local function enqueue(id, tenant, rank)
  local created = tonumber(string.sub(id, 1, 12), 16)
  redis.call('ZADD', line_key(tenant), whole(tonumber(rank) * 1e13 + created), id)
  keep(line_key(tenant), UNFINISHED + DAY)
  -- who joins begins at the present virtual time: no credit for having been away
  redis.call('ZADD', 'vouch:turns', 'NX', redis.call('GET', 'vouch:vtime') or 0, tenant)
  keep('vouch:turns', UNFINISHED + DAY)
end

local function term(tenant, name)
  return tonumber(redis.call('HGET', 'vouch:tenant:' .. tenant, name) or nil)
end

local function live(queue, time)
  return redis.call('ZCOUNT', 'vouch:live:' .. queue, whole(time), '+inf')
end

-- How many jobs may be in flight: enough that no worker waits, few enough that the line decides.
local function window(time, per_worker)
  return 8 + per_worker * (live('cpu', time) + live('ocr', time) + live('vlm', time))
end

-- The first tenant in turn that may have one more job in flight. Who may not has some in flight, so
-- among one tenant more than there are jobs in flight is one who may.
local function next_tenant()
  local flying = redis.call('ZCARD', 'vouch:flight')
  for _, tenant in ipairs(redis.call('ZRANGE', 'vouch:turns', 0, flying)) do
    local most = term(tenant, 'running')
    if not most or redis.call('SCARD', 'vouch:flight:' .. tenant) < most then return tenant end
  end
end

-- Virtual time is where the latest turn began, not where it ended: a tenant of small weight would
-- throw whoever joins next far behind. It never goes back for one who was held up by its own cap.
local function take_turn(tenant)
  local virtual = tonumber(redis.call('GET', 'vouch:vtime') or 0)
  local start = math.max(virtual, tonumber(redis.call('ZSCORE', 'vouch:turns', tenant)))
  local share = term(tenant, 'weight') or 1
  redis.call('ZADD', 'vouch:turns', string.format('%.17g', start + 1 / share), tenant)
  redis.call('SET', 'vouch:vtime', string.format('%.17g', start), 'EX', 30 * DAY)
end

-- Take jobs from the lines into flight while there is room. Gives tickets: leg, id, attempt, rank, …
local function admit(time, per_worker, overdue, tickets)
  local room = window(time, per_worker) - redis.call('ZCARD', 'vouch:flight')
  room = math.min(room, AT_ONCE) -- a reaper soon admits the rest
  while room > 0 do
    local tenant = next_tenant()
    if not tenant then break end
    local first = redis.call('ZPOPMIN', line_key(tenant))
    if not first[1] then
      redis.call('ZREM', 'vouch:turns', tenant)
    else
      local id = first[1]
      local job = redis.call('HMGET', job_key(id), 'status', 'leg', 'attempt', 'rank')
      if job[1] == 'queued' then -- else it has expired in the line
        take_turn(tenant)
        redis.call('HSET', job_key(id), 'since', whole(time), 'asked', 0, 'held', '')
        fly(id, tenant, time + overdue)
        for _, part in ipairs({job[2], id, job[3], job[4]}) do table.insert(tickets, part) end
        if job[3] == '1' then -- else it was replayed: when it joined the line is not known
          local waited = math.max(0, time - tonumber(string.sub(id, 1, 12), 16)) / 1000
          observe('vouch_line_wait_seconds', 'priority="' .. PRIORITY[job[4]] .. '"', waited)
        end
        room = room - 1
      end
    end
  end
  return tickets
end

-- The job has ended, in whatever way: it leaves the flight, and who wanted a call gets one.
local function finish(id, tenant, ttl, status, time, fields)
  land(id, tenant)
  local key = job_key(id)
  redis.call('HSET', key, 'status', status, 'held', '', unpack(fields))
  touch(id, tenant, ttl, time)
  count('vouch_jobs_finished_total{status="' .. status .. '"}', 1)
  if redis.call('HGET', key, 'calls') == '1' then
    redis.call('ZADD', 'vouch:calls', whole(time), id)
    keep('vouch:calls', ttl + DAY)
  end
end

-- A leg did not finish: another attempt after `delay` ms, or none any more.
-- Gives 'again', 'later' or 'quarantined'.
local function another(id, job, blame, delay, overdue, most, time, why)
  local key = job_key(id)
  local failures = redis.call('HINCRBY', key, 'failures', blame)
  if failures >= most then
    finish(id, job.tenant, job.ttl, 'quarantined', time, {'error', why})
    return 'quarantined'
  end
  redis.call('HINCRBY', key, 'attempt', 1)
  redis.call('HSET', key, 'held', '', 'since', whole(time), 'asked', 0)
  if delay > 0 then pause(id, job.tenant, time + delay) else fly(id, job.tenant, time + overdue) end
  touch(id, job.tenant, job.ttl, time)
  return delay > 0 and 'later' or 'again'
end

local function ticket(id, tickets)
  local job = redis.call('HMGET', job_key(id), 'leg', 'attempt', 'rank')
  for _, part in ipairs({job[1], id, job[2], job[3]}) do table.insert(tickets, part) end
  return tickets
end

-- A leg took so long: the next ones will take about as long.
local function paced(leg, seconds)
  local lately = tonumber(redis.call('HGET', 'vouch:pace', leg) or seconds)
  redis.call('HSET', 'vouch:pace', leg, string.format('%.4f', 0.9 * lately + 0.1 * seconds))
  keep('vouch:pace', 30 * DAY)
  redis.call('DEL', 'vouch:pace:now')
end

-- Seconds that the slowest queue needs for one more job, then a job's own from each leg on.
local function paces(time)
  local of_queue, own, rest_of_job = {cpu = 0, ocr = 0, vlm = 0}, {}, 0
  for at = #LEGS, 1, -1 do
    local seconds = tonumber(redis.call('HGET', 'vouch:pace', LEGS[at]) or 0)
    of_queue[QUEUE[LEGS[at]]] = of_queue[QUEUE[LEGS[at]]] + seconds
    rest_of_job = rest_of_job + seconds
    own[at] = rest_of_job
  end
  local slowest = 0
  for queue, seconds in pairs(of_queue) do
    slowest = math.max(slowest, seconds / math.max(1, live(queue, time)))
  end
  return {slowest, unpack(own)}
end

-- The first of these, and the one of a leg. Every poll asks, so it is worked out twice a second.
local function pace(leg, time)
  local known = redis.call('GET', 'vouch:pace:now')
  local seconds = known and cjson.decode(known) or paces(time)
  if not known then redis.call('SET', 'vouch:pace:now', cjson.encode(seconds), 'PX', 500) end
  for at, name in ipairs(LEGS) do
    if name == leg then return seconds[1], seconds[at + 1] end
  end
end

-- Jobs that go before a new one of the tenant whose place in its own line is `rank`, from 0.
local function ahead(tenant, rank)
  local share = term(tenant, 'weight') or 1
  local before = rank
  for _, other in ipairs(redis.call('ZRANGE', 'vouch:turns', 0, 49)) do
    if other ~= tenant then
      local turns = math.ceil((rank + 1) * (term(other, 'weight') or 1) / share)
      before = before + math.min(redis.call('ZCARD', line_key(other)), turns)
    end
  end
  return before
end

-- Position in the line (or '') and seconds until the job is finished (or '').
local function outlook(id, tenant, leg, time)
  local rank = redis.call('ZRANK', line_key(tenant), id)
  local slowest, own = pace(leg, time)
  if not own or own == 0 then return rank and ahead(tenant, rank) or '', '' end
  if not rank then return '', string.format('%.1f', own) end
  local before = ahead(tenant, rank)
  local flying = redis.call('ZCARD', 'vouch:flight')
  return before, string.format('%.1f', (before + flying) * slowest + own)
end
