import { expect, it } from 'vitest';
import { seededSid } from '../../src/sandbox/seed.ts';
import { PENDING, startGateway } from './startGateway.ts';

/** A component that shows a challenge, and the button beside it. */
interface Watching {
  readonly shown: () => unknown;
  readonly resend: (variables: { readonly challengeSid: string }) => Promise<unknown>;
  /** What went over the network. */
  readonly sent: readonly { readonly operationName?: string | undefined }[];
}

/** Tests that a cache shows what an answer says of the challenge, and asks for nothing more. */
export function itShowsTheNewState(
  client: string,
  watch: (url: string, challengeSid: string) => Promise<Watching>,
): void {
  it(`${client} shows the new state of the button after a resend without asking again`, async () => {
    const { url } = await startGateway({ RESEND_COOLDOWN_SECONDS: '60' });
    const { challengeSid } = PENDING;
    const { shown, resend, sent } = await watch(url, challengeSid);
    expect(shown()).toMatchObject({ resend: { allowed: true, notificationsRemaining: 3 } });
    await resend({ challengeSid });
    await expect
      .poll(shown)
      .toMatchObject({ resend: { allowed: false, blockedBy: 'RESEND_COOLDOWN', notificationsRemaining: 2 } });
    expect(sent.map(({ operationName }) => operationName)).toEqual([
      'Challenge',
      'ResendChallengeNotification',
    ]);
  });

  it(`${client} shows the new state of the button after an error that leads to the challenge`, async () => {
    const { url } = await startGateway();
    const challengeSid = seededSid('YC', 60309);
    const { shown, resend, sent } = await watch(url, challengeSid);
    expect(shown()).toMatchObject({ resend: { allowed: true } });
    await resend({ challengeSid });
    await expect
      .poll(shown)
      .toMatchObject({ resend: { allowed: false, blockedBy: 'NOTIFICATION_CAP_REACHED' } });
    expect(sent).toHaveLength(2);
  });
}
