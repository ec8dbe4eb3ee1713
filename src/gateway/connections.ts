import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Knows which connections of a server wait for an answer. */
export interface Connections {
  /** Closes every connection without a request that arrived whole and is not answered yet. */
  closeUnused(): void;
}

/** Node closes only connections that were answered before; one that never sent a whole request keeps a server from closing. */
export function trackConnections(server: Server): Connections {
  /** The latest answer of each connection. Answers go out in order, so the ones before it are sent when it is. */
  const latest = new Map<Socket, ServerResponse | undefined>();
  server.on('connection', (socket: Socket) => {
    latest.set(socket, undefined);
    socket.once('close', () => latest.delete(socket));
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    latest.set(socket, response);
  });
  return {
    closeUnused() {
      for (const [socket, response] of latest) {
        const isUsed = response?.req.complete && !response.writableFinished;
        if (!isUsed) socket.destroy();
      }
    },
  };
}
