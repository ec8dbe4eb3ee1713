import { historyOf, textOf } from './history.ts';
import type { History } from './history.ts';
import { Judge } from './judge.ts';
import type { Verdict } from './judge.ts';
import { Play } from './play.ts';

export interface Tally {
  histories: number;
  clicks: number;
  pushes: number;
  readonly allowed: Record<string, number>;
}

/** Plays a history and judges it. */
async function verdictOf(history: History): Promise<Verdict & { readonly play: Play }> {
  const play = new Play(history);
  await play.run();
  return { ...new Judge(play).verdict(), play };
}

/** Plays the history of a seed. @throws Error with the shortest history that breaks the same rule */
export async function simulate(seed: number, tally: Tally): Promise<void> {
  const history = historyOf(seed);
  const { problems, allowed, play } = await verdictOf(history);
  tally.histories += 1;
  tally.clicks += play.clicks.length;
  tally.pushes += play.twilio.posts.filter(({ mayPush }) => mayPush).length;
  for (const [excuse, count] of Object.entries(allowed)) {
    tally.allowed[excuse] = (tally.allowed[excuse] ?? 0) + count;
  }
  if (problems.length === 0) return;
  const { rule } = problems[0]!;
  const shortest = await shorten(history, rule);
  const found = (await verdictOf(shortest)).problems.filter((problem) => problem.rule === rule);
  throw new Error(
    [
      `SEED=${seed} breaks the rule: ${rule}`,
      ...found.map(({ text }) => text),
      'The shortest history that does:',
      textOf(shortest),
    ].join('\n'),
  );
}

/** Leaves steps out, many at once and then one by one, as long as the same rule is broken. */
async function shorten(history: History, rule: string): Promise<History> {
  let shortest = history;
  for (
    let size = Math.ceil(history.steps.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let start = 0; start < shortest.steps.length;) {
      const without = leaveOut(shortest, start, size);
      const { problems } = await verdictOf(without);
      if (problems.some((problem) => problem.rule === rule)) shortest = without;
      else start += size;
    }
  }
  return shortest;
}

/** The steps after them happen when they did before. */
function leaveOut(history: History, start: number, size: number): History {
  const left = history.steps.slice(start, start + size).reduce((sum, { afterMs }) => sum + afterMs, 0);
  const [next, ...others] = history.steps.slice(start + size);
  const later = next ? [{ ...next, afterMs: next.afterMs + left }, ...others] : [];
  return { ...history, steps: [...history.steps.slice(0, start), ...later] };
}
