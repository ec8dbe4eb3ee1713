import type { ChannelListener } from 'node:diagnostics_channel';
import type { RecordedAnswer, RecordedRequest } from './specification.ts';

interface SandboxMessage {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status: number;
  readonly json?: unknown;
}

interface UndiciMessage {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: readonly string[] | string;
    readonly body: Uint8Array | string | null;
  };
}

const GATEWAY = /^verify-push-gateway\//;

/** The channels to subscribe to, to see every answer of a sandbox and every request of a gateway in this process. */
export function observeTwilio(on: {
  onAnswer(answer: RecordedAnswer): void;
  onRequest(request: RecordedRequest): void;
}): [string, ChannelListener][] {
  return [
    [
      'verify-push-gateway:sandbox',
      (message) => {
        const { method, path, query, status, json } = message as SandboxMessage;
        // As it goes over the wire: without members that are undefined, and with dates as text.
        const sent = json === undefined ? undefined : (JSON.parse(JSON.stringify(json)) as unknown);
        on.onAnswer({ method, path: query ? `${path}?${query}` : path, status, json: sent });
      },
    ],
    [
      'undici:request:create',
      (message) => {
        const { method, path, headers: sent, body } = (message as UndiciMessage).request;
        const headers = headersOf(sent);
        if (!GATEWAY.test(headers['user-agent'] ?? '')) return;
        on.onRequest({ method, path, headers, body: body === null ? '' : textOf(body) });
      },
    ],
  ];
}

function headersOf(sent: readonly string[] | string): Record<string, string> {
  const flat = typeof sent === 'string' ? sent.split(/: |\r\n/) : sent;
  const pairs = flat.flatMap((name, index) =>
    index % 2 === 0 ? [[name.toLowerCase(), flat[index + 1]!]] : [],
  );
  return Object.fromEntries(pairs) as Record<string, string>;
}

const textOf = (body: Uint8Array | string): string =>
  typeof body === 'string' ? body : Buffer.from(body).toString();
