import type { Reply } from '../../src/twilio/reply.ts';

export const answer = (status: number, body: object): Reply => ({
  kind: 'answer',
  status,
  headers: {},
  body: JSON.stringify(body),
});

/** What Twilio does with a POST; `mayPush` when a push may have left, so that no other may follow. */
export const FATES = {
  sent: { mayPush: true, reply: undefined },
  cut: { mayPush: true, reply: { kind: 'fault', stage: 'maybeSent', cause: 'ECONNRESET' } },
  failed: { mayPush: true, reply: answer(500, { code: 20500 }) },
  silent: { mayPush: true, reply: { kind: 'fault', stage: 'maybeSent', cause: 'deadline passed' } },
  refused: { mayPush: false, reply: answer(403, { code: 60318 }) },
  unavailable: { mayPush: false, reply: answer(503, { code: 20503 }) },
  throttled: { mayPush: false, reply: answer(429, { code: 20429 }) },
  unreachable: { mayPush: false, reply: { kind: 'fault', stage: 'notSent', cause: 'ECONNREFUSED' } },
} as const satisfies Record<string, { mayPush: boolean; reply: Reply | undefined }>;
export type FateName = keyof typeof FATES;

/** What becomes of one try. */
export interface Fate {
  readonly name: FateName;
  readonly ms: number;
}
