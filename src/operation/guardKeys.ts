import { createHash } from 'node:crypto';

/*
 * The keys under which sends are guarded. Lower case, because Twilio may treat two spellings as one: a guard that is too
 * strict for two people who differ in case alone does less harm than one that can be passed. The braces keep all keys of
 * one person in one slot of a Redis Cluster.
 */

interface EntityKey {
  readonly serviceSid: string;
  readonly identity: string;
}

export const identityGuardKey = ({ serviceSid, identity }: EntityKey): string =>
  `{${serviceSid}/${identity}}`.toLowerCase();

export const challengeGuardKey = (key: EntityKey & { readonly challengeSid: string }): string =>
  `${identityGuardKey(key)}/${key.challengeSid.toLowerCase()}`;

/** Stands for the input of a write, in whatever order its members came. */
export const fingerprintOf = (input: object): string =>
  createHash('sha256').update(JSON.stringify(input, inOrder)).digest('base64');

const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
