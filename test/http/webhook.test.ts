import { request as httpRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { watchSandbox } from '../helpers/sandboxCalls.ts';
import { startGateway } from '../helpers/startGateway.ts';
import { APPROVED, PUBLIC_URL, signedForm, signedJson } from '../helpers/webhooks.ts';

type Gateway = Awaited<ReturnType<typeof startGateway>>;

const start = () => startGateway({ WEBHOOK_PUBLIC_URL: PUBLIC_URL });

const send = (gateway: Gateway, init: RequestInit & { query?: string }) =>
  fetch(`${gateway.url}/webhooks/verify${init.query ?? ''}`, init);

async function refusalTo(gateway: Gateway, init: RequestInit & { query?: string }) {
  const response = await send(gateway, init);
  const { errors } = (await response.json()) as any;
  return [response.status, errors[0].extensions.code];
}

async function counts({ url }: Gateway) {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = [...text.matchAll(/^verify_push_webhooks_total\{outcome="(\w+)"\} (\d+)/gm)];
  return Object.fromEntries(lines.map(([, outcome, count]) => [outcome, Number(count)]));
}

describe('an event of Twilio', () => {
  it.each([
    ['a form', signedForm()],
    ['JSON', signedJson()],
    [
      'a form with members and types that are new',
      signedForm({ ...APPROVED, type: 'challenge.new', more: ['b', 'a', 'b', ' '] }),
    ],
    [
      'JSON with members and types that are new',
      signedJson({ ...APPROVED, type: 7, more: { deep: [null, 1] } }),
    ],
    [
      'a form to a URL with a query',
      { ...signedForm(APPROVED, { url: `${PUBLIC_URL}?stage=a%20b` }), query: '?stage=a%20b' },
    ],
    [
      'a form whose URL was signed with its port',
      signedForm(APPROVED, { url: PUBLIC_URL.replace('.test', '.test:443') }),
    ],
  ])('is accepted as %s, with exactly 200 and no body', async (_, init) => {
    const gateway = await start();
    const response = await send(gateway, init);
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(await counts(gateway)).toEqual({ accepted: 1, duplicate: 0, ignored: 0, refused: 0 });
  });

  it('is accepted behind a proxy that changes host, scheme and path', async () => {
    const gateway = await startGateway({ WEBHOOK_PUBLIC_URL: 'https://www.bank.example:8443/hooks/twilio' });
    const url = 'https://www.bank.example:8443/hooks/twilio';
    const init = signedForm(APPROVED, { url });
    const headers = { ...init.headers, 'x-forwarded-host': 'other.example', 'x-forwarded-proto': 'http' };
    expect((await send(gateway, { ...init, headers })).status).toBe(200);
    expect(await refusalTo(gateway, signedForm(APPROVED, { url: `${gateway.url}/webhooks/verify` }))).toEqual(
      [403, 'INVALID_SIGNATURE'],
    );
  });

  it('is answered 200 again when it is repeated, and counts as a duplicate', async () => {
    const gateway = await start();
    for (const init of [signedForm(), signedForm(), signedJson()])
      expect((await send(gateway, init)).status).toBe(200);
    expect((await send(gateway, signedForm({ ...APPROVED, uuid: 'another' }))).status).toBe(200);
    expect(await counts(gateway)).toEqual({ accepted: 2, duplicate: 2, ignored: 0, refused: 0 });
  });

  it.each([
    ['a factor', { ...APPROVED, type: 'factor.verified' }],
    ['no person', { uuid: 'u', type: 'challenge.approved' }],
    ['nothing', {}],
  ])('is answered 200 and ignored when it tells of %s', async (_, members: Record<string, string>) => {
    const gateway = await start();
    expect((await send(gateway, signedForm(members))).status).toBe(200);
    expect(await counts(gateway)).toEqual({ accepted: 0, duplicate: 0, ignored: 1, refused: 0 });
  });

  it('makes no call to Twilio while no one waits for its challenge', async () => {
    const gateway = await start();
    const calls = watchSandbox();
    expect((await send(gateway, signedForm())).status).toBe(200);
    await new Promise(setImmediate);
    expect(calls).toEqual([]);
  });
});

describe('what is not an event of Twilio', () => {
  const form = signedForm();
  const json = signedJson();
  const { 'x-twilio-signature': _, ...unsigned } = form.headers;
  const forbidden = [403, 'INVALID_SIGNATURE'];

  it.each([
    ['no signature', { ...form, headers: unsigned }, forbidden],
    ['an empty signature', { ...form, headers: { ...form.headers, 'x-twilio-signature': '' } }, forbidden],
    ['the signature of another token', signedForm(APPROVED, { token: 'other' }), forbidden],
    ['a changed parameter', { ...form, body: form.body.replace('approved', 'denied') }, forbidden],
    ['an extra parameter', { ...form, body: `${form.body}&more=` }, forbidden],
    ['an extra parameter in the query', { ...form, query: '?more=1' }, forbidden],
    ['a wrong hash of its body', { ...json, body: `${json.body} ` }, forbidden],
    ['JSON without the hash', { ...json, query: '' }, forbidden],
    [
      'JSON with the signature of a form',
      { ...form, headers: { ...form.headers, 'content-type': 'application/json' } },
      forbidden,
    ],
    [
      'a form with the signature of JSON',
      { ...json, headers: { ...json.headers, 'content-type': 'application/x-www-form-urlencoded' } },
      forbidden,
    ],
    ['65 kB', signedForm({ ...APPROVED, more: 'x'.repeat(66_560) }), [413, 'REQUEST_TOO_LARGE']],
    [
      'text',
      { ...form, headers: { ...form.headers, 'content-type': 'text/plain' } },
      [415, 'UNSUPPORTED_MEDIA_TYPE'],
    ],
    [
      'an encoding',
      { ...form, headers: { ...form.headers, 'content-encoding': 'gzip' } },
      [415, 'UNSUPPORTED_MEDIA_TYPE'],
    ],
    [
      'a GET',
      { method: 'GET', headers: { 'x-twilio-signature': form.headers['x-twilio-signature']! } },
      [405, 'METHOD_NOT_ALLOWED'],
    ],
    ['a PUT', { ...form, method: 'PUT' }, [405, 'METHOD_NOT_ALLOWED']],
  ])('is refused and logged: %s', async (__, init, expected) => {
    const gateway = await start();
    expect(await refusalTo(gateway, init)).toEqual(expected);
    expect(await counts(gateway)).toEqual({ accepted: 0, duplicate: 0, ignored: 0, refused: 1 });
    expect(gateway.lines.filter(({ msg }) => msg === 'refused')).toMatchObject([
      { level: 30, code: expected[1] },
    ]);
    expect(gateway.written.join()).not.toContain(APPROVED.entity_identity);
  });

  it('a flood of refusals is one line of the log, and then one a second', async () => {
    const gateway = await start();
    await Promise.all(Array.from({ length: 50 }, () => send(gateway, { ...form, headers: unsigned })));
    expect(gateway.lines.filter(({ msg }) => msg === 'refused').length).toBeLessThanOrEqual(2);
    expect((await counts(gateway))['refused']).toBe(50);
  });

  it('a body without a length is refused as soon as it is too large', async () => {
    const gateway = await start();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest(`${gateway.url}/webhooks/verify`, {
        method: 'POST',
        headers: form.headers,
      });
      request.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
      request.write('x'.repeat(65_537));
    });
    expect(status).toBe(413);
  });

  it('a refused event does not make the real one a duplicate', async () => {
    const gateway = await start();
    await send(gateway, { ...form, headers: unsigned });
    expect((await send(gateway, form)).status).toBe(200);
    expect(await counts(gateway)).toEqual({ accepted: 1, duplicate: 0, ignored: 0, refused: 1 });
  });

  it('the method that is allowed is named', async () => {
    const response = await send(await start(), { method: 'DELETE' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('without WEBHOOK_PUBLIC_URL', () => {
  it('every webhook is answered 404', async () => {
    const gateway = await startGateway();
    expect(await refusalTo(gateway, signedForm())).toEqual([404, 'NOT_FOUND']);
    expect(await refusalTo(gateway, { method: 'GET' })).toEqual([404, 'NOT_FOUND']);
  });
});
