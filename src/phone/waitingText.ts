import type { NextAction } from '../client/index.ts';
import type { ShownChallenge } from './challenge.ts';

const WAITING: Partial<Record<NextAction, string>> = {
  CHECK_DEVICE: 'We sent a notification to your phone. Approve it to sign in.',
  OPEN_APP: 'Nothing arrived? Open the app on your phone: the request is there too.',
  RESEND: 'Nothing arrived? We can send it again.',
  CREATE_CHALLENGE: 'This sign-in has had all its notifications. Answer one of them, or start again.',
};

const ENDED: Partial<Record<ShownChallenge['status'], string>> = {
  DENIED: 'The sign-in was denied on your phone. Nobody was let in.',
  EXPIRED: 'The time for this sign-in is over. Nobody was let in.',
};

/** What is true of a challenge now. Only `approved` lets anyone in. */
export function waitingText({ approved, status, waiting }: ShownChallenge): string {
  if (approved) return 'You are signed in.';
  return ENDED[status] ?? WAITING[waiting?.nextAction ?? 'CHECK_DEVICE'] ?? WAITING.CHECK_DEVICE!;
}
