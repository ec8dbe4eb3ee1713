import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { urlForms } from './urlForms.ts';

export interface SignedRequest {
  /** The whole URL that Twilio called, with its query. */
  readonly url: string;
  /** The header X-Twilio-Signature. */
  readonly signature: string | undefined;
  readonly bodyKind: 'form' | 'json';
  /** The body as it arrived. */
  readonly body: Buffer;
}

/** Twilio sends tens. Sorting as many as a body can hold would keep the process from other requests. */
const MAX_PARAMETERS = 1_000;

/**
 * Whether Twilio signed this request with one of the auth tokens. A form is signed together with the URL. JSON is signed
 * by its hash, which the URL holds.
 */
export function isSignedByTwilio(request: SignedRequest, authTokens: readonly string[]): boolean {
  const { url, signature, bodyKind, body } = request;
  if (!signature) return false;
  if (bodyKind === 'json' && !isSameText(hashIn(url), sha256(body))) return false;
  if (bodyKind === 'form' && parameterCount(body) > MAX_PARAMETERS) return false;
  const signedParameters = bodyKind === 'form' ? parameterText(new URLSearchParams(body.toString())) : '';
  const forms = urlForms(url);
  return authTokens.some((authToken) =>
    forms.some((form) => isSameText(signature, signatureOf(authToken, form + signedParameters))),
  );
}

const parameterCount = (form: Buffer): number => form.toString('latin1').split('&').length;

const hashIn = (url: string): string => new URL(url).searchParams.get('bodySHA256') ?? '';

const sha256 = (body: Buffer): string => createHash('sha256').update(body).digest('hex');

const signatureOf = (authToken: string, text: string): string =>
  createHmac('sha1', authToken).update(text).digest('base64');

/** Names in the order of their code units; the values of one name sorted and without repetitions. */
function parameterText(parameters: URLSearchParams): string {
  const valuesByName = new Map<string, Set<string>>();
  for (const [name, value] of parameters) {
    const values = valuesByName.get(name);
    if (values) values.add(value);
    else valuesByName.set(name, new Set([value]));
  }
  const inOrder = [...valuesByName].sort(([one], [other]) => (one < other ? -1 : 1));
  return inOrder.flatMap(([name, values]) => [...values].sort().map((value) => name + value)).join('');
}

/** Takes the same time wherever the texts differ. The length of the expected text is public. */
function isSameText(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
