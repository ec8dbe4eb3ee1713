import { isIP } from 'node:net';
import type { HttpRefusal } from '../auth/httpRefusal.ts';

export interface ServedHostOptions {
  /** null: authentication is off. */
  readonly credentials: object | null;
  /** The host that the gateway listens on. */
  readonly host: string;
  readonly allowedOrigins: readonly string[];
}

/**
 * Whether a `Host` is served. Prevents DNS rebinding while authentication is off: a cross-site page could resolve its own
 * name to this machine, so that both are one site to the browser. That needs a name, so every IP address is served.
 */
export function createHostCheck({
  credentials,
  host,
  allowedOrigins,
}: ServedHostOptions): (header: string | undefined) => boolean {
  if (credentials) return () => true;
  const names = new Set(['localhost', host.toLowerCase(), ...allowedOrigins.map(hostOfOrigin)]);
  return (header = '') => {
    const name = nameOf(header);
    // Browsers always send a host, so a request without one is safe.
    return name === '' || isIP(name) !== 0 || names.has(name);
  };
}

/** Removes the port, the brackets and a final dot. */
const nameOf = (header: string): string =>
  header
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$|\.$/g, '');

const hostOfOrigin = (origin: string): string => new URL(origin).hostname;

export const MISDIRECTED: HttpRefusal = {
  status: 421,
  code: 'MISDIRECTED_REQUEST',
  message:
    'While nobody has to sign in, this gateway is served at IP addresses, localhost, HOST and the hosts of ' +
    'ALLOWED_ORIGINS only. Use one of them, add the origin to ALLOWED_ORIGINS, or set AUTH=required.',
};
