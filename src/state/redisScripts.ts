/*
 * Each is one step that nobody comes between. Redis keeps the time of what expires.
 */

/** KEYS: what is taken of. ARGV: how many there are, for how many milliseconds. Gives 0, or the milliseconds left. */
export const TAKE = `
local taken = tonumber(redis.call('get', KEYS[1]) or '0')
if taken >= tonumber(ARGV[1]) then return math.max(redis.call('pttl', KEYS[1]), 1) end
if taken == 0 then redis.call('set', KEYS[1], 1, 'PX', ARGV[2]) else redis.call('incr', KEYS[1]) end
return 0`;

/** KEYS: what was taken of. The last one that is given back takes its window with it. */
export const GIVE_BACK = `
local taken = tonumber(redis.call('get', KEYS[1]) or '0')
if taken == 1 then redis.call('del', KEYS[1]) end
if taken > 1 then redis.call('decr', KEYS[1]) end`;

/** KEYS: what is counted. ARGV: for how many milliseconds from the first. */
export const COUNT = `
if redis.call('incr', KEYS[1]) == 1 then redis.call('pexpire', KEYS[1], ARGV[1]) end`;

/** KEYS: the name. ARGV: id of the flight, fingerprint, lease in milliseconds. Gives what is there, or nothing. */
export const BEGIN = `
local flight = redis.call('hmget', KEYS[1], 'id', 'fingerprint', 'outcome')
if flight[1] then return flight end
redis.call('hset', KEYS[1], 'id', ARGV[1], 'fingerprint', ARGV[2])
redis.call('pexpire', KEYS[1], ARGV[3])`;

/**
 * KEYS: the name, and where those who wait look. ARGV: id of the flight, outcome, milliseconds to keep it under its
 * name (0: not at all), milliseconds to keep it for those who wait.
 */
export const LAND = `
redis.call('set', KEYS[2], ARGV[2], 'PX', ARGV[4])
if redis.call('hget', KEYS[1], 'id') ~= ARGV[1] then return end
if ARGV[3] == '0' then return redis.call('del', KEYS[1]) end
redis.call('hset', KEYS[1], 'outcome', ARGV[2])
redis.call('pexpire', KEYS[1], ARGV[3])`;
