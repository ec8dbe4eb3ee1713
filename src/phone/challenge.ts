import type { ChallengeStatus, NextAction, VerifyErrorCode } from '../client/index.ts';

/** A challenge, as the operations of this page read it. */
export interface ShownChallenge {
  readonly sid: string;
  readonly status: ChallengeStatus;
  readonly approved: boolean;
  readonly details: {
    readonly message: string | null;
    readonly fields: readonly { readonly label: string; readonly value: string }[];
  } | null;
  readonly waiting: { readonly nextAction: NextAction; readonly changesAt: string | null } | null;
  readonly resend: {
    readonly allowed: boolean;
    readonly blockedBy: VerifyErrorCode | null;
    readonly availableAt: string | null;
    readonly notificationsSent: number;
    readonly notificationsRemaining: number | null;
  };
}

/** The variables that name a challenge. */
export interface ChallengeKey {
  readonly serviceSid: string;
  readonly identity: string;
  readonly challengeSid: string;
}

export const isOver = ({ status }: ShownChallenge): boolean => status !== 'PENDING' && status !== 'UNKNOWN';
