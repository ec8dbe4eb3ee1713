import type { ServerResponse } from 'node:http';
import * as v from 'valibot';
import type { HttpRefusal } from '../../auth/httpRefusal.ts';
import { CALLBACK_REFUSED, CALLBACK_UNCONFIRMED } from '../endpointRefusals.ts';
import { sendText } from '../respond.ts';
import type { EndpointRequest } from '../serverContext.ts';
import type { ResultStream } from './resultStream.ts';

const PROTOCOL = { 'subscription-protocol': 'callback' };
const CALL_TIMEOUT_MS = 5_000;
const MIN_HEARTBEAT_MS = 1_000;
/** The router has ended the subscription. */
const NOT_WANTED = 404;
/** In a row. */
const MAX_FAILURES = 3;

const isTaken = (status: number): boolean => status >= 200 && status < 300;

/** What a router sends with a subscription. */
const Extensions = v.object({
  subscription: v.object({
    callbackUrl: v.pipe(v.string(), v.url()),
    subscriptionId: v.pipe(v.string(), v.maxLength(256)),
    verifier: v.pipe(v.string(), v.maxLength(1_024)),
    heartbeatIntervalMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(3_600_000)), 0),
  }),
});

/**
 * Apollo's callback protocol for subscriptions, version 1.0: each result is a POST to the router that asked. The router is
 * asked to confirm before its request is answered, and ends the subscription with 404.
 * @param origins the only origins that are called; a redirect is not followed
 */
export async function openCallbackStream(
  request: EndpointRequest,
  response: ServerResponse,
  origins: readonly string[],
): Promise<ResultStream | HttpRefusal> {
  const { extensions } = request.body as { readonly extensions?: unknown };
  const parsed = v.safeParse(Extensions, extensions);
  if (!parsed.success) return CALLBACK_REFUSED;
  const { callbackUrl, subscriptionId: id, verifier, heartbeatIntervalMs } = parsed.output.subscription;
  if (!origins.includes(new URL(callbackUrl).origin)) return CALLBACK_REFUSED;

  /** @returns the status of the answer; 0 without one */
  const call = (action: string, more: string = ''): Promise<number> =>
    fetch(callbackUrl, {
      method: 'POST',
      redirect: 'error',
      headers: { 'content-type': 'application/json', ...PROTOCOL },
      body: `{"kind":"subscription","action":"${action}",${JSON.stringify({ id, verifier }).slice(1, -1)}${more}}`,
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    }).then(
      async (answer) => {
        await answer.body?.cancel();
        return answer.status;
      },
      () => 0,
    );

  if (!isTaken(await call('check'))) return CALLBACK_UNCONFIRMED;
  for (const [name, value] of Object.entries(PROTOCOL)) response.setHeader(name, value);
  sendText(response, 200, 'application/json; charset=utf-8', '{"data":null}');

  let gone = () => {};
  let isOver = false;
  const leave = () => {
    if (isOver) return;
    isOver = true;
    clearInterval(heartbeat);
    gone();
  };
  let failures = 0;
  const leaveUnlessTaken = (status: number): void => {
    failures = isTaken(status) ? 0 : failures + 1;
    if (status === NOT_WANTED || failures >= MAX_FAILURES) leave();
  };
  const heartbeat =
    heartbeatIntervalMs > 0
      ? setInterval(
          () => void call('check').then(leaveUnlessTaken),
          Math.max(heartbeatIntervalMs, MIN_HEARTBEAT_MS),
        ).unref()
      : undefined;
  const complete = (more?: string) => {
    isOver = true;
    clearInterval(heartbeat);
    void call('complete', more);
  };
  return {
    send: async (result) => leaveUnlessTaken(await call('next', `,"payload":${result}`)),
    fail: (errors) => complete(`,"errors":${JSON.stringify(errors)}`),
    complete: () => complete(),
    // Routers say how often they want to hear.
    beat: () => {},
    onGone: (listener) => (gone = listener),
  };
}
