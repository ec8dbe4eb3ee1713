import { Random } from './random.ts';
import type { Fate, FateName } from './fate.ts';

export const CHALLENGES = 3;
/** Challenges 0 and 2 are of one person. */
export const identityOf = (challenge: number): string => `person-0${challenge % 2}`;

export type Caller = 'web' | 'app';

export interface ByClient {
  readonly gateway: number;
  readonly caller: Caller;
  readonly key: string | undefined;
  readonly fates: readonly Fate[];
}

/** What happens next. A gateway is named by its place; whichever process has that place is meant. */
type Happening =
  | (ByClient & { readonly kind: 'resend'; readonly challenge: number })
  /** The challenge that was made last. */
  | (ByClient & { readonly kind: 'resendCreated' })
  | (ByClient & { readonly kind: 'create'; readonly challenge: number })
  | { readonly kind: 'crash'; readonly gateway: number }
  | {
      readonly kind: 'stall';
      readonly gateway: number;
      readonly ms: number;
      readonly wakesWith: 'timers' | 'answers';
    }
  | { readonly kind: 'jumpWallClock'; readonly gateway: number; readonly ms: number }
  | { readonly kind: 'holdCommands'; readonly gateway: number; readonly ms: number }
  | { readonly kind: 'holdReplies'; readonly gateway: number; readonly ms: number }
  | { readonly kind: 'resetConnection'; readonly gateway: number }
  | { readonly kind: 'pauseRedis'; readonly ms: number }
  | { readonly kind: 'failOver'; readonly ms: number; readonly losesMs: number }
  | { readonly kind: 'restartRedis'; readonly ms: number; readonly losesData: boolean }
  | { readonly kind: 'flushRedis' }
  | { readonly kind: 'deny'; readonly gateway: number; readonly challenge: number };

export type Step = Happening & { readonly afterMs: number };

export interface History {
  readonly seed: number;
  readonly gateways: number;
  readonly store: 'redis' | 'memory';
  readonly cooldownSeconds: number;
  readonly perIdentity: number;
  /** How far away Redis is: 1 is the same rack. */
  readonly distance: number;
  readonly steps: readonly Step[];
}

const KINDS: Readonly<Record<Happening['kind'], number>> = {
  resend: 56,
  resendCreated: 5,
  create: 6,
  crash: 6,
  stall: 6,
  jumpWallClock: 2,
  holdCommands: 3,
  holdReplies: 4,
  resetConnection: 3,
  pauseRedis: 4,
  failOver: 2,
  restartRedis: 1,
  flushRedis: 1,
  deny: 1,
};
const FATE_WEIGHTS: Readonly<Record<FateName, number>> = {
  sent: 55,
  cut: 8,
  failed: 5,
  silent: 4,
  refused: 6,
  unavailable: 10,
  throttled: 7,
  unreachable: 5,
};
const PAUSES = { none: 25, instant: 30, soon: 20, seconds: 20, minutes: 4, hours: 1 } as const;
const MAX_FAULT_MS = 25_000;

/** The history of a seed. */
export function historyOf(seed: number): History {
  const random = new Random(seed);
  const store = random.chance(0.1) ? 'memory' : 'redis';
  const gateways = store === 'memory' ? 1 : 1 + random.below(3);
  // Some go well, so that a guard is missed that only faults replace.
  const faults = random.pick([0, 0.5, 1, 2]);
  return {
    seed,
    gateways,
    store,
    cooldownSeconds: random.pick([0, 5, 20, 20]),
    perIdentity: random.pick([0, 2, 5]),
    distance: random.pick([1, 1, 1, 40]),
    steps: stepsOf(random, { gateways, faults, challenges: random.pick([1, 1, CHALLENGES]) }),
  };
}

interface Scope {
  readonly gateways: number;
  readonly faults: number;
  readonly challenges: number;
}

function stepsOf(random: Random, scope: Scope): Step[] {
  const isFault = (kind: string) => !['resend', 'resendCreated', 'create', 'deny'].includes(kind);
  const weights = Object.fromEntries(
    Object.entries(KINDS).map(([kind, weight]) => [kind, isFault(kind) ? weight * scope.faults : weight]),
  ) as Record<Happening['kind'], number>;
  const steps: Step[] = [];
  const count = 3 + random.below(22);
  let last: Happening | undefined;
  while (steps.length < count) {
    // Much goes wrong just before a fault ends, and just after.
    const endsAfter = last && 'ms' in last && last.ms > 0 && random.chance(0.3) ? last.ms : undefined;
    const afterMs =
      endsAfter === undefined ? pauseOf(random) : rounded(endsAfter + random.between(-400, 700));
    last = happeningOf(random.weighted(weights), random, scope);
    steps.push({ afterMs: Math.max(0, afterMs), ...last });
  }
  return steps;
}

function pauseOf(random: Random): number {
  const ranges = {
    none: [0, 0],
    instant: [0, 5],
    soon: [5, 700],
    seconds: [700, 25_000],
    minutes: [25_000, 1_200_000],
    hours: [3_600_000, 80_000_000],
  } as const;
  const [min, max] = ranges[random.weighted(PAUSES)];
  return rounded(random.between(min, max));
}

function happeningOf(kind: Happening['kind'], random: Random, scope: Scope): Happening {
  const gateway = random.below(scope.gateways);
  const challenge = random.below(scope.challenges);
  const ms = rounded(random.pick([random.between(1, 800), random.between(800, MAX_FAULT_MS)]));
  switch (kind) {
    case 'resend':
    case 'create':
      return { kind, gateway, challenge, ...clientOf(random) };
    case 'resendCreated':
      return { kind, gateway, ...clientOf(random) };
    case 'stall':
      return { kind, gateway, ms, wakesWith: random.pick(['timers', 'answers']) };
    case 'jumpWallClock':
      return { kind, gateway, ms: random.pick([-3_600_000, -30_000, 30_000, 3_600_000, 90_000_000]) };
    case 'holdCommands':
    case 'holdReplies':
      return { kind, gateway, ms };
    case 'pauseRedis':
      return { kind, ms };
    case 'failOver':
      return { kind, ms, losesMs: random.chance(0.3) ? rounded(random.between(1, 3_000)) : 0 };
    case 'restartRedis':
      return { kind, ms, losesData: random.chance(0.5) };
    case 'flushRedis':
      return { kind };
    case 'crash':
    case 'resetConnection':
      return { kind, gateway };
    case 'deny':
      return { kind, gateway, challenge };
  }
}

const clientOf = (random: Random) => ({
  caller: random.pick(['web', 'web', 'web', 'app'] as const),
  key: keyOf(random),
  fates: fatesOf(random),
});

const keyOf = (random: Random): string | undefined =>
  random.chance(0.6) ? random.pick(['a', 'a', 'b']) : undefined;

const fatesOf = (random: Random): Fate[] =>
  Array.from({ length: 2 }, () => ({
    name: random.weighted(FATE_WEIGHTS),
    ms: rounded(
      random.pick([random.between(1, 20), random.between(20, 300), random.between(300, 3_000), 9_000]),
    ),
  }));

const rounded = (ms: number): number => Math.round(ms * 100) / 100;

/** The history as a person reads it. */
export function textOf({ steps, ...setup }: History): string {
  let at = 0;
  const lines = steps.map(({ afterMs, kind, ...rest }, index) => {
    at += afterMs;
    const details = Object.entries(rest).map(([name, value]) => {
      const text =
        name === 'fates' ? (value as Fate[]).map((fate) => `${fate.name} in ${fate.ms} ms`) : value;
      return `${name}: ${String(text)}`;
    });
    return `${String(index).padStart(3)}  at ${at.toFixed(2)} ms  ${kind}  ${details.join(', ')}`;
  });
  return [JSON.stringify(setup), ...lines].join('\n');
}
