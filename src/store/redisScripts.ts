/*
 * Each script is atomic, and all keys of one call are in one slot of a Redis Cluster. Expiry follows the clock of Redis.
 * A limit of 0 is off.
 */

/**
 * KEYS: requests of a caller. ARGV: limit, window in milliseconds, number of requests to count.
 * @returns 0, or the milliseconds left.
 */
export const CONSUME = `
local taken = tonumber(redis.call('get', KEYS[1]) or '0')
if taken >= tonumber(ARGV[1]) then return math.max(redis.call('pttl', KEYS[1]), 1) end
if redis.call('incrby', KEYS[1], ARGV[3]) == tonumber(ARGV[3]) then redis.call('pexpire', KEYS[1], ARGV[2]) end
return 0`;

/**
 * A limit is a hash with `count` and `window`, the id of the reservation that began the window. A place is released only
 * in the window it was reserved in, never in a later one.
 */
const WINDOWS = `
local function left(key) return math.max(redis.call('pttl', key), 1) end
local function count(key) return tonumber(redis.call('hget', key, 'count') or '0') end
local function take(key, id, ms)
  if redis.call('hincrby', key, 'count', 1) == 1 then
    redis.call('hset', key, 'window', id)
    redis.call('pexpire', key, ms)
  end
  return redis.call('hget', key, 'window')
end
local function giveBack(key, window)
  if window == '' or redis.call('hget', key, 'window') ~= window then return end
  if redis.call('hincrby', key, 'count', -1) <= 0 then redis.call('del', key) end
end`;

/**
 * Reserves a place in every guard, or in none of them.
 * KEYS: join, cooldown, identity limit, hold, denial, pushes after a denial.
 * @returns 'granted' and the windows of both limits, '' where no place was reserved; 'joined' and the id of the twin; or
 *   the guard that refuses and the milliseconds until it grants, 'held' for a hold that begins now.
 */
export const RESERVE = `${WINDOWS}
local id, lease, cooldown, limit, limitMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local pushes, fatigueMs, hasFatigue = tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8] == '1'
local join, cooldownKey, limitKey, hold, denial, afterDenial = unpack(KEYS)
if lease > 0 then
  local twin = redis.call('get', join)
  if twin then return {'joined', twin} end
end
if cooldown > 0 and redis.call('exists', cooldownKey) == 1 then return {'cooldown', left(cooldownKey)} end
if limit > 0 and count(limitKey) >= limit then return {'identityLimit', left(limitKey)} end
local isAfterDenial = false
if hasFatigue then
  if redis.call('exists', hold) == 1 then return {'fatigue', left(hold)} end
  isAfterDenial = pushes > 0 and redis.call('exists', denial) == 1
  if isAfterDenial and count(afterDenial) >= pushes then
    redis.call('set', hold, id, 'PX', fatigueMs)
    return {'held', fatigueMs}
  end
end
if lease > 0 then redis.call('set', join, id, 'PX', lease) end
if cooldown > 0 then redis.call('set', cooldownKey, id, 'PX', cooldown) end
return {
  'granted',
  limit > 0 and take(limitKey, id, limitMs) or '',
  isAfterDenial and take(afterDenial, id, fatigueMs) or '',
}`;

/**
 * Commits or releases a reservation, once, and publishes the result to twins. If Redis lost the reservation or never
 * received it, a sent push is still recorded, with its times shortened by its age.
 * Its cooldown follows that of an earlier push, and outlasts a place that another reservation gives back.
 * KEYS: join, result for twins, cooldown, identity limit, pushes after a denial, resends, cooldown to start, mark that it
 * is done, lease of whoever watches the challenge. If there is one, the message is published.
 */
export const SETTLE = `${WINDOWS}
local id, result, resultMs, wasSent, wasGranted = ARGV[1], ARGV[2], ARGV[3], ARGV[4] == '1', ARGV[5] == '1'
local cooldown, limit, limitMs, limitWindow = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), ARGV[9]
local afterDenialWindow, resends, resendsMs = ARGV[10], ARGV[11], tonumber(ARGV[12])
local startedCooldown, age, markMs = tonumber(ARGV[13]), tonumber(ARGV[14]), ARGV[15]
local channel, message = ARGV[16], ARGV[17]
local join, resultKey, cooldownKey, limitKey, afterDenial, resendsKey, startedKey, mark, watch = unpack(KEYS)
if not redis.call('set', mark, 1, 'NX', 'PX', markMs) then return end
local function start(key, ms)
  if ms <= age or redis.call('get', key) == id then return end
  redis.call('set', key, id, 'PX', math.max(redis.call('pttl', key), ms - age))
end
if resultMs ~= '0' then
  redis.call('set', resultKey, result, 'PX', resultMs)
  if redis.call('get', join) == id then
    redis.call('del', join)
    wasGranted = true
  end
end
start(startedKey, startedCooldown)
if wasSent then
  start(cooldownKey, cooldown)
  if limit > 0 and not wasGranted and limitMs > age then take(limitKey, id, limitMs - age) end
else
  if cooldown > 0 and redis.call('get', cooldownKey) == id then redis.call('del', cooldownKey) end
  giveBack(limitKey, limitWindow)
  giveBack(afterDenial, afterDenialWindow)
end
if resendsMs > age then
  if resends ~= '' then redis.call('set', resendsKey, resends, 'PX', resendsMs - age)
  elseif wasSent and redis.call('incr', resendsKey) == 1 then redis.call('pexpire', resendsKey, resendsMs - age) end
end
if channel ~= '' and redis.call('exists', watch) == 1 then redis.call('publish', channel, message) end`;

/**
 * KEYS: cooldown, identity limit, hold, denial, pushes after a denial, resends.
 * @returns milliseconds of the cooldown, count and milliseconds of the identity limit, milliseconds of the hold, whether
 *   a denial is remembered, count of pushes after it, count of resends.
 */
export const LOOK = `${WINDOWS}
local cooldown, limit, hold, denial, afterDenial, resends = unpack(KEYS)
local function remaining(key) return math.max(redis.call('pttl', key), 0) end
return {
  remaining(cooldown), count(limit), remaining(limit), remaining(hold),
  redis.call('exists', denial), count(afterDenial), tonumber(redis.call('get', resends) or '0'),
}`;

/** KEYS: a denial or a hold. ARGV: milliseconds to remember it. Never shortens a longer remaining time. */
export const REMEMBER = `
if redis.call('pttl', KEYS[1]) < tonumber(ARGV[1]) then redis.call('set', KEYS[1], 1, 'PX', ARGV[1]) end`;

/**
 * KEYS: an Idempotency-Key. ARGV: id of the claim, fingerprint, life of the claim in milliseconds.
 * @returns nothing when claimed, else id, fingerprint and result of the earlier claim, and its age in milliseconds.
 */
export const CLAIM = `
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local claim = redis.call('hmget', KEYS[1], 'id', 'fingerprint', 'result', 'at')
if claim[1] then
  claim[4] = now - tonumber(claim[4] or now)
  return claim
end
redis.call('hset', KEYS[1], 'id', ARGV[1], 'fingerprint', ARGV[2], 'at', now)
redis.call('pexpire', KEYS[1], ARGV[3])`;

/**
 * Records the result of a claim, even if Redis lost the claim or never received it. Another claim of the same key stays,
 * unless it has no result and this one is to be kept: it may end with a refusal that frees the key.
 * KEYS: an Idempotency-Key, result for twins. ARGV: id of the claim, fingerprint, result, milliseconds to keep it under
 * its key (0: not at all), milliseconds to keep it for twins.
 */
export const RECORD = `
redis.call('set', KEYS[2], ARGV[3], 'PX', ARGV[5])
local claim = redis.call('hmget', KEYS[1], 'id', 'result')
if claim[1] and claim[1] ~= ARGV[1] and (claim[2] or ARGV[4] == '0') then return end
if ARGV[4] == '0' then return redis.call('del', KEYS[1]) end
redis.call('hset', KEYS[1], 'id', ARGV[1], 'fingerprint', ARGV[2], 'result', ARGV[3])
redis.call('pexpire', KEYS[1], ARGV[4])`;

/** KEYS: a lease. ARGV: id of the process, milliseconds. @returns 1 when the process has the lease now. */
export const LEASE = `
local holder = redis.call('get', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;
