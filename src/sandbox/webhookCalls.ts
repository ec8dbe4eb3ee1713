import { createHmac, randomUUID } from 'node:crypto';
import { SANDBOX_AUTH_TOKEN } from './seed.ts';

const TIMEOUT_MS = 5_000;
const ATTEMPTS = 2;
const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/;

/** Calls webhooks as Twilio does, but only on this machine: a sandbox must not send anything to strangers. */
export class WebhookCalls {
  readonly #stopping = new AbortController();

  /** Returns at once. A failed call is repeated once, then the event is lost, as with Twilio. */
  send(url: string, members: Readonly<Record<string, string>>): void {
    if (!LOOPBACK.test(new URL(url).hostname)) return;
    // Twilio signs the URL without its fragment, which only holds settings of the connection.
    const signedUrl = url.replace(/#.*/s, '');
    const call = {
      method: 'POST',
      redirect: 'manual' as const,
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'user-agent': 'TwilioProxy/1.1',
        'x-twilio-signature': signatureOf(signedUrl, members),
        'i-twilio-idempotency-token': randomUUID(),
      },
      body: new URLSearchParams(members).toString(),
    };
    setImmediate(() => void this.#deliver(signedUrl, call));
  }

  /** Ends the calls under way and makes no others. */
  stop(): void {
    this.#stopping.abort();
  }

  async #deliver(url: string, call: RequestInit): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS && !this.#stopping.signal.aborted; attempt += 1) {
      const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const response = await fetch(url, { ...call, signal }).catch(() => undefined);
      await response?.body?.cancel().catch(() => {});
      // Twilio wants exactly this status.
      if (response?.status === 200) return;
    }
  }
}

const signatureOf = (url: string, members: Readonly<Record<string, string>>): string => {
  const inOrder = Object.keys(members)
    .sort()
    .map((name) => name + members[name]);
  return createHmac('sha1', SANDBOX_AUTH_TOKEN)
    .update(url + inOrder.join(''))
    .digest('base64');
};
