import { describe, expect, it } from 'vitest';
import { NewestValue } from '../../src/live/newestValue.ts';

function open() {
  let returns = 0;
  const values = new NewestValue<number>(() => (returns += 1));
  return { values, returns: () => returns };
}

describe('an iterator of the newest value', () => {
  it('gives a waiting reader a value at once', async () => {
    const { values } = open();
    const next = values.next();
    values.push(1);
    expect(await next).toEqual({ done: false, value: 1 });
  });

  it('keeps only the newest value for a reader who is slow', async () => {
    const { values } = open();
    for (const value of [1, 2, 3]) values.push(value);
    expect(await values.next()).toEqual({ done: false, value: 3 });
  });

  it('gives the value that was not taken before its end, and its error', async () => {
    const { values } = open();
    values.push(1);
    values.end(new Error('over'));
    values.push(2);
    expect(await values.next()).toEqual({ done: false, value: 1 });
    await expect(values.next()).rejects.toThrow('over');
    expect(await values.next()).toEqual({ done: true, value: undefined });
  });

  it.each([undefined, new Error('over')])('ends a waiting reader: %s', async (error) => {
    const { values, returns } = open();
    const next = values.next();
    values.end(error);
    if (error) await expect(next).rejects.toBe(error);
    else expect(await next).toEqual({ done: true, value: undefined });
    await values.return();
    expect(returns()).toBe(0);
  });

  it('tells once that its reader left', async () => {
    const { values, returns } = open();
    values.push(1);
    const next = values.next().then(() => values.next());
    await values.return();
    await values.return();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(returns()).toBe(1);
  });
});
