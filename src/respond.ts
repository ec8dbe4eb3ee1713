import type { ServerResponse } from 'node:http';

/** A refusal before GraphQL, in GraphQL's form so that every client can read it. */
export function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.setHeader('connection', 'close');
  sendJson(response, status, { errors: [{ message, extensions: { code } }] });
}

export function sendJson(response: ServerResponse, status: number, json: object): void {
  sendText(response, status, 'application/json; charset=utf-8', JSON.stringify(json));
}

export function sendText(response: ServerResponse, status: number, contentType: string, text: string): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
