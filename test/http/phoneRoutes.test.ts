import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { VERIFIED_FACTOR_SID } from '../../src/sandbox/seed.ts';
import { startGateway, upstreamAt } from '../helpers/startGateway.ts';
import { httpAnswer, startUpstream } from '../helpers/upstream.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const SCREEN = `/_sandbox/devices/${VERIFIED_FACTOR_SID}/screen`;

/** A request with any Host, which fetch does not allow. */
function ask(url: string, method: string, path: string, headers: Record<string, string> = {}, body = '') {
  return new Promise<{ status: number; json: any }>((resolve, reject) => {
    const asking = request(url + path, { method, headers }, async (response) => {
      resolve({ status: response.statusCode!, json: await json(response) });
    });
    asking.on('error', reject).end(body);
  });
}

describe('the page with the phone', () => {
  it('the page is served at / with its script and styles, under a policy that allows nothing foreign', async () => {
    const { url } = await startGateway();
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
    const html = await page.text();
    const parts = [...html.matchAll(/<(?:link rel="stylesheet" href|script type="module" src)="([^"]+)"/g)];
    expect(parts.map(([, path]) => path)).toEqual(['phone.css', 'phone.js']);
    expect(html).not.toMatch(/ style=| on\w+=|https?:/);
    for (const [, path] of parts) {
      const part = await fetch(`${url}/${path}`);
      expect(part.headers.get('content-type')).toMatch(/^text\/(css|javascript); charset=utf-8$/);
      expect((await part.text()).length).toBeGreaterThan(5_000);
    }
    expect(await (await fetch(url, { method: 'HEAD' })).text()).toBe('');
  });

  it.each([
    ['Twilio is the upstream', async () => upstreamAt((await startUpstream(httpAnswer(201, '{}'))).url)],
    ['callers sign in', async () => ({ AUTH: 'required', API_KEYS: `page:${'0'.repeat(64)}` })],
  ])('/ leads to /graphql, and the phone is not found, when %s', async (_, env) => {
    const { url } = await startGateway(await env());
    const { status, headers } = await fetch(url, { redirect: 'manual' });
    expect([status, headers.get('location')]).toEqual([302, '/graphql']);
    for (const path of [SCREEN, '/phone.js', '/phone.css']) {
      expect((await ask(url, 'GET', path)).status, path).toBe(404);
    }
    expect((await ask(url, 'POST', '/_sandbox/reset', JSON_TYPE, '{}')).status).toBe(404);
  });
});

describe('the sandbox at the origin of the gateway', () => {
  it('the control API of the sandbox answers at the origin of the gateway', async () => {
    const { url, sandbox, resend } = await startGateway();
    expect((await resend()).__typename).toBe('Notification');
    const { status, json } = await ask(url, 'GET', SCREEN, { origin: url, 'sec-fetch-site': 'same-origin' });
    expect(status).toBe(200);
    expect(json).toMatchObject({ online: true, pushes: [{ ttl: 300 }] });
    const put = await ask(url, 'PUT', SCREEN.replace('/screen', ''), JSON_TYPE, '{"online":false}');
    expect([put.status, sandbox!.device().online]).toEqual([200, false]);
  });

  it.each([
    ['a page of another origin', { ...JSON_TYPE, origin: 'http://evil.example' }, 403],
    ['a page of another port', { ...JSON_TYPE, origin: 'http://127.0.0.1:1' }, 403],
    ['a page of another site, without an origin', { ...JSON_TYPE, 'sec-fetch-site': 'cross-site' }, 403],
    ['a page of the same site', { ...JSON_TYPE, 'sec-fetch-site': 'same-site' }, 403],
    ['a page without an origin of its own', { ...JSON_TYPE, origin: 'null' }, 403],
    ['a name that leads here', { ...JSON_TYPE, host: 'evil.example' }, 403],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['plain text', { 'content-type': 'text/plain' }, 415],
    ['a request without a type', {}, 415],
  ])('the sandbox refuses %s', async (_, headers, status) => {
    const { url, sandbox } = await startGateway();
    sandbox!.advanceClock(100);
    const answer = await ask(url, 'POST', '/_sandbox/reset', headers as Record<string, string>, '{}');
    expect(answer.status).toBe(status);
    expect(sandbox!.now.getTime() - Date.now()).toBeGreaterThan(90_000);
  });

  it('the gateway serves nothing of the sandbox but its control API', async () => {
    const { url } = await startGateway();
    for (const path of [
      '/v2/Services',
      '/_sandbox',
      '/_sandbox/../v2/Services',
      '/_sandbox/%2e%2e/v2/Services',
    ]) {
      expect((await ask(url, 'GET', path)).status, path).toBe(404);
    }
  });
});
