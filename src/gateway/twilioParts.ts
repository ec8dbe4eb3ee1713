import type { Config } from '../config/config.ts';
import type { Upstream } from './upstream.ts';

/** The internals of a connection. They are stored separately, so that its public type does not expose them. */
interface Parts {
  readonly upstream: Upstream;
  readonly config: Config;
}

const kept = new WeakMap<object, Parts>();

export const keepParts = (connection: object, parts: Parts): void => void kept.set(connection, parts);

/** @throws TypeError unless `createTwilio` made the connection. */
export function partsOf(connection: object): Parts {
  const parts = kept.get(connection);
  if (!parts) throw new TypeError('twilio must be what createTwilio gave; await it');
  return parts;
}
