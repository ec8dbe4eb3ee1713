import { createHash } from 'node:crypto';

/*
 * The names under which sends are guarded. In lower case: should Twilio not tell two spellings apart, neither may a
 * guard, and one that is too strict for two people who differ in case alone does less harm than one that can be passed.
 */

interface EntityKey {
  readonly serviceSid: string;
  readonly identity: string;
}

export const challengeGuardKey = ({
  serviceSid,
  identity,
  challengeSid,
}: EntityKey & { readonly challengeSid: string }): string =>
  `${serviceSid}/${identity}/${challengeSid}`.toLowerCase();

export const identityGuardKey = ({ serviceSid, identity }: EntityKey): string =>
  `${serviceSid}/${identity}`.toLowerCase();

/** Stands for everything a write was asked with, in whatever order its members came. */
export const fingerprintOf = (input: object): string =>
  createHash('sha256').update(JSON.stringify(input, inOrder)).digest('base64');

const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
