-- A worker cannot finish a leg. ARGV: id, attempt, error, delay ms, blame (0 or 1), most failures,
-- jobs a worker, overdue ms. Gives 'written' and tickets, or why not.
local id = ARGV[1]
local job, refusal = fenced(id, ARGV[2])
if not job then return {refusal} end
local time, overdue = now(), tonumber(ARGV[8])
local what = another(id, job, tonumber(ARGV[5]), tonumber(ARGV[4]), overdue, tonumber(ARGV[6]), time,
  ARGV[3])
count('vouch_legs_given_back_total{leg="' .. job.leg .. '"}', 1)
local tickets = what == 'again' and ticket(id, {}) or {}
return {'written', unpack(admit(time, tonumber(ARGV[7]), overdue, tickets))}
