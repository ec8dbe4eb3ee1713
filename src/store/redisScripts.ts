/*
 * Each script is atomic, and every key of one call lies in one slot of a Redis Cluster. Redis keeps the time of what
 * expires. A limit of 0 is off.
 */

/**
 * KEYS: requests of a caller. ARGV: limit, window in milliseconds.
 * @returns 0, or the milliseconds left.
 */
export const CONSUME = `
local taken = tonumber(redis.call('get', KEYS[1]) or '0')
if taken >= tonumber(ARGV[1]) then return math.max(redis.call('pttl', KEYS[1]), 1) end
if taken == 0 then redis.call('set', KEYS[1], 1, 'PX', ARGV[2]) else redis.call('incr', KEYS[1]) end
return 0`;

/**
 * Takes a place in every guard, or in none.
 * KEYS: join, cooldown, identity limit, hold, denial, pushes after a denial.
 * ARGV: id, lease of the join (ms, 0: none), cooldown (ms), identity limit, its window (ms), pushes after a denial, their
 * window (ms), whether fatigue applies.
 * @returns 'granted' and whether it is a push after a denial; 'joined' and the id of the twin; or the guard that refuses
 *   and its milliseconds, 'held' for a hold that begins now.
 */
export const RESERVE = `
local function left(key) return math.max(redis.call('pttl', key), 1) end
local function count(key) return tonumber(redis.call('get', key) or '0') end
local function add(key, ms) if redis.call('incr', key) == 1 then redis.call('pexpire', key, ms) end end
local lease, cooldown = tonumber(ARGV[2]), tonumber(ARGV[3])
local limit, pushes, hasFatigue = tonumber(ARGV[4]), tonumber(ARGV[6]), ARGV[8] == '1'
if lease > 0 then
  local twin = redis.call('get', KEYS[1])
  if twin then return {'joined', twin} end
end
if cooldown > 0 and redis.call('exists', KEYS[2]) == 1 then return {'cooldown', left(KEYS[2])} end
if limit > 0 and count(KEYS[3]) >= limit then return {'identityLimit', left(KEYS[3])} end
local isAfterDenial = false
if hasFatigue then
  if redis.call('exists', KEYS[4]) == 1 then return {'fatigue', left(KEYS[4])} end
  isAfterDenial = pushes > 0 and redis.call('exists', KEYS[5]) == 1
  if isAfterDenial and count(KEYS[6]) >= pushes then
    redis.call('set', KEYS[4], ARGV[1], 'PX', ARGV[7])
    return {'held', tonumber(ARGV[7])}
  end
end
if lease > 0 then redis.call('set', KEYS[1], ARGV[1], 'PX', lease) end
if cooldown > 0 then redis.call('set', KEYS[2], ARGV[1], 'PX', cooldown) end
if limit > 0 then add(KEYS[3], ARGV[5]) end
if isAfterDenial then add(KEYS[6], ARGV[7]) end
return {'granted', isAfterDenial and 1 or 0}`;

/**
 * Commits or releases what was reserved, and publishes the result to twins. A Redis that has lost a reservation, or never
 * heard of it, learns of a push that was sent.
 * KEYS: join, result for twins, cooldown, identity limit, pushes after a denial, resends.
 * ARGV: id, result, its life (ms, 0: no twins), whether a push was sent, whether Redis granted the reservation, cooldown
 * (ms), identity limit, its window (ms), whether it is a push after a denial, their window (ms), resends ('' : one more
 * when sent), life of their count (ms, 0: not counted).
 */
export const SETTLE = `
local function add(key, ms) if redis.call('incr', key) == 1 then redis.call('pexpire', key, ms) end end
local function remove(key)
  local count = tonumber(redis.call('get', key) or '0')
  if count == 1 then redis.call('del', key) elseif count > 1 then redis.call('decr', key) end
end
local wasSent, wasGranted = ARGV[4] == '1', ARGV[5] == '1'
if ARGV[3] ~= '0' then
  redis.call('set', KEYS[2], ARGV[2], 'PX', ARGV[3])
  if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end
end
if ARGV[6] ~= '0' then
  if wasSent then redis.call('set', KEYS[3], ARGV[1], 'NX', 'PX', ARGV[6])
  elseif redis.call('get', KEYS[3]) == ARGV[1] then redis.call('del', KEYS[3]) end
end
if ARGV[7] ~= '0' then
  if wasSent and not wasGranted then add(KEYS[4], ARGV[8])
  elseif wasGranted and not wasSent then remove(KEYS[4]) end
end
if ARGV[9] == '1' then
  if wasSent and not wasGranted then add(KEYS[5], ARGV[10])
  elseif wasGranted and not wasSent then remove(KEYS[5]) end
end
if ARGV[12] ~= '0' then
  if ARGV[11] ~= '' then redis.call('set', KEYS[6], ARGV[11], 'PX', ARGV[12])
  elseif wasSent then add(KEYS[6], ARGV[12]) end
end`;

/**
 * KEYS: cooldown, identity limit, hold, denial, pushes after a denial, resends.
 * @returns milliseconds of the cooldown, count and milliseconds of the identity limit, milliseconds of the hold, whether
 *   a denial is remembered, count of pushes after it, count of resends.
 */
export const LOOK = `
local function left(key) return math.max(redis.call('pttl', key), 0) end
local function count(key) return tonumber(redis.call('get', key) or '0') end
return {left(KEYS[1]), count(KEYS[2]), left(KEYS[2]), left(KEYS[3]), redis.call('exists', KEYS[4]), count(KEYS[5]), count(KEYS[6])}`;

/** KEYS: denial. ARGV: milliseconds to remember it. An older denial does not shorten a newer one. */
export const RECORD_DENIAL = `
if redis.call('pttl', KEYS[1]) < tonumber(ARGV[1]) then redis.call('set', KEYS[1], 1, 'PX', ARGV[1]) end`;

/**
 * KEYS: an Idempotency-Key. ARGV: id of the claim, fingerprint, lease in milliseconds.
 * @returns nothing when claimed, else id, fingerprint and result of the claim before.
 */
export const CLAIM = `
local claim = redis.call('hmget', KEYS[1], 'id', 'fingerprint', 'result')
if claim[1] then return claim end
redis.call('hset', KEYS[1], 'id', ARGV[1], 'fingerprint', ARGV[2])
redis.call('pexpire', KEYS[1], ARGV[3])`;

/**
 * Records the result of a claim, also in a Redis that has lost the claim or never heard of it; another claim of the same
 * key stays as it is.
 * KEYS: an Idempotency-Key, result for twins. ARGV: id of the claim, fingerprint, result, milliseconds to keep it under
 * its key (0: not at all), milliseconds to keep it for twins.
 */
export const RECORD = `
redis.call('set', KEYS[2], ARGV[3], 'PX', ARGV[5])
local id = redis.call('hget', KEYS[1], 'id')
if id and id ~= ARGV[1] then return end
if ARGV[4] == '0' then return redis.call('del', KEYS[1]) end
redis.call('hset', KEYS[1], 'id', ARGV[1], 'fingerprint', ARGV[2], 'result', ARGV[3])
redis.call('pexpire', KEYS[1], ARGV[4])`;
