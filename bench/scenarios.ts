import {
  CHALLENGES_PER_QUERY,
  challengesWithFactor,
  challengesWithFactorCalls,
  invalidResend,
  resend,
} from './requests.ts';

/** How a subject is driven. */
export interface Drive {
  readonly body: () => string;
  /** Every answer matches it. */
  readonly answer: RegExp;
  readonly upstreamCalls: number;
}

export interface Scenario {
  readonly name: string;
  readonly gateway: Drive;
  /** The same upstream work, or a resend where the gateway makes no call. */
  readonly floor: Drive;
  /** How the stub answers. */
  readonly stub?: { readonly isFailing?: boolean; readonly delayMs?: number };
  readonly env?: Readonly<Record<string, string>>;
  readonly connections?: number;
  /** The contestants have the resend alone, and no limits. */
  readonly isForContestants: boolean;
}

const resent: Drive = { body: resend, answer: /"NT[a]{32}"/, upstreamCalls: 1 };
const refusedByTwilio: Drive = { body: resend, answer: /60309/, upstreamCalls: 1 };
const SLOW_CONNECTIONS = 256;

export const SCENARIOS: readonly Scenario[] = [
  { name: 'resend', gateway: resent, floor: resent, isForContestants: true },
  {
    name: 'error',
    gateway: { ...refusedByTwilio, answer: /"__typename":"NotificationCapReachedError"/ },
    floor: refusedByTwilio,
    stub: { isFailing: true },
    isForContestants: true,
  },
  {
    name: 'invalid',
    gateway: { body: invalidResend, answer: /"__typename":"InvalidInputError"/, upstreamCalls: 0 },
    floor: resent,
    isForContestants: true,
  },
  {
    name: 'nested',
    gateway: {
      body: challengesWithFactor,
      answer: /^\{"data":\{"nodes":\[\{"sid":"YC(?!.*null).*"friendlyName":/,
      upstreamCalls: CHALLENGES_PER_QUERY + 1,
    },
    floor: {
      body: challengesWithFactorCalls,
      answer: /"sid":"YC.*"sid":"YF/,
      upstreamCalls: CHALLENGES_PER_QUERY + 1,
    },
    env: { LIMIT_UPSTREAM_CALLS: String(CHALLENGES_PER_QUERY + 1), UPSTREAM_QUEUE: '10000' },
    isForContestants: false,
  },
  {
    name: 'slow',
    gateway: resent,
    floor: resent,
    stub: { delayMs: 50 },
    // A place upstream for each, so that they wait for the stub alone.
    env: { UPSTREAM_CONNECTIONS: String(SLOW_CONNECTIONS) },
    connections: SLOW_CONNECTIONS,
    isForContestants: true,
  },
  {
    name: 'refused',
    // The limit lets one request a minute through.
    gateway: { body: resend, answer: /"RATE_LIMITED"|"Notification"/, upstreamCalls: 0 },
    floor: resent,
    env: { LIMIT_REQUESTS_PER_MINUTE: '1' },
    isForContestants: false,
  },
];
