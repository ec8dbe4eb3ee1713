import { code, inMarkdown, markdownTable } from './markdownTable.ts';

/** A class of src/errors/resultErrors.ts. */
export interface ErrorClass {
  readonly name: string;
  readonly code: string;
  readonly nextAction: string;
  readonly message: string;
}

/** A challenge of src/sandbox/seed.ts. */
export interface Seed {
  readonly sid: string;
  readonly outcome: string;
  readonly when: string;
}

/** Members whose outcome depends on more than the challenge. */
const ALSO: Readonly<Record<string, string>> = {
  InvalidInputError: '`ttl: 301`',
  ResendCooldownError: 'the same twice',
};

/** Every member of the result of a resend, with its text and the seeds that lead to it. */
export const outcomesTable = (
  members: readonly string[],
  errors: readonly ErrorClass[],
  seeds: readonly Seed[],
): string =>
  markdownTable(
    ['answer', 'what to show: `message`', '`nextAction`', 'try'],
    members.map((member) => {
      const { message, nextAction } = errors.find(({ name }) => name === member) ?? {};
      const numbers = seeds.filter(({ outcome }) => outcome === member).map(({ sid }) => numberOf(sid));
      const tries = [...(ALSO[member] ? [ALSO[member]] : []), ...shorten(numbers)];
      return [
        code(member),
        message ? inMarkdown(message) : 'yours: “We sent it again.”',
        nextAction ? code(nextAction) : '–',
        tries.join(', '),
      ];
    }),
  );

/** Every error with the text for a person, for translations. */
export const messagesTable = (errors: readonly ErrorClass[]): string =>
  markdownTable(
    ['`code`', '`nextAction`', '`message`'],
    errors.map((error) => [code(error.code), code(error.nextAction), inMarkdown(error.message)]),
  );

/** Every seeded challenge of the sandbox. */
export const seedsTable = (seeds: readonly Seed[]): string =>
  markdownTable(
    ['challenge', 'state or fault', 'the gateway answers'],
    seeds.map(({ sid, when, outcome }) => [code(sid), inMarkdown(when), code(outcome)]),
  );

const numberOf = (sid: string): number => Number(sid.slice(2));

/** Three numbers or more in a row are written as a range. */
function shorten(numbers: readonly number[]): string[] {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.flatMap(([from, to]) =>
    to > from + 1 ? [`${from} to ${to}`] : [...new Set([from, to])].map(String),
  );
}
