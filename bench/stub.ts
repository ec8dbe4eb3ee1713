import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';

/** Stands in for Twilio: answers every call the same way, and tells how many it saw. */
let calls = 0;
let isFailing = false;
let delayMs = 0;

const HEADERS = { 'content-type': 'application/json', 'twilio-request-id': `RQ${'a'.repeat(32)}` };
const DATE = '2026-01-01T00:00:00Z';
const FACTOR_SID = `YF${'a'.repeat(32)}`;

/** Not a failure to the breaker, and not repeated. */
const REFUSAL = JSON.stringify({
  code: 60309,
  message: 'Challenge has reached the maximum number of notifications',
  more_info: 'https://www.twilio.com/docs/errors/60309',
  status: 400,
});

const server = createServer((request, response) => {
  const { method, url = '' } = request;
  if (url === '/calls') return void response.end(String(calls));
  if (url.startsWith('/behave?')) {
    const asked = new URLSearchParams(url.slice(url.indexOf('?')));
    isFailing = asked.get('isFailing') === 'true';
    delayMs = Number(asked.get('delayMs'));
    return void response.end();
  }
  request.resume();
  request.on('end', () => {
    calls += 1;
    if (delayMs === 0) answer(response, method, url);
    else setTimeout(answer, delayMs, response, method, url);
  });
});

function answer(response: ServerResponse, method: string | undefined, url: string): void {
  response.writeHead(isFailing ? 400 : method === 'POST' ? 201 : 200, HEADERS);
  response.end(isFailing ? REFUSAL : JSON.stringify(resourceAt(method, url)));
}

function resourceAt(method: string | undefined, url: string): object {
  const [, , , serviceSid, , identity, kind, sid] = url.split('/');
  const common = {
    account_sid: `AC${'a'.repeat(32)}`,
    service_sid: serviceSid,
    entity_sid: `YE${'a'.repeat(32)}`,
    identity,
    date_created: DATE,
  };
  if (method === 'POST') {
    return { sid: `NT${'a'.repeat(32)}`, ...common, challenge_sid: sid, priority: 'high', ttl: 150 };
  }
  const dates = { date_updated: DATE, metadata: {}, url: `https://verify.twilio.com${url}` };
  if (kind === 'Factors') {
    return {
      sid,
      ...common,
      ...dates,
      friendly_name: 'A phone',
      status: 'verified',
      factor_type: 'push',
      config: { app_id: 'com.example', notification_platform: 'fcm', notification_token: 'token' },
    };
  }
  return {
    sid,
    ...common,
    ...dates,
    factor_sid: FACTOR_SID,
    date_responded: null,
    expiration_date: DATE,
    status: 'pending',
    responded_reason: '',
    details: { message: 'Sign in?', fields: [{ label: 'Place', value: 'Berlin' }] },
    hidden_details: {},
    factor_type: 'push',
  };
}

server.keepAliveTimeout = 60_000;
server.listen(Number(process.env['PORT']), '127.0.0.1');
