import type { KeyObject } from 'node:crypto';
import * as v from 'valibot';
import { apiKeyOf } from '../auth/apiKeys.ts';
import type { ApiKey } from '../auth/apiKeys.ts';
import { SCOPES } from '../auth/caller.ts';
import { issuerKeyOf } from '../auth/issuerKey.ts';
import { readTrustedDocuments } from '../documents/trustedDocuments.ts';
import { isLoopback } from './loopback.ts';

/** Parses the text of a variable. A problem never contains the text, which may be a secret. */
export interface Rule<Value> {
  read(text: string): { readonly value: Value } | { readonly problem: string };
}

/** Hides the schema library, so that the public types do not need it. */
const ruleOf = <Value>(schema: v.GenericSchema<unknown, Value>): Rule<Value> => ({
  read(text) {
    const { success, output, issues } = v.safeParse(schema, text, { abortPipeEarly: true });
    return success ? { value: output } : { problem: issues[0].message };
  },
});

/** @param make returns undefined for a text that breaks the rule */
const made = <Value>(make: (text: string) => Value | undefined, message: string): Rule<Value> =>
  ruleOf(
    v.pipe(
      v.string(),
      v.transform(make),
      v.check((value) => value !== undefined, message),
      v.transform((value) => value as Value),
    ),
  );

export const text: Rule<string> = ruleOf(v.string());

export const matching = (pattern: RegExp, message: string): Rule<string> =>
  ruleOf(v.pipe(v.string(), v.regex(pattern, message)));

export const oneOf = <const Values extends readonly string[]>(values: Values): Rule<Values[number]> =>
  ruleOf(v.picklist(values, `must be one of ${values.join(', ')}`));

export function wholeNumber(min: number, max: number): Rule<number> {
  const message = `must be a whole number from ${min} to ${max}`;
  return ruleOf(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,9}$/, message),
      v.transform(Number),
      v.minValue(min, message),
      v.maxValue(max, message),
    ),
  );
}

export const onOff: Rule<boolean> = ruleOf(
  v.pipe(
    v.picklist(['on', 'off', 'true', 'false', '1', '0'], 'must be one of on, off, true, false, 1, 0'),
    v.transform((word) => ['on', 'true', '1'].includes(word)),
  ),
);

export const printable: Rule<string> = matching(/^[\x21-\x7e]+$/, 'must be printable and without spaces');

export const httpUrl: Rule<URL> = made(
  (url) => (isPlainHttpUrl(url) ? new URL(url) : undefined),
  'must be an http or https URL without credentials, query or fragment',
);

/** Kept as it is written, because the signature covers each of its characters. */
export const webhookUrl: Rule<string> = made(
  (url) => (isPlainHttpUrl(url) && !/[?#\s]/.test(url) ? url : undefined),
  'must be an http or https URL without credentials, query or fragment',
);

export const origins: Rule<readonly string[]> = made((list) => {
  const given = list.split(',').map((origin) => origin.trim());
  const isOrigin = (origin: string) => isPlainHttpUrl(origin) && new URL(origin).origin === origin;
  return given.every(isOrigin) ? given : undefined;
}, 'must be origins such as https://app.example.com, separated by commas; * is not accepted');

export const jwksUrl: Rule<URL> = made(
  (url) => (isSafeUrl(url) ? new URL(url) : undefined),
  'must be an https URL without credentials; whoever can change what it answers can sign in as anybody',
);

export const publicKey: Rule<KeyObject> = made(
  issuerKeyOf,
  'must be a public key in PEM: RSA of 2048 bits or more, P-256, P-384, P-521 or Ed25519; never a private one',
);

export const apiKeys: Rule<readonly ApiKey[]> = made(
  (list) => {
    const keys = list.split(',').map((entry) => apiKeyOf(entry.trim()));
    return keys.every((key) => key !== undefined) ? keys : undefined;
  },
  `must be name:sha256hex or name:sha256hex:scope+scope, separated by commas; scopes are ${SCOPES.join(', ')}`,
);

/** Uses no type of `documents/`, so that the public types do not depend on that folder. */
export const trustedDocuments: Rule<ReadonlyMap<string, string>> = {
  read(path) {
    const documents = readTrustedDocuments(path);
    return typeof documents === 'string' ? { problem: documents } : { value: documents };
  },
};

function isPlainHttpUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password, search, hash } = new URL(url);
  return /^https?:$/.test(protocol) && !username && !password && !search && !hash;
}

function isSafeUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  const isPrivate = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
  return isPrivate && !username && !password;
}
