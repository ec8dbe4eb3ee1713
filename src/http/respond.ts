import type { ServerResponse } from 'node:http';
import type { HttpRefusal } from '../auth/httpRefusal.ts';

/** Writes a refusal as a GraphQL error, which every client can read. */
export function refuse(
  response: ServerResponse,
  { status, code, message, headers, extensions }: HttpRefusal,
): void {
  response.setHeader('connection', 'close');
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  sendJson(response, status, { errors: [{ message, extensions: { code, ...extensions } }] });
}

export function sendJson(response: ServerResponse, status: number, json: object): void {
  sendText(response, status, 'application/json; charset=utf-8', JSON.stringify(json));
}

export function sendText(response: ServerResponse, status: number, contentType: string, text: string): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
