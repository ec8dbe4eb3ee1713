import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { control, CONTROL_PATH } from './control.ts';
import type { Controlled } from './control.ts';
import { faultOf, injectFault, notifyFaultOf } from './fault.ts';
import { isNotifyPath } from './notify/service.ts';
import { answer, isForm } from './routes.ts';
import type { SandboxState } from './state.ts';

const MAX_BODY_BYTES = 64 * 1024;
/** Twilio's limit, enough for thousands of recipients. */
const MAX_NOTIFY_BODY_BYTES = 1024 * 1024;

/** @param sandbox its state is read again after the body has arrived, because a reset may happen meanwhile */
export async function serve(
  sandbox: Controlled & { readonly url: string },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedAt = performance.now();
  const { method = '', headers, url = '' } = request;
  const [path = '', ...query] = url.split('?');
  const { authorization, host, 'content-type': contentType } = headers;
  const head = { method, path, authorization, contentType };
  if (path === CONTROL_PATH || path.startsWith(`${CONTROL_PATH}/`)) {
    const body = await readBody(request);
    const { status, json } = await control(sandbox, { ...head, host, body });
    return send(response, sandbox.state(), status, JSON.stringify(json), { 'cache-control': 'no-store' });
  }

  const resendFault = faultOf(sandbox.state(), head);
  if (resendFault?.kind === 'cutBeforeRead') return void request.socket.destroy();
  const body = await readBody(request, isNotifyPath(path) ? MAX_NOTIFY_BODY_BYTES : MAX_BODY_BYTES);
  const state = sandbox.state();
  const origin = `http://${host ?? new URL(sandbox.url).host}`;
  const fault = resendFault ?? notifyFaultOf(head, { query: query.join('?'), body });
  const perform = () => answer(state, { ...head, query: query.join('?'), body, origin });
  const sendTwilio = (status: number, text: string | undefined, more?: Readonly<Record<string, string>>) =>
    send(response, state, status, text, { ...twilioHeaders(startedAt), ...more });
  if (fault && isForm({ body, contentType }))
    return injectFault(fault, { perform, send: sendTwilio, response });
  const { status, json, headers: more } = perform();
  sendTwilio(status, json && JSON.stringify(json), more);
}

/** @param text undefined for an empty body */
function send(
  response: ServerResponse,
  { clock }: SandboxState,
  status: number,
  text: string | undefined,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, {
    ...(text !== undefined && { 'content-type': 'application/json' }),
    // The mobile SDK uses this time after its own has been refused.
    date: new Date(clock.now()).toUTCString(),
    ...headers,
  });
  response.end(text);
}

const twilioHeaders = (startedAt: number) => ({
  'twilio-request-id': `RQ${randomBytes(16).toString('hex')}`,
  'twilio-request-duration': ((performance.now() - startedAt) / 1000).toFixed(3),
  'twilio-concurrent-requests': '1',
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
  'access-control-allow-headers': 'Content-Type, Authorization',
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'Twilio-Request-Id',
});

/** Undefined if the body is too large. */
async function readBody(request: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  return bytes > maxBytes ? undefined : Buffer.concat(chunks).toString();
}
