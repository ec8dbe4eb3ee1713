import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The open connections of a server. */
export interface Connections {
  /** Closes every connection except those with a complete request that is not answered yet. */
  closeUnused(): void;
}

/** Node closes only connections that have had an answer; one that never sent a complete request keeps the server open. */
export function trackConnections(server: Server): Connections {
  /** The latest answer of each connection. Answers are sent in order, so all earlier ones are finished before it. */
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
