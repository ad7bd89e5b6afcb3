-- One try, by the generic cell rate algorithm (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm), by the server's
-- clock, so that the clocks of those who ask do not matter. KEYS[1]: whose tries. ARGV: microseconds for each try, tries
-- at once. Gives {1, tries left} or {0, microseconds to wait}.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local each, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = each * burst
-- When all tries will be there again. A clock that was set back must not keep anybody out for longer than a window.
local whole = math.min(math.max(tonumber(redis.call('GET', KEYS[1]) or '') or now, now), now + full)
local after = whole + each
if after - now > full then
  return {0, after - now - full}
end
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000))
return {1, math.floor((full - (after - now)) / each)}
