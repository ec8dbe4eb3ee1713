import fc from 'fast-check';
import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import { isSignedByTwilio } from '../../src/live/twilioSignature.ts';

const TOKEN = '12345';
const CALL = {
  CallSid: 'CA1234567890ABCDE',
  Caller: '+14158675309',
  Digits: '1234',
  From: '+14158675309',
  To: '+18005551212',
};
const URL_OF_CALL = 'https://mycompany.com/myapp.php?foo=1&bar=2';
const JSON_BODY = '{"property": "value", "boolean": true}';
const JSON_HASH = '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620';

const EVENT = {
  type: 'challenge.approved',
  uuid: '7d9f2b1e-0000-4000-8000-000000000001',
  account_sid: `AC${'a'.repeat(32)}`,
  service_sid: `VA${'a'.repeat(32)}`,
  entity_identity: 'ff483d1ff591898a9942916050d2ca3f',
  factor_sid: `YF${'a'.repeat(32)}`,
  factor_type: 'push',
  challenge_sid: `YC${'a'.repeat(32)}`,
};
const EVENT_TOKEN = '0123456789abcdef0123456789abcdef';
const EVENT_URL = 'https://gw.example.test/webhooks/verify';

const isForm = (
  url: string,
  parameters: Record<string, string> | string[][],
  signature: string | undefined,
  token = TOKEN,
) =>
  isSignedByTwilio(
    { url, signature, bodyKind: 'form', body: Buffer.from(String(new URLSearchParams(parameters))) },
    [token],
  );
const isJson = (url: string, json: string, signature: string | undefined, token = TOKEN) =>
  isSignedByTwilio({ url, signature, bodyKind: 'json', body: Buffer.from(json) }, [token]);

describe('the signatures that Twilio publishes', () => {
  it.each([
    [URL_OF_CALL, 'RSOYDt4T1cUTdK1PDd93/VVr8B8='],
    ['https://mycompany.com:443/myapp.php?foo=1&bar=2', 'kvajT1Ptam85bY51eRf/AJRuM3w='],
    [URL_OF_CALL, 'kvajT1Ptam85bY51eRf/AJRuM3w='],
    ['https://mycompany.com:1234/myapp.php?foo=1&bar=2', 'RSOYDt4T1cUTdK1PDd93/VVr8B8='],
    ['http://mycompany.com:80/myapp.php?foo=1&bar=2', '0ZXoZLH/DfblKGATFgpif+LLRf4='],
    ['http://mycompany.com/myapp.php?foo=1&bar=2', '0ZXoZLH/DfblKGATFgpif+LLRf4='],
    ['https://user@mycompany.com/myapp.php?foo=1&bar=2', '2YRLlVAflCqxaNicjMpJcSTgzSs='],
    ['https://user:pass@mycompany.com:443/myapp.php?foo=1&bar=2', 'ZQFR1PTIZXF2MXB8ZnKCvnnA+rI='],
    [`${URL_OF_CALL}&Body=It's+amazing`, 'TfZzewPq8wqrGlMfyAud8+/IvJ0='],
    [`${URL_OF_CALL}&Body=It's+amazing`, 'dsq4Ehbj6cs+KdTkpF5sSSplOWw='],
  ])('the form to %s is signed by %s', (url, signature) => {
    expect(isForm(url, CALL, signature)).toBe(true);
  });

  it.each([
    [`${URL_OF_CALL}&bodySHA256=${JSON_HASH}`, 'a9nBmqA0ju/hNViExpshrM61xv4='],
    [`https://mycompany.com/myapp.php?bodySHA256=${JSON_HASH}`, 'y77kIzt2vzLz71DgmJGsen2scGs='],
  ])('the JSON to %s is signed by %s', (url, signature) => {
    expect(isJson(url, JSON_BODY, signature)).toBe(true);
  });

  it('an event of Verify is recognized as a form and as JSON', () => {
    expect(isForm(EVENT_URL, EVENT, 'ASnuuRlPK7yVgoYJbFV2KiGt+Ok=', EVENT_TOKEN)).toBe(true);
    const json = JSON.stringify(EVENT, Object.keys(EVENT).sort());
    const url = `${EVENT_URL}?bodySHA256=f55469e04f2e963666cb4420ae9f11a664ba918efd87eeafa930b95c62970418`;
    expect(isJson(url, json, 'EFJji0ow2RuzJ4lAtHPy/1bxWUQ=', EVENT_TOKEN)).toBe(true);
  });
});

describe('a request that Twilio did not sign', () => {
  const SIGNATURE = 'RSOYDt4T1cUTdK1PDd93/VVr8B8=';

  it.each([
    ['another URL', `${URL_OF_CALL}&more=1`, CALL, SIGNATURE, TOKEN],
    ['another host', URL_OF_CALL.replace('my', 'your'), CALL, SIGNATURE, TOKEN],
    ['plain http', URL_OF_CALL.replace('https', 'http'), CALL, SIGNATURE, TOKEN],
    ['a changed parameter', URL_OF_CALL, { ...CALL, Digits: '1235' }, SIGNATURE, TOKEN],
    ['an extra parameter', URL_OF_CALL, { ...CALL, More: '' }, SIGNATURE, TOKEN],
    ['a missing parameter', URL_OF_CALL, { CallSid: CALL.CallSid }, SIGNATURE, TOKEN],
    ['a trimmed value', URL_OF_CALL, { ...CALL, Digits: '1234 ' }, SIGNATURE, TOKEN],
    ['another token', URL_OF_CALL, CALL, SIGNATURE, '12346'],
    ['another signature', URL_OF_CALL, CALL, SIGNATURE.replace('R', 'S'), TOKEN],
    ['half a signature', URL_OF_CALL, CALL, SIGNATURE.slice(0, 14), TOKEN],
    ['an empty signature', URL_OF_CALL, CALL, '', TOKEN],
    ['no signature', URL_OF_CALL, CALL, undefined, TOKEN],
  ])('is refused for %s', (_, url, parameters, signature, token) => {
    expect(isForm(url, parameters, signature, token)).toBe(false);
  });

  it('is refused for more parameters than Twilio ever sends', () => {
    const some = (count: number) => Array.from({ length: count }, (_, index) => [`name${index}`, 'x']);
    const isAccepted = (parameters: string[][]) => {
      const signature = twilio.getExpectedTwilioSignature(TOKEN, URL_OF_CALL, Object.fromEntries(parameters));
      return isForm(URL_OF_CALL, parameters, signature);
    };
    expect([isAccepted(some(1_000)), isAccepted(some(1_001))]).toEqual([true, false]);
  });

  it('is refused when no token is known', () => {
    const body = Buffer.from(String(new URLSearchParams(CALL)));
    expect(isSignedByTwilio({ url: URL_OF_CALL, signature: SIGNATURE, bodyKind: 'form', body }, [])).toBe(
      false,
    );
  });

  it.each([
    ['another body', `${URL_OF_CALL}&bodySHA256=${JSON_HASH}`, `${JSON_BODY} `],
    ['another hash', `${URL_OF_CALL}&bodySHA256=${JSON_HASH.replace('0', '1')}`, JSON_BODY],
    ['no hash', URL_OF_CALL, JSON_BODY],
    ['an empty hash', `${URL_OF_CALL}&bodySHA256=`, JSON_BODY],
  ])('is refused as JSON with %s, although the URL is signed', (_, url, json) => {
    const signature = twilio.getExpectedTwilioSignature(TOKEN, url, {});
    expect(isJson(url, json, signature)).toBe(false);
  });

  it('is refused as JSON when the hash fits and the URL is signed by another', () => {
    const url = `${EVENT_URL}?bodySHA256=${JSON_HASH}`;
    expect(isJson(url, JSON_BODY, twilio.getExpectedTwilioSignature('other', url, {}))).toBe(false);
  });
});

describe("Twilio's own library", () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 8 });
  const parameters = fc.array(fc.tuple(text, text), { maxLength: 8 });
  const url = fc.webUrl({ withQueryParameters: true });

  it('signs any form so that it is accepted, and refused after one change', () => {
    fc.assert(
      fc.property(url, parameters, text, (calledUrl, given, more) => {
        const signature = twilio.getExpectedTwilioSignature(TOKEN, calledUrl, valuesByName(given));
        expect(isForm(calledUrl, given, signature)).toBe(true);
        expect(isForm(calledUrl, [...given, [`More${more}`, more]], signature)).toBe(false);
      }),
    );
  });

  it('signs any body so that it is accepted, and refused after one change', () => {
    fc.assert(
      fc.property(url, text, (calledUrl, body) => {
        const signed = new URL(calledUrl);
        signed.searchParams.set('bodySHA256', twilio.getExpectedBodyHash(body));
        const signature = twilio.getExpectedTwilioSignature(TOKEN, signed.href, {});
        expect(twilio.validateRequestWithBody(TOKEN, signature, signed.href, body)).toBe(true);
        expect(isJson(signed.href, body, signature)).toBe(true);
        expect(isJson(signed.href, `${body} `, signature)).toBe(false);
      }),
    );
  });

  it('accepts for each URL the same signatures of ports and encodings', () => {
    const ports = ['', ':443', ':80', ':1234'];
    const queries = ['', '?', "?a=It's", '?a=It%27s', '?b=1&a=%20+%2B', '?a'];
    const urls = ['https', 'http'].flatMap((scheme) =>
      ports.flatMap((port) => queries.map((query) => `${scheme}://gw.example.test${port}/a/b${query}`)),
    );
    const signatures = urls.map((signed) => twilio.getExpectedTwilioSignature(TOKEN, signed, CALL));
    for (const received of urls) {
      const accepted = (isAccepted: (signature: string) => boolean) =>
        urls.filter((_, index) => isAccepted(signatures[index]!));
      expect(accepted((signature) => isForm(received, CALL, signature))).toEqual(
        accepted((signature) => twilio.validateRequest(TOKEN, signature, received, CALL)),
      );
    }
  });
});

/** As the library takes parameters: a list for a name that is repeated. */
function valuesByName(given: string[][]): Record<string, string[]> {
  const byName: Record<string, string[]> = Object.create(null);
  for (const [name, value] of given) (byName[name!] ??= []).push(value!);
  return byName;
}
