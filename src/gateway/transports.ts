import { VERSION } from '../config/version.ts';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import { createResilience } from '../twilio/resilience.ts';
import { createTransport } from '../twilio/transport.ts';
import type { Reply } from '../twilio/reply.ts';
import type { Credential, WireRequest } from '../twilio/transport.ts';
import type { UpstreamAccount } from '../twilio/upstreamAccount.ts';

/** Notify echoes the notification it accepted, which may be a megabyte. */
const MAX_ANSWER_BYTES = { verify: 256 * 1024, notify: 4 * 1024 * 1024 };

/** One resilient transport per Twilio product; both use the same account. */
interface Transports {
  send(request: WireRequest): Promise<Reply>;
  /** True if a call of this caller to Verify would be refused now, because pool and queue are full. */
  isFullFor(callerKey: string): boolean;
  /** The credentials that requests in flight may carry. */
  secrets(): string[];
  signIn(credential: Credential): void;
  close(): Promise<void>;
}

export function createTransports(
  account: UpstreamAccount,
  limits: { readonly connections: number; readonly queue: number },
  log: Log,
  metrics: Metrics,
): Transports {
  const transportTo = (baseUrl: URL, maxAnswerBytes: number) =>
    createTransport({
      ...account,
      baseUrl,
      userAgent: `verify-push-gateway/${VERSION}`,
      ...limits,
      maxAnswerBytes,
    });
  const verify = transportTo(account.verifyUrl, MAX_ANSWER_BYTES.verify);
  const notify = transportTo(account.notifyUrl, MAX_ANSWER_BYTES.notify);
  const resilience = {
    verify: createResilience('verify', verify.send, limits, log, metrics),
    notify: createResilience('notify', notify.send, limits, log, metrics),
  };

  return {
    send: (request) => resilience[request.product ?? 'verify'].send(request),
    isFullFor: resilience.verify.isFullFor,
    secrets: verify.secrets,
    signIn(credential) {
      verify.signIn(credential);
      notify.signIn(credential);
    },
    async close() {
      await Promise.all([verify.close(), notify.close()]);
    },
  };
}
