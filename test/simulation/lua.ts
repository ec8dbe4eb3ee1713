/*
 * As much of Lua as the scripts of the store use, made into JavaScript: the real scripts run in the simulation, thousands of
 * times a second. A construct that is not here is refused, and a test holds the answers against a real Redis.
 */

import { LIBRARY } from './luaLibrary.ts';
import type { LuaValue } from './luaLibrary.ts';
import { tokensOf } from './luaTokens.ts';
import type { Token } from './luaTokens.ts';

/** Runs a compiled script. */
export type LuaScript = (call: RedisCall, keys: LuaValue[], args: LuaValue[]) => LuaValue;
type RedisCall = (...command: LuaValue[]) => LuaValue;

/** How tightly an operator binds; those of the same number from left to right. */
const BINDING: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  '==': 3,
  '~=': 3,
  '<': 3,
  '>': 3,
  '<=': 3,
  '>=': 3,
  '..': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
};
const GLOBALS: Readonly<Record<string, string>> = {
  KEYS: 'KEYS',
  ARGV: 'ARGV',
  tonumber: 'lua.tonumber',
  'math.max': 'lua.max',
  'math.floor': 'Math.floor',
  'redis.call': 'call',
};

class Compiler {
  readonly #tokens: readonly Token[];
  #next = 0;
  #scopes: Set<string>[] = [new Set()];

  constructor(source: string) {
    this.#tokens = tokensOf(source);
  }

  script(): string {
    const code = this.#block();
    if (this.#token.kind !== 'end') throw this.#unexpected();
    return code;
  }

  get #token(): Token {
    return this.#tokens[this.#next]!;
  }

  #unexpected(): SyntaxError {
    return new SyntaxError(`Not known of Lua, here: ${this.#token.text}`);
  }

  #take(symbol: string): boolean {
    const { kind, text } = this.#token;
    if (kind !== 'symbol' || text !== symbol) return false;
    this.#next += 1;
    return true;
  }

  #expect(symbol: string): void {
    if (!this.#take(symbol)) throw this.#unexpected();
  }

  #name(): string {
    const { kind, text } = this.#token;
    if (kind !== 'name') throw this.#unexpected();
    this.#next += 1;
    return text;
  }

  #names(): string[] {
    const names = [this.#name()];
    while (this.#take(',')) names.push(this.#name());
    return names;
  }

  #declare(name: string): string {
    this.#scopes.at(-1)!.add(name);
    return `$${name}`;
  }

  #block(parameters: readonly string[] = []): string {
    this.#scopes.push(new Set(parameters));
    let code = '';
    while (this.#token.kind !== 'end' && !['end', 'else', 'elseif'].includes(this.#token.text)) {
      code += this.#statement();
    }
    this.#scopes.pop();
    return code;
  }

  #statement(): string {
    if (this.#take('local')) return this.#take('function') ? this.#function() : this.#local();
    if (this.#take('if')) return this.#if();
    if (this.#take('return')) {
      const isEmpty = this.#token.kind === 'end' || ['end', 'else', 'elseif'].includes(this.#token.text);
      return `return ${isEmpty ? '' : this.#expression()};\n`;
    }
    const target = this.#operand();
    return this.#take('=') ? `${target} = ${this.#expression()};\n` : `${target};\n`;
  }

  #function(): string {
    const name = this.#declare(this.#name());
    this.#expect('(');
    const parameters = this.#take(')') ? [] : this.#names();
    if (parameters.length > 0) this.#expect(')');
    const body = this.#block(parameters);
    this.#expect('end');
    return `function ${name}(${parameters.map((parameter) => `$${parameter}`).join()}) {\n${body}}\n`;
  }

  #local(): string {
    const names = this.#names();
    const values: string[] = [];
    let code: string;
    if (this.#take('=')) {
      if (this.#token.text === 'unpack') {
        this.#next += 1;
        this.#expect('(');
        code = `...${this.#expression()}`;
        this.#expect(')');
      } else {
        do values.push(this.#expression());
        while (this.#take(','));
        code = values.join();
      }
    } else code = '';
    return `let [${names.map((name) => this.#declare(name)).join()}] = [${code}];\n`;
  }

  #if(): string {
    let code = `if (lua.isTrue(${this.#expression()})) {\n`;
    this.#expect('then');
    code += `${this.#block()}}`;
    if (this.#take('elseif')) return `${code} else ${this.#if()}`;
    if (this.#take('else')) code += ` else {\n${this.#block()}}`;
    this.#expect('end');
    return `${code}\n`;
  }

  #expression(minBinding = 1): string {
    let left = this.#operand();
    for (;;) {
      const { kind, text } = this.#token;
      const binding = kind === 'symbol' ? BINDING[text] : undefined;
      if (binding === undefined || binding < minBinding) return left;
      this.#next += 1;
      left = binary(text, left, this.#expression(binding + 1));
    }
  }

  #operand(): string {
    if (this.#take('not')) return `!lua.isTrue(${this.#operand()})`;
    if (this.#take('-')) return `-lua.number(${this.#operand()})`;
    const { kind, text } = this.#token;
    if (kind === 'name') return this.#reference();
    this.#next += 1;
    if (kind === 'number') return text;
    if (kind === 'text') return JSON.stringify(text);
    if (text === 'nil') return 'undefined';
    if (text === 'true' || text === 'false') return text;
    if (text === '(') {
      const inner = this.#expression();
      this.#expect(')');
      return `(${inner})`;
    }
    if (text === '{') return `[${this.#list('}')}]`;
    this.#next -= 1;
    throw this.#unexpected();
  }

  /** A name, what is looked up in it, and what it is called with. */
  #reference(): string {
    let name = this.#name();
    let code: string;
    if (this.#scopes.some((scope) => scope.has(name))) code = `$${name}`;
    else {
      if (this.#take('.')) name += `.${this.#name()}`;
      const global = GLOBALS[name];
      if (!global) throw new SyntaxError(`Not known of Lua: ${name}`);
      code = global;
    }
    for (;;) {
      if (this.#take('(')) code += `(${this.#list(')')})`;
      else if (this.#take('[')) {
        code += `[${this.#expression()} - 1]`;
        this.#expect(']');
      } else return code;
    }
  }

  #list(end: string): string {
    const values: string[] = [];
    while (!this.#take(end)) {
      values.push(this.#expression());
      if (!this.#take(',')) {
        this.#expect(end);
        break;
      }
    }
    return values.join();
  }
}

function binary(operator: string, left: string, right: string): string {
  if (operator === 'and') return `lua.and(${left}, () => ${right})`;
  if (operator === 'or') return `lua.or(${left}, () => ${right})`;
  if (operator === '==') return `(${left} === ${right})`;
  if (operator === '~=') return `(${left} !== ${right})`;
  if (operator === '..') return `lua.joined(${left}, ${right})`;
  if (['<', '>', '<=', '>='].includes(operator)) return `lua.compare('${operator}', ${left}, ${right})`;
  return `(lua.number(${left}) ${operator} lua.number(${right}))`;
}

/** @throws SyntaxError for a construct that is not known here. */
export function compileLua(source: string): LuaScript {
  const code = new Compiler(source).script();
  const make = new Function('lua', `return (call, KEYS, ARGV) => {\n${code}}`) as (
    lua: typeof LIBRARY,
  ) => LuaScript;
  return make(LIBRARY);
}
