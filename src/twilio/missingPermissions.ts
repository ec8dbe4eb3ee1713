import type { TwilioCause } from '../errors/verifyError.ts';
import type { Log } from '../observability/log.ts';
import type { WireRequest } from './transport.ts';

/** Access denied; authorization failed. */
const CODES: ReadonlySet<number | undefined> = new Set([20006, 70051]);

/** Twilio accepted our key, but the key lacks the permission for this call. Other calls are unaffected. */
export const isMissingPermission = (cause: TwilioCause | undefined): boolean => CODES.has(cause?.code);

/** Logs each missing permission once per endpoint, not once per call. */
export class MissingPermissions {
  readonly #log: Log;
  readonly #reported = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  report(request: WireRequest, twilio: TwilioCause): void {
    const endpoint = endpointOf(request);
    const key = `${twilio.code} ${endpoint}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    const { product = 'verify' } = request;
    this.#log.error(
      { code: 'UPSTREAM_MISCONFIGURED', product, endpoint, twilio },
      'the API key of Twilio may not make this call; grant it the permission for this endpoint',
    );
  }

  /** Called when the key changes: the new key may lack the same permissions. */
  forget(): void {
    this.#reported.clear();
  }
}

/** Twilio's paths alternate between names and values; values must not be logged. */
function endpointOf({ method, path }: WireRequest): string {
  const [, version, ...segments] = path.split('?', 1)[0]!.split('/');
  const names = segments.map((segment, index) => (index % 2 === 0 ? segment : '*'));
  return `${method} /${[version, ...names].join('/')}`;
}
