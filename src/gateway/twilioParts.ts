import type { Config } from '../config/config.ts';
import type { Upstream } from './upstream.ts';

/** What a connection is made of. Kept apart from it, so that its type shows users what is theirs. */
interface Parts {
  readonly upstream: Upstream;
  readonly config: Config;
}

const kept = new WeakMap<object, Parts>();

export const keepParts = (connection: object, parts: Parts): void => void kept.set(connection, parts);

/** @throws TypeError for anything that `createTwilio` did not make. */
export function partsOf(connection: object): Parts {
  const parts = kept.get(connection);
  if (!parts) throw new TypeError('twilio must be what createTwilio gave; await it');
  return parts;
}
