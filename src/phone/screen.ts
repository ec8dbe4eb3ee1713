/** A challenge, as the app on the phone shows it. Times are the sandbox's. */
export interface PhoneChallenge {
  readonly sid: string;
  readonly status: 'pending' | 'approved' | 'denied' | 'expired';
  readonly message: string;
  readonly fields: readonly { readonly label: string; readonly value: string }[];
  readonly expiresAt: string;
}

export interface PhonePush {
  readonly type: 'verify_push_challenge' | 'notify_notification';
  readonly notificationSid: string | null;
  /** Seconds for which it waits for the phone while that is offline. */
  readonly ttl: number;
  readonly sentAt: string;
  readonly deliveredAt?: string;
  readonly challenge: PhoneChallenge | null;
  /** Of a notification of Notify. */
  readonly title?: string | null;
  readonly body?: string | null;
}

/** What the sandbox says of its phone; the newest comes first. */
export interface Screen {
  readonly now: string;
  readonly aheadSeconds: number;
  readonly online: boolean;
  readonly pushes: readonly PhonePush[];
  readonly waiting: readonly PhonePush[];
  readonly pending: readonly PhoneChallenge[];
}
