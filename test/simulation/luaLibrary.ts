export type LuaValue = string | number | boolean | undefined | LuaValue[];

const isTrue = (value: LuaValue): boolean => value !== undefined && value !== false;

function number(value: LuaValue): number {
  const found = tonumber(value);
  if (found === undefined) throw new Error('attempt to perform arithmetic on a value that is no number');
  return found;
}

function tonumber(value: LuaValue): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value))
    ? Number(value)
    : undefined;
}

/** What compiled scripts call. */
export const LIBRARY = {
  isTrue,
  number,
  tonumber,
  and: (left: LuaValue, right: () => LuaValue) => (isTrue(left) ? right() : left),
  or: (left: LuaValue, right: () => LuaValue) => (isTrue(left) ? left : right()),
  max: (...values: LuaValue[]) => Math.max(...values.map(number)),
  joined: (left: LuaValue, right: LuaValue) => `${String(left)}${String(right)}`,
  compare(operator: string, left: LuaValue, right: LuaValue): boolean {
    if (typeof left !== 'number' || typeof right !== 'number')
      throw new Error('attempt to compare no numbers');
    return operator[0] === '<'
      ? left < right || (operator === '<=' && left === right)
      : left > right || (operator === '>=' && left === right);
  },
};
