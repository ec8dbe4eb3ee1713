import { createHash } from 'node:crypto';
import { ReplyError } from 'ioredis';
import { compileLua } from './lua.ts';
import type { LuaScript } from './lua.ts';
import type { LuaValue } from './luaLibrary.ts';

type Reply = string | number | null | Reply[];

interface Entry {
  readonly value: string | ReadonlyMap<string, string>;
  readonly expiresAt: number;
}

const WRITES = new Set(['set', 'del', 'hset', 'hincrby', 'incr', 'incrby', 'pexpire']);
const OK: LuaValue = ['OK'];

const compiled = new Map<string, LuaScript>();
const shaOf = new Map<string, string>();

/** The commands of Redis that the store uses, and its scripts, on a clock that is given. One command after the other. */
export class SimulatedRedis {
  readonly #nowMs: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #scripts = new Map<string, string>();
  /** What was there before each write, the latest last. */
  #undo: { readonly at: number; readonly key: string; readonly before: Entry | undefined }[] = [];
  /** Told of each key that a command has written. */
  onWrite: (key: string, remainingMs: number) => void = () => {};

  /** @param nowMs its wall clock, in whole milliseconds */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Runs one command. @throws ReplyError as ioredis does. */
  run(command: readonly (string | number)[], isReadOnly = false): Reply {
    const [name, ...args] = command.map(String) as [string, ...string[]];
    const written = new Set<string>();
    try {
      if (name === 'evalsha')
        return this.#evaluate(this.#scriptOf(args[0]!), args.slice(1), isReadOnly, written);
      if (name === 'eval') {
        this.#scripts.set(sha1(args[0]!), args[0]!);
        return this.#evaluate(args[0]!, args.slice(1), isReadOnly, written);
      }
      const reply = this.#command(name, args, isReadOnly, written);
      return typeof reply === 'object' ? (reply[0] as string) : reply === false ? null : (reply as Reply);
    } finally {
      for (const key of written) {
        const entry = this.#entries.get(key);
        if (entry) this.onWrite(key, entry.expiresAt - this.#nowMs());
      }
    }
  }

  /** Keys that have not expired. */
  get size(): number {
    return [...this.#entries.keys()].filter((key) => this.#alive(key)).length;
  }

  keys(): string[] {
    return [...this.#entries.keys()].filter((key) => this.#alive(key));
  }

  /** Forgets the writes after a moment of its clock, as a replica does that was behind when it became primary. */
  loseSince(at: number): void {
    for (let last = this.#undo.at(-1); last && last.at > at; last = this.#undo.at(-1)) {
      this.#undo.pop();
      if (last.before) this.#entries.set(last.key, last.before);
      else this.#entries.delete(last.key);
    }
  }

  forgetScripts(): void {
    this.#scripts.clear();
  }

  #scriptOf(sha: string): string {
    const script = this.#scripts.get(sha);
    if (script === undefined) throw new ReplyError('NOSCRIPT No matching script. Please use EVAL.');
    return script;
  }

  #evaluate(source: string, [count, ...rest]: string[], isReadOnly: boolean, written: Set<string>): Reply {
    let script = compiled.get(source);
    if (!script) compiled.set(source, (script = compileLua(source)));
    const keys = rest.slice(0, Number(count));
    try {
      return replyOf(
        script(
          (name, ...args) => this.#command(String(name), args.map(String), isReadOnly, written),
          keys,
          rest.slice(Number(count)),
        ),
      );
    } catch (error) {
      if (error instanceof ReplyError) throw error;
      throw new ReplyError(`ERR ${(error as Error).message} script: ${sha1(source)}`);
    }
  }

  #command(name: string, args: string[], isReadOnly: boolean, written: Set<string>): LuaValue {
    const [key = '', ...rest] = args;
    if (WRITES.has(name)) {
      if (isReadOnly) throw new ReplyError("READONLY You can't write against a read only replica.");
      written.add(key);
    }
    switch (name) {
      case 'get':
        return this.#text(key) ?? false;
      case 'set':
        return this.#set(key, rest);
      case 'del':
        return this.#put(key, undefined) ? 1 : 0;
      case 'exists':
        return this.#alive(key) ? 1 : 0;
      case 'pttl': {
        const entry = this.#alive(key);
        return entry ? (entry.expiresAt === Infinity ? -1 : entry.expiresAt - this.#nowMs()) : -2;
      }
      case 'pexpire':
        return this.#expire(key, whole(rest[0]));
      case 'incr':
        return this.#add(key, 1);
      case 'incrby':
        return this.#add(key, whole(rest[0]));
      case 'hget':
        return this.#hash(key)?.get(rest[0]!) ?? false;
      case 'hmget':
        return rest.map((member) => this.#hash(key)?.get(member) ?? false);
      case 'hset':
        return this.#hset(key, rest);
      case 'hincrby': {
        const count = Number(this.#hash(key)?.get(rest[0]!) ?? '0') + whole(rest[1]);
        this.#hset(key, [rest[0]!, String(count)]);
        return count;
      }
      case 'time':
        return [String(Math.floor(this.#nowMs() / 1000)), String((this.#nowMs() % 1000) * 1000)];
      case 'info':
        return 'maxmemory:0\r\nmaxmemory_policy:noeviction\r\n';
      default:
        throw new ReplyError(`ERR unknown command '${name}'`);
    }
  }

  #set(key: string, [value, ...options]: string[]): LuaValue {
    let lifeMs = Infinity;
    for (let index = 0; index < options.length; index += 1) {
      if (options[index] === 'NX') {
        if (this.#alive(key)) return false;
      } else if (options[index] === 'PX') lifeMs = whole(options[(index += 1)]);
      else throw new ReplyError('ERR syntax error');
    }
    if (lifeMs <= 0) throw new ReplyError("ERR invalid expire time in 'set' command");
    this.#put(key, { value: value!, expiresAt: this.#nowMs() + lifeMs });
    return OK;
  }

  #expire(key: string, lifeMs: number): number {
    const entry = this.#alive(key);
    if (!entry) return 0;
    this.#put(key, lifeMs > 0 ? { ...entry, expiresAt: this.#nowMs() + lifeMs } : undefined);
    return 1;
  }

  #add(key: string, amount: number): number {
    const sum = whole(this.#text(key) ?? '0') + amount;
    this.#put(key, { value: String(sum), expiresAt: this.#alive(key)?.expiresAt ?? Infinity });
    return sum;
  }

  #hset(key: string, members: string[]): number {
    const value = new Map(this.#hash(key));
    const before = value.size;
    for (let index = 0; index < members.length; index += 2) value.set(members[index]!, members[index + 1]!);
    this.#put(key, { value, expiresAt: this.#alive(key)?.expiresAt ?? Infinity });
    return value.size - before;
  }

  #text(key: string): string | undefined {
    const value = this.#alive(key)?.value;
    if (typeof value === 'object') throw wrongType();
    return value;
  }

  #hash(key: string): ReadonlyMap<string, string> | undefined {
    const value = this.#alive(key)?.value;
    if (typeof value === 'string') throw wrongType();
    return value;
  }

  #alive(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.expiresAt > this.#nowMs() ? entry : undefined;
  }

  #put(key: string, entry: Entry | undefined): boolean {
    const before = this.#alive(key);
    this.#undo.push({ at: this.#nowMs(), key, before });
    if (entry) this.#entries.set(key, entry);
    else this.#entries.delete(key);
    return before !== undefined;
  }
}

const wrongType = () => new ReplyError('WRONGTYPE Operation against a key holding the wrong kind of value');

function whole(text: string | undefined): number {
  if (text === undefined || !/^-?\d+$/.test(text))
    throw new ReplyError('ERR value is not an integer or out of range');
  return Number(text);
}

function sha1(script: string): string {
  const known = shaOf.get(script) ?? createHash('sha1').update(script).digest('hex');
  shaOf.set(script, known);
  return known;
}

/** What a client gets of a value of Lua: whole numbers, no booleans, and of a table what stands before the first nil. */
function replyOf(value: LuaValue): Reply {
  if (value === undefined || value === false) return null;
  if (value === true) return 1;
  if (typeof value === 'number') return Math.trunc(value);
  if (typeof value === 'string') return value;
  if (value === OK) return 'OK';
  const end = value.indexOf(undefined);
  return (end === -1 ? value : value.slice(0, end)).map(replyOf);
}
