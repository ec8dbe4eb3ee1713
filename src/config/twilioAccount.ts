import type { Product } from '../twilio/transport.ts';
import type { UpstreamAccount } from '../twilio/upstreamAccount.ts';
import type { Environment } from './environment.ts';
import { isLoopback } from './loopback.ts';
import type { Values } from './readVariables.ts';

const CREDENTIALS = ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_API_KEY', 'TWILIO_API_SECRET'];
const HOSTS = ['TWILIO_VERIFY_URL', 'TWILIO_NOTIFY_URL', 'TWILIO_EDGE', 'TWILIO_REGION'];

/** UPSTREAM decides; without it, any part of a Twilio credential selects Twilio. */
export const usesTwilio = (set: Environment): boolean =>
  set['UPSTREAM'] === undefined
    ? CREDENTIALS.some((name) => set[name] !== undefined)
    : set['UPSTREAM'] === 'twilio';

/** An incomplete credential is an error; it never selects the sandbox. */
export function accountProblems(set: Environment): string[] {
  const isSet = (name: string) => set[name] !== undefined;
  if (!usesTwilio(set)) {
    if (isSet('UPSTREAM')) return [];
    return HOSTS.filter(isSet).map((name) => `${name} needs TWILIO_ACCOUNT_SID and a credential`);
  }
  const problems: string[] = [];
  if (!isSet('TWILIO_ACCOUNT_SID')) problems.push('TWILIO_ACCOUNT_SID is missing');
  if (isSet('TWILIO_API_KEY') && !isSet('TWILIO_API_SECRET')) {
    problems.push('TWILIO_API_SECRET is missing; TWILIO_API_KEY is set');
  }
  if (isSet('TWILIO_API_SECRET') && !isSet('TWILIO_API_KEY')) {
    problems.push('TWILIO_API_KEY is missing; TWILIO_API_SECRET is set');
  }
  if (!['TWILIO_API_KEY', 'TWILIO_API_SECRET', 'TWILIO_AUTH_TOKEN'].some(isSet)) {
    problems.push('TWILIO_API_KEY and TWILIO_API_SECRET, or TWILIO_AUTH_TOKEN, are missing');
  }
  if (isSet('WEBHOOK_PUBLIC_URL') && !isSet('TWILIO_AUTH_TOKEN')) {
    problems.push(
      'TWILIO_AUTH_TOKEN is missing; WEBHOOK_PUBLIC_URL is set, and Twilio signs webhooks with the auth token even when ' +
        'calls use TWILIO_API_KEY',
    );
  }
  if (isSet('TWILIO_REGION') && !isSet('TWILIO_EDGE')) {
    problems.push('TWILIO_EDGE is missing; Twilio no longer serves a region without an edge');
  }
  return problems;
}

/** Requires values that use Twilio and have no account problems. */
export function upstreamAccountOf(values: Values): UpstreamAccount {
  const { TWILIO_EDGE: edge, TWILIO_REGION: region } = values;
  const urlOf = (product: Product) =>
    new URL(`https://${[product, ...(edge ? [edge, region ?? 'us1'] : []), 'twilio.com'].join('.')}`);
  return {
    verifyUrl: values.TWILIO_VERIFY_URL ?? urlOf('verify'),
    notifyUrl: values.TWILIO_NOTIFY_URL ?? urlOf('notify'),
    username: values.TWILIO_API_KEY ?? values.TWILIO_ACCOUNT_SID!,
    password: values.TWILIO_API_SECRET ?? values.TWILIO_AUTH_TOKEN!,
    authToken: values.TWILIO_AUTH_TOKEN,
  };
}

/** Valid settings that are probably a mistake. */
export function accountWarnings(set: Environment, values: Values): string[] {
  const warnings: string[] = [];
  if (values.UPSTREAM === 'sandbox' && CREDENTIALS.some((name) => set[name] !== undefined)) {
    warnings.push('UPSTREAM=sandbox: the TWILIO_* credentials are not used');
  }
  for (const name of ['TWILIO_VERIFY_URL', 'TWILIO_NOTIFY_URL'] as const) {
    const url = values[name];
    if (url?.protocol !== 'http:' || isLoopback(url.hostname)) continue;
    warnings.push(`${name} is plain http to another machine: the credential travels in the clear`);
  }
  return warnings;
}
