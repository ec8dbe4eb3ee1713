import type { IncomingMessage, ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { HttpRefusal } from '../auth/httpRefusal.ts';
import { refuse } from './respond.ts';

export interface PhoneParts {
  readonly config: { readonly credentials: object | null; readonly trustedDocuments: object | null };
  readonly upstream: {
    /** The embedded sandbox; undefined when the upstream is Twilio. */
    readonly sandbox:
      { readonly serveControl: (request: IncomingMessage, response: ServerResponse) => void } | undefined;
  };
}

/** Answers the request, or returns false when the path belongs to something else. */
type PhoneRoutes = (path: string, request: IncomingMessage, response: ServerResponse) => boolean;

/** The build writes these files. */
const FOLDER = new URL('../../dist/phone/', import.meta.url);

const FILES: Readonly<Record<string, { readonly name: string; readonly type: string }>> = {
  '/': { name: 'page.html', type: 'text/html; charset=utf-8' },
  '/phone.css': { name: 'phone.css', type: 'text/css; charset=utf-8' },
  '/phone.js': { name: 'phone.js', type: 'text/javascript; charset=utf-8' },
};

const HEADERS = {
  'cache-control': 'no-cache',
  'referrer-policy': 'no-referrer',
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    'img-src data:',
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; '),
};

/** Whether the embedded sandbox is the upstream, and a page can send operations of its own without signing in. */
export const servesPhone = ({ config, upstream }: PhoneParts): boolean =>
  upstream.sandbox !== undefined && !config.credentials && !config.trustedDocuments;

/** The page with the phone, and the control API of the sandbox for it; undefined where they are not served. */
export function createPhoneRoutes(parts: PhoneParts): PhoneRoutes | undefined {
  const { sandbox } = parts.upstream;
  if (!sandbox || !servesPhone(parts)) return undefined;
  const files = new Map<string, Promise<Buffer>>();

  async function sendFile(path: string, response: ServerResponse): Promise<void> {
    const { name, type } = FILES[path]!;
    const reading = files.get(path) ?? readFile(new URL(name, FOLDER));
    files.set(path, reading);
    const content = await reading.catch((error: unknown) => {
      files.delete(path);
      throw error;
    });
    response.writeHead(200, { ...HEADERS, 'content-type': type, 'content-length': content.length });
    response.end(content);
  }

  return (path, request, response) => {
    if (path.startsWith(CONTROL_PREFIX)) {
      if (isFromHere(request)) sandbox.serveControl(request, response);
      else refuse(response, NOT_FROM_HERE);
      return true;
    }
    if (!Object.hasOwn(FILES, path) || !['GET', 'HEAD'].includes(request.method!)) return false;
    sendFile(path, response).catch(() => response.destroy());
    return true;
  };
}

const CONTROL_PREFIX = '/_sandbox/';

/**
 * Whether a request comes from this machine and from no page of another origin. The sandbox itself requires a loopback
 * Host (DNS rebinding) and JSON (CSRF).
 */
function isFromHere({ headers, socket }: IncomingMessage): boolean {
  if (!LOOPBACK.test(socket.remoteAddress ?? '')) return false;
  if (PROXY_HEADERS.some((name) => name in headers)) return false;
  const { origin, host, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  return site === undefined || site === 'same-origin' || site === 'none';
}

/** A proxy on this machine speaks for other machines. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];
const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;

const NOT_FROM_HERE: HttpRefusal = {
  status: 403,
  code: 'FORBIDDEN',
  message: 'The phone answers pages of this gateway only, on the machine that it runs on.',
};
