import * as seed from '../../src/sandbox/seed.ts';
import type { Device } from '../../src/sandbox/device.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';

export const SERVICE = `/v2/Services/${seed.SANDBOX_SERVICE_SID}`;
export const ENTITY = `${SERVICE}/Entities/${seed.SANDBOX_IDENTITY}`;
export const CHALLENGES = `${ENTITY}/Challenges`;
export const FACTORS = `${ENTITY}/Factors`;

const FORM = 'application/x-www-form-urlencoded';

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
export const ACCOUNT = basic(seed.SANDBOX_ACCOUNT_SID, seed.SANDBOX_AUTH_TOKEN);

type Form = Record<string, string> | URLSearchParams;

export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly json: any;
}

/** One request the way no SDK has to make it: a form for an object, text as it stands. */
export async function ask(
  { url }: Pick<Sandbox, 'url'>,
  method: string,
  path: string,
  body?: Form | string,
  headers: Record<string, string> = {},
): Promise<Received> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: ACCOUNT, ...(body !== undefined && { 'content-type': FORM }), ...headers },
    ...(body !== undefined && {
      body: typeof body === 'string' ? body : new URLSearchParams(body).toString(),
    }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    json: text === '' ? undefined : JSON.parse(text),
  };
}

/** A request of the control API. */
export const askControl = (sandbox: Pick<Sandbox, 'url'>, method: string, path: string, body?: object) =>
  ask(sandbox, method, `/_sandbox${path}`, body && JSON.stringify(body), {
    authorization: '',
    ...(body && { 'content-type': 'application/json' }),
  });

/** A pending challenge of the seeded phone; its SID. */
export async function createChallenge(sandbox: Pick<Sandbox, 'url'>, more: Form = {}): Promise<string> {
  const form = new URLSearchParams({ FactorSid: seed.VERIFIED_FACTOR_SID, 'Details.Message': 'Sign in?' });
  for (const [name, value] of new URLSearchParams(more)) {
    if (name === 'Details.Fields') form.append(name, value);
    else form.set(name, value);
  }
  return (await ask(sandbox, 'POST', CHALLENGES, form)).json.sid;
}

/** The SIDs of all challenges of the seeded identity, the oldest first. */
export async function challengeSids(sandbox: Pick<Sandbox, 'url'>): Promise<string[]> {
  const { json } = await ask(sandbox, 'GET', `${CHALLENGES}?PageSize=1000`);
  return json.challenges.map(({ sid }: { sid: string }) => sid);
}

/** The form that creates the factor of a device. */
export const factorForm = ({ binding, config }: Device, more: Record<string, string> = {}) => ({
  FactorType: 'push',
  FriendlyName: 'Phone',
  'Binding.Alg': binding.alg,
  'Binding.PublicKey': binding.publicKey,
  'Config.AppId': config.appId,
  'Config.SdkVersion': config.sdkVersion,
  'Config.NotificationPlatform': config.notificationPlatform,
  ...(config.notificationToken !== null && { 'Config.NotificationToken': config.notificationToken }),
  ...more,
});

/** Creates and verifies the factor of a new device of the seeded identity. */
export async function registerDevice(
  sandbox: Sandbox,
  platform: 'apn' | 'fcm' | 'none' = 'fcm',
): Promise<Device> {
  const device = sandbox.newDevice({ platform });
  const { json } = await ask(sandbox, 'POST', FACTORS, factorForm(device));
  await ask(sandbox, 'POST', `${FACTORS}/${json.sid}`, { AuthPayload: device.authPayload() });
  return device;
}
