import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue } from '../../src/twilio/fairQueue.ts';

interface Item {
  readonly caller: string;
  readonly number: number;
}

function queueOf(callers: string) {
  const queue = new FairQueue<Item>();
  const items = [...callers].map((caller, number) => ({ caller, number }));
  for (const item of items) queue.add(item.caller, item);
  return { queue, items };
}

function takeAll(queue: FairQueue<Item>): Item[] {
  const taken: Item[] = [];
  for (let item = queue.take(); item; item = queue.take()) taken.push(item);
  return taken;
}

const callersOf = (items: readonly Item[]) => items.map(({ caller }) => caller).join('');

describe('the queue', () => {
  it('the queue serves the callers in turn, and each of them in order of arrival', () => {
    const { queue } = queueOf('aaaabbc');
    const taken = takeAll(queue);
    expect(callersOf(taken)).toBe('abcabaa');
    expect(taken.filter(({ caller }) => caller === 'a').map(({ number }) => number)).toEqual([0, 1, 2, 3]);
  });

  it('the queue lets a caller who comes back wait for the others first', () => {
    const { queue } = queueOf('aab');
    queue.take();
    queue.add('a', { caller: 'a', number: 9 });
    expect(callersOf(takeAll(queue))).toBe('baa');
  });

  it('the queue makes room for a caller only from one who has more, and takes the newest', () => {
    const { queue, items } = queueOf('aaab');
    expect(['a', 'b', 'c'].map((caller) => queue.hasToMakeRoomFor(caller))).toEqual([false, true, true]);
    expect(queue.newestOfLongest()).toBe(items[2]);
    queue.delete('a', items[2]!);
    expect(['a', 'b', 'c'].map((caller) => queue.hasToMakeRoomFor(caller))).toEqual([false, false, true]);
  });

  it('the queue agrees with a plain list after any steps', () => {
    const step = fc.record({
      kind: fc.constantFrom('add', 'add', 'take', 'delete', 'drop'),
      caller: fc.constantFrom('a', 'b', 'c', 'd'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new FairQueue<Item>();
        let model: Item[] = [];
        const remove = (item: Item | undefined) => void (model = model.filter((one) => one !== item));
        const lengthOf = (caller: string) => model.filter((item) => item.caller === caller).length;
        const longest = () => Math.max(0, ...['a', 'b', 'c', 'd'].map(lengthOf));
        for (const [number, { kind, caller }] of steps.entries()) {
          if (kind === 'add') {
            const item = { caller, number };
            queue.add(caller, item);
            model.push(item);
          } else if (kind === 'take') {
            const taken = queue.take();
            expect(taken).toBe(model.find((item) => item.caller === taken?.caller));
            expect(taken === undefined).toBe(model.length === 0);
            remove(taken);
          } else if (kind === 'delete') {
            const item = model.findLast((one) => one.caller === caller);
            queue.delete(caller, item ?? { caller, number });
            remove(item);
          } else {
            const item = queue.newestOfLongest();
            expect(item ? lengthOf(item.caller) : 0).toBe(longest());
            expect(item).toBe(model.findLast((one) => one.caller === item?.caller));
            if (item) queue.delete(item.caller, item);
            remove(item);
          }
          expect(queue.size).toBe(model.length);
          expect([...queue].length).toBe(model.length);
          expect(queue.hasToMakeRoomFor(caller)).toBe(longest() > lengthOf(caller) + 1);
        }
      }),
    );
  });
});
