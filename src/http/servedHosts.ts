import { isIP } from 'node:net';
import type { HttpRefusal } from '../auth/httpRefusal.ts';

export interface ServedHostOptions {
  /** null: nobody signs in. */
  readonly credentials: object | null;
  /** Where the gateway listens. */
  readonly host: string;
  readonly allowedOrigins: readonly string[];
}

/**
 * Whether a `Host` is served. Where nobody signs in, a page of another site could have its own name resolve to this
 * machine (DNS rebinding): to the browser both are then one site. That takes a name, so every IP address is served.
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
    // Browsers always name a host.
    return name === '' || isIP(name) !== 0 || names.has(name);
  };
}

/** Without a port, brackets and the dot that ends a full name. */
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
