import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpRefusal } from '../auth/httpRefusal.ts';

/** An unread body up to this size is discarded as it arrives, and the connection stays open. */
const MAX_DISCARDED_BYTES = 65_536;
/** A connection with a larger body is closed after so many bytes or so much time. */
const MAX_LINGER_BYTES = 1_048_576;
const MAX_LINGER_MS = 2_000;

/** Writes a refusal as a GraphQL error, which every client can read, even one that is still sending its body. */
export function refuse(
  response: ServerResponse,
  { status, code, message, headers, extensions }: HttpRefusal,
): void {
  for (const name in headers) response.setHeader(name, headers[name]!);
  const text = JSON.stringify({ errors: [{ message, extensions: { code, ...extensions } }] });
  const { req: request } = response;
  if (isSoonOver(request)) return sendText(response, status, JSON_TYPE, text);
  response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': JSON_TYPE, 'content-length': Buffer.byteLength(text) });
  response.write(text, () => closeAfterBody(request));
}

const isSoonOver = (request: IncomingMessage): boolean =>
  request.complete ||
  request.destroyed ||
  (request.headers['transfer-encoding'] === undefined &&
    Number(request.headers['content-length'] ?? 0) <= MAX_DISCARDED_BYTES);

/**
 * Ends the connection in our direction, then discards some more of the body: a connection that is closed with unread
 * bytes is reset, and the client might lose the answer.
 */
function closeAfterBody(request: IncomingMessage): void {
  const { socket } = request;
  let bytes = 0;
  const timer = setTimeout(() => socket.destroy(), MAX_LINGER_MS);
  const close = () => {
    clearTimeout(timer);
    socket.destroy();
  };
  request.once('end', close);
  request.once('close', close);
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_LINGER_BYTES) close();
  });
  socket.end();
}

const JSON_TYPE = 'application/json; charset=utf-8';

export function sendJson(response: ServerResponse, status: number, json: object): void {
  sendText(response, status, JSON_TYPE, JSON.stringify(json));
}

export function sendText(response: ServerResponse, status: number, contentType: string, text: string): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
