import type { Device, Platform } from './device.ts';
import { TwilioProblem } from './problem.ts';
import { findRoute, route } from './route.ts';
import type { Route } from './route.ts';
import { screenJson } from './screen.ts';
import type { SandboxState } from './state.ts';

/** The path prefix of the control API, which is not part of Twilio's API. */
export const CONTROL_PATH = '/_sandbox';

/** The part of a sandbox that the control API needs. */
export interface Controlled {
  /** The state since the last reset. */
  readonly state: () => SandboxState;
  /** Resolves when everything that depends on the state has been reset too. */
  readonly reset: () => Promise<void>;
}

interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly contentType: string | undefined;
  readonly host: string | undefined;
  /** Undefined if it is too large. */
  readonly body: string | undefined;
}

interface ControlAnswer {
  readonly status: number;
  readonly json: object;
}

class ControlError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface ControlCall {
  readonly sandbox: Controlled;
  readonly params: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

type Handler = (call: ControlCall) => ControlAnswer | Promise<ControlAnswer>;

const ROUTES: readonly Route<Handler>[] = [
  route('POST', `${CONTROL_PATH}/reset`, reset),
  route('GET', `${CONTROL_PATH}/clock`, readClock),
  route('POST', `${CONTROL_PATH}/clock`, advanceClock),
  route('GET', `${CONTROL_PATH}/devices`, listDevices),
  route('POST', `${CONTROL_PATH}/devices`, createDevice),
  route('GET', `${CONTROL_PATH}/devices/:factorSid`, readDevice),
  route('PUT', `${CONTROL_PATH}/devices/:factorSid`, updateDevice),
  route('GET', `${CONTROL_PATH}/devices/:factorSid/inbox`, readInbox),
  route('GET', `${CONTROL_PATH}/devices/:factorSid/screen`, readScreen),
  route('POST', `${CONTROL_PATH}/challenges/:challengeSid/approve`, (call) => respond(call, 'approve')),
  route('POST', `${CONTROL_PATH}/challenges/:challengeSid/deny`, (call) => respond(call, 'deny')),
];

/** Answers refusals as `{ "error": "…" }`; throws only for bugs. */
export async function control(sandbox: Controlled, request: ControlRequest): Promise<ControlAnswer> {
  try {
    checkOrigin(request);
    const found = findRoute(ROUTES, request.method, request.path);
    if (!found) throw new ControlError(404, `There is no ${request.method} ${request.path}`);
    return await found.route.handler({ sandbox, params: found.params, body: bodyOf(request) });
  } catch (error) {
    if (error instanceof ControlError) return { status: error.status, json: { error: error.message } };
    if (error instanceof TwilioProblem) {
      return { status: error.status, json: { error: error.message, code: error.code } };
    }
    throw error;
  }
}

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/**
 * Protects against cross-site pages: the content type requires a preflight (CSRF), and the host must be loopback (DNS
 * rebinding).
 */
function checkOrigin({ method, contentType, host }: ControlRequest): void {
  if (!LOOPBACK.test(host ?? ''))
    throw new ControlError(403, 'The host must be 127.0.0.1, localhost or [::1]');
  if (method === 'GET') return;
  if (!/^application\/json(\s*;|$)/i.test(contentType ?? '')) {
    throw new ControlError(415, 'The content type must be application/json');
  }
}

function bodyOf({ body }: ControlRequest): Record<string, unknown> {
  if (body === undefined) throw new ControlError(413, 'The body is too large');
  if (body === '') return {};
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new ControlError(400, 'The body must be JSON');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ControlError(400, 'The body must be a JSON object');
  }
  return json as Record<string, unknown>;
}

/** Reads the only member that a body may have. */
function memberOf(call: ControlCall, name: string): unknown {
  refuseOthers(call, name);
  return call.body[name];
}

function refuseOthers({ body }: ControlCall, name?: string): void {
  const other = Object.keys(body).find((key) => key !== name);
  if (other !== undefined)
    throw new ControlError(400, `${other} is not a member${name ? `; ${name} is` : ''}`);
}

async function reset(call: ControlCall): Promise<ControlAnswer> {
  const { sandbox } = call;
  refuseOthers(call);
  await sandbox.reset();
  return { status: 200, json: { now: clockJson(sandbox).now } };
}

function clockJson({ state }: Controlled) {
  const { clock } = state();
  return { now: new Date(clock.now()), aheadSeconds: clock.aheadSeconds };
}

function readClock({ sandbox }: ControlCall): ControlAnswer {
  return { status: 200, json: clockJson(sandbox) };
}

function advanceClock(call: ControlCall): ControlAnswer {
  const seconds = memberOf(call, 'advanceSeconds');
  if (typeof seconds !== 'number') throw new ControlError(400, 'advanceSeconds must be a number');
  try {
    call.sandbox.state().clock.advance(seconds);
  } catch (error) {
    throw error instanceof RangeError ? new ControlError(400, error.message) : error;
  }
  return { status: 200, json: clockJson(call.sandbox) };
}

const deviceJson = (device: Device) => ({
  factorSid: device.factorSid ?? null,
  online: device.online,
  holdsKey: device.holdsKey,
  binding: device.binding,
  config: device.config,
});

function listDevices({ sandbox }: ControlCall): ControlAnswer {
  return { status: 200, json: { devices: [...sandbox.state().devices].map(deviceJson) } };
}

function createDevice(call: ControlCall): ControlAnswer {
  const platform = memberOf(call, 'platform') ?? 'fcm';
  if (!isPlatform(platform)) throw new ControlError(400, 'platform must be apn, fcm or none');
  return { status: 201, json: deviceJson(call.sandbox.state().devices.create(platform)) };
}

const isPlatform = (value: unknown): value is Platform =>
  value === 'apn' || value === 'fcm' || value === 'none';

function deviceOf({ sandbox, params }: ControlCall): Device {
  const device = sandbox.state().devices.of(params['factorSid']!);
  if (!device) throw new ControlError(404, `There is no factor ${params['factorSid']}`);
  return device;
}

function readDevice(call: ControlCall): ControlAnswer {
  const device = deviceOf(call);
  const authPayload = device.holdsKey ? device.authPayload() : null;
  return { status: 200, json: { ...deviceJson(device), authPayload } };
}

function updateDevice(call: ControlCall): ControlAnswer {
  const device = deviceOf(call);
  const online = memberOf(call, 'online');
  if (typeof online !== 'boolean') throw new ControlError(400, 'online must be true or false');
  device.online = online;
  return { status: 200, json: deviceJson(device) };
}

function readInbox(call: ControlCall): ControlAnswer {
  return { status: 200, json: { pushes: deviceOf(call).inbox } };
}

function readScreen(call: ControlCall): ControlAnswer {
  return { status: 200, json: screenJson(call.sandbox.state(), deviceOf(call)) };
}

function respond(call: ControlCall, verb: 'approve' | 'deny'): ControlAnswer {
  refuseOthers(call);
  const { sandbox, params } = call;
  const state = sandbox.state();
  const challengeSid = params['challengeSid']!;
  const challenge = challengeIn(state, challengeSid);
  if (!challenge) throw new ControlError(404, `There is no challenge ${challengeSid}`);
  const device = state.devices.of(challenge.factorSid);
  if (!device) throw new ControlError(409, `The factor ${challenge.factorSid} has been deleted`);
  if (!device.holdsKey) {
    throw new ControlError(
      409,
      `The sandbox does not hold the key of ${challenge.factorSid}: its own device has to answer`,
    );
  }
  device[verb](challengeSid);
  return { status: 200, json: { challengeSid, status: challenge.answer } };
}

function challengeIn({ services }: SandboxState, sid: string) {
  const entities = [...services.values()].flatMap((service) => [...service.entities.values()]);
  return entities.find(({ challenges }) => challenges.has(sid))?.challenges.get(sid);
}
