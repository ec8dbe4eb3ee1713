import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { expectRefusal, refusalOf } from '../helpers/expectRefusal.ts';
import type { Refusal } from '../helpers/expectRefusal.ts';
import { PENDING, RESEND, startGateway } from '../helpers/startGateway.ts';

const BAD_REQUEST: Refusal = { status: 400, code: 'BAD_REQUEST' };
const JSON_TYPE = 'content-type: application/json';
const RESEND_MUTATION = `mutation {
  resendChallengeNotification(
    serviceSid: "${PENDING.serviceSid}", identity: "${PENDING.identity}", challengeSid: "${PENDING.challengeSid}"
  ) { __typename }
}`;
const BODY = JSON.stringify({ query: RESEND, variables: PENDING });
const FORM = new URLSearchParams({ query: RESEND, variables: JSON.stringify(PENDING) });
const MULTIPART = new FormData();
MULTIPART.set('operations', BODY);
MULTIPART.set('map', '{}');
const JSON_POST = { method: 'POST', headers: { 'content-type': 'application/json' } };
const UNSUPPORTED: Refusal = { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' };
const WRONG_METHOD: Refusal = { status: 405, code: 'BAD_REQUEST' };
const IN_ADDRESS = `?query=${encodeURIComponent(RESEND_MUTATION)}`;

interface WayToSend {
  /** The middle of the title: "a resend …". */
  readonly sent: string;
  readonly search?: string;
  readonly init: RequestInit;
  readonly refusal: Refusal;
}

const WAYS: readonly WayToSend[] = [
  { sent: 'by GET', search: IN_ADDRESS, init: {}, refusal: WRONG_METHOD },
  { sent: 'by a form', init: { method: 'POST', body: FORM }, refusal: UNSUPPORTED },
  { sent: 'by a multipart form', init: { method: 'POST', body: MULTIPART }, refusal: UNSUPPORTED },
  { sent: 'as text', init: { method: 'POST', body: BODY }, refusal: UNSUPPORTED },
  {
    sent: 'as application/graphql',
    init: { method: 'POST', body: RESEND_MUTATION, headers: { 'content-type': 'application/graphql' } },
    refusal: UNSUPPORTED,
  },
  {
    sent: 'in the address of a POST',
    search: IN_ADDRESS,
    init: { ...JSON_POST, body: '{}' },
    refusal: BAD_REQUEST,
  },
  {
    sent: 'in a compressed body',
    init: { ...JSON_POST, body: BODY, headers: { ...JSON_POST.headers, 'content-encoding': 'gzip' } },
    refusal: UNSUPPORTED,
  },
  { sent: 'by PUT', init: { ...JSON_POST, method: 'PUT', body: BODY }, refusal: WRONG_METHOD },
];

for (const { sent, search = '', init, refusal } of WAYS) {
  it(`a resend ${sent} is refused at once, and not executed`, async () => {
    const gateway = await startGateway();
    const headers = {
      accept: 'application/graphql-response+json',
      ...(init.headers as Record<string, string>),
    };
    const ask = async () => refusalOf(await fetch(`${gateway.url}/graphql${search}`, { ...init, headers }));
    await expectRefusal(gateway, ask, refusal);
  });
}

interface Connection {
  /** The middle of the title: "a connection …". */
  readonly that: string;
  readonly headers: readonly string[];
  readonly body?: string;
  readonly status: number;
}

const CONNECTIONS: readonly Connection[] = [
  { that: 'that announces 100 MB', headers: ['content-length: 104857600'], status: 413 },
  { that: 'that announces a negative length', headers: ['content-length: -1'], status: 400 },
  {
    that: 'that announces two lengths',
    headers: [`content-length: ${BODY.length}`, 'content-length: 5'],
    status: 400,
  },
  {
    that: 'that announces a length and chunks',
    headers: [`content-length: ${BODY.length}`, 'transfer-encoding: chunked'],
    body: `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
    status: 400,
  },
  { that: 'that sends more than it announces', headers: ['content-length: 10'], status: 400 },
  {
    that: 'that sends malformed chunks',
    headers: ['transfer-encoding: chunked'],
    body: `zz\r\n${BODY}`,
    status: 400,
  },
  {
    that: 'with 20 kB of headers',
    headers: [`x: ${'x'.repeat(20_000)}`, `content-length: ${BODY.length}`],
    status: 431,
  },
];

for (const { that, headers, body = BODY, status } of CONNECTIONS) {
  it(`a connection ${that} is refused at once, and nothing is executed`, async () => {
    const gateway = await startGateway();
    const ask = async () => {
      const socket = open(gateway.url);
      socket.write(head([JSON_TYPE, ...headers]) + body);
      return { status: await statusOf(socket) };
    };
    await expectRefusal(gateway, ask, { status });
  });
}

it('a connection that hangs up before the length it announces has asked for nothing', async () => {
  const gateway = await startGateway();
  const ask = async () => {
    const socket = open(gateway.url);
    socket.end(head([JSON_TYPE, `content-length: ${BODY.length + 1}`]) + BODY);
    return { status: await statusOf(socket) };
  };
  await expectRefusal(gateway, ask, { status: 400 });
});

it('a connection that drips 100 MB is cut as soon as it passes the limit, and delays no other request', async () => {
  const gateway = await startGateway({ LIMIT_BODY_BYTES: '1000' });
  const socket = open(gateway.url);
  const drop = 'x'.repeat(16);
  let sent = 0;
  const drip = setInterval(() => {
    socket.write(`10\r\n${drop}\r\n`);
    sent += drop.length;
  }, 2);
  onTestFinished(() => clearInterval(drip));
  socket.write(head([JSON_TYPE, 'transfer-encoding: chunked']));
  // Answers go on while it drips.
  expect(await gateway.resend()).toMatchObject({ __typename: 'Notification' });
  expect(await statusOf(socket)).toBe(413);
  expect(sent).toBeLessThan(10_000);
  expect(await gateway.resend()).toMatchObject({ __typename: 'Notification' });
  expect(gateway.sandbox!.notifications).toHaveLength(2);
});

const head = (headers: readonly string[]) =>
  ['POST /graphql HTTP/1.1', 'host: localhost', ...headers, '', ''].join('\r\n');

function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** The status of the first answer, once the gateway has closed the connection; a cut is no answer. */
async function statusOf(socket: Socket): Promise<number> {
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  await new Promise<void>((resolve) => {
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
  });
  return Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
}
