import twilio from 'twilio';
import type { RequestOptions } from 'twilio/lib/base/RequestClient.js';
import { expect } from 'vitest';
import * as seed from '../../src/sandbox/seed.ts';

/** The SDK knows only https://verify.twilio.com and the like; everything but the origin stays as the SDK made it. */
class SandboxClient extends twilio.RequestClient {
  readonly #origin: string;

  constructor(origin: string) {
    super();
    this.#origin = origin;
  }

  override request<TData>(options: RequestOptions<TData>) {
    const { pathname, search } = new URL(options.uri);
    return super.request({ ...options, uri: this.#origin + pathname + search });
  }
}

/** Twilio's own SDK, pointed at a sandbox. */
export const sdk = ({ url }: Addressed, authToken = seed.SANDBOX_AUTH_TOKEN) =>
  client(url, authToken).verify.v2;

/** Its part for the seeded Notify service. */
export const sdkNotify = ({ url }: Addressed, serviceSid = seed.SANDBOX_NOTIFY_SERVICE_SID) =>
  client(url).notify.v1.services(serviceSid);

const client = (url: string, authToken = seed.SANDBOX_AUTH_TOKEN) =>
  twilio(seed.SANDBOX_ACCOUNT_SID, authToken, { httpClient: new SandboxClient(url) });

type Addressed = { readonly url: string };

/** The seeded entity, unless another service or identity is named, as the SDK addresses it. */
export const sdkEntity = (
  sandbox: Addressed,
  serviceSid = seed.SANDBOX_SERVICE_SID,
  identity = seed.SANDBOX_IDENTITY,
) => sdk(sandbox).services(serviceSid).entities(identity);

export const sdkResend = (sandbox: Addressed, challengeSid: string, options: { ttl?: number } = {}) =>
  sdkEntity(sandbox).challenges(challengeSid).notifications.create(options);

/** What the SDK throws; anything but its RestException fails the test. */
export async function refusal(attempt: Promise<unknown>) {
  const error: unknown = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(twilio.RestException);
  const { status, code, moreInfo, message } = error as InstanceType<typeof twilio.RestException>;
  return { status, code, moreInfo, message };
}
