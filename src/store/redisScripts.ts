/*
 * Each is one step that nobody comes between. Redis keeps the time of what expires.
 */

/** KEYS: what there is one of. ARGV: who takes it, for how many milliseconds. Gives 0, or the milliseconds left. */
export const TAKE_ONE = `
if redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
return math.max(redis.call('pttl', KEYS[1]), 1)`;

/** KEYS: what there is one of. ARGV: who took it; nobody gives back what another one has. */
export const GIVE_BACK_ONE = `
if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end`;

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
 * KEYS: the name, and where those who wait look. ARGV: id of the flight, fingerprint, outcome, milliseconds to keep it
 * under its name (0: not at all), milliseconds to keep it for those who wait. A Redis that has forgotten the flight, or
 * never heard of it, learns of it now; a name that is another flight's by now stays so.
 */
export const LAND = `
redis.call('set', KEYS[2], ARGV[3], 'PX', ARGV[5])
local id = redis.call('hget', KEYS[1], 'id')
if id and id ~= ARGV[1] then return end
if ARGV[4] == '0' then return redis.call('del', KEYS[1]) end
redis.call('hset', KEYS[1], 'id', ARGV[1], 'fingerprint', ARGV[2], 'outcome', ARGV[3])
redis.call('pexpire', KEYS[1], ARGV[4])`;
