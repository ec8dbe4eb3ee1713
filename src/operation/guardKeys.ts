import { createHash } from 'node:crypto';

/*
 * Keys are in lower case, because Twilio may treat two spellings as one: a guard that two people share because they differ
 * in case only does less harm than a guard that can be bypassed. The braces keep all keys of one person in one slot of a
 * Redis Cluster.
 */

interface EntityKey {
  readonly serviceSid: string;
  readonly identity: string;
}

export const identityGuardKey = ({ serviceSid, identity }: EntityKey): string =>
  `{${serviceSid}/${identity}}`.toLowerCase();

export const challengeGuardKey = (key: EntityKey & { readonly challengeSid: string }): string =>
  `${identityGuardKey(key)}/${key.challengeSid.toLowerCase()}`;

/** Identifies the input of a write, independent of the order of its members. */
export const fingerprintOf = (input: object): string =>
  createHash('sha256').update(JSON.stringify(input, inOrder)).digest('base64url');

const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
