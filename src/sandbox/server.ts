import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { answer, seededFault } from './routes.ts';
import type { Fault } from './seed.ts';
import { SANDBOX_ACCOUNT_SID, SANDBOX_AUTH_TOKEN } from './seed.ts';
import { SandboxState, TwilioProblem } from './state.ts';

export interface Sandbox {
  /** Base URL, for example http://127.0.0.1:4010. */
  readonly url: string;
  readonly state: SandboxState;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const MAX_BODY_BYTES = 64 * 1024;
const AUTHORIZATION = `Basic ${Buffer.from(`${SANDBOX_ACCOUNT_SID}:${SANDBOX_AUTH_TOKEN}`).toString('base64')}`;

/**
 * Starts the sandbox on loopback: plain HTTP with Twilio's paths, so that any Twilio SDK can be pointed at it.
 * @param port 0 picks a free one.
 */
export async function startSandbox(port = 0): Promise<Sandbox> {
  const state = new SandboxState();
  const server = createServer((request, response) => {
    serve(state, request, response).catch(() => response.destroy());
  });
  server.listen(port, HOST);
  await once(server, 'listening');
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    state,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(state: SandboxState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const startedAt = performance.now();
  const method = request.method ?? '';
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const fault = seededFault(state, method, path);
  if (fault?.kind === 'cutBeforeRead' && isAuthorized(request)) return void request.socket.destroy();
  const body = await readBody(request);

  const send = (status: number, text: string, headers: Record<string, string> = {}) => {
    response.writeHead(status, {
      'content-type': 'application/json',
      'twilio-request-id': `RQ${randomBytes(16).toString('hex')}`,
      'twilio-request-duration': ((performance.now() - startedAt) / 1000).toFixed(3),
      'twilio-concurrent-requests': '1',
      ...CORS,
      ...headers,
    });
    response.end(text);
  };

  try {
    checkRequest(request, body);
    const origin = `http://${request.headers.host ?? HOST}`;
    const perform = () =>
      answer(state, {
        method,
        path,
        query: new URLSearchParams(query),
        form: new URLSearchParams(body),
        origin,
      });
    if (fault) return misbehave(fault, { perform, send, response });
    const { status, json } = perform();
    send(status, JSON.stringify(json));
  } catch (error) {
    if (!(error instanceof TwilioProblem)) throw error;
    send(error.status, problemJson(error));
  }
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'Content-Type, Authorization',
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'Twilio-Request-Id',
};

const isAuthorized = (request: IncomingMessage) => request.headers.authorization === AUTHORIZATION;

function checkRequest(request: IncomingMessage, body: string | undefined): asserts body is string {
  if (!isAuthorized(request)) throw new TwilioProblem(401, 20003, 'Authenticate');
  if (body === undefined)
    throw new TwilioProblem(413, 413, `The sandbox takes at most ${MAX_BODY_BYTES} bytes`);
  if (body && !request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    throw new TwilioProblem(
      415,
      415,
      'The sandbox takes application/x-www-form-urlencoded, as Twilio documents',
    );
  }
}

interface Exchange {
  readonly perform: () => { status: number; json: object };
  readonly send: (status: number, text: string, headers?: Record<string, string>) => void;
  readonly response: ServerResponse;
}

/** Answers a resend the way its seed says. */
function misbehave(fault: Fault, { perform, send, response }: Exchange): void {
  switch (fault.kind) {
    case 'problem': {
      const retryAfter = fault.retryAfterSeconds;
      const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
      return send(fault.status, problemJson(fault), headers);
    }
    case 'body':
      return send(fault.status, fault.body, { 'content-type': fault.contentType });
    case 'truncatedJson': {
      const { status, json } = perform();
      return send(status, JSON.stringify(json).slice(0, -20));
    }
    case 'cutAfterRead':
      perform();
      return void response.socket?.destroy();
    case 'cutBeforeRead':
    case 'hang':
      return;
  }
}

const problemJson = ({ code, message, status }: Pick<TwilioProblem, 'code' | 'message' | 'status'>): string =>
  JSON.stringify({ code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });

/** Undefined when it is too large. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString();
}
