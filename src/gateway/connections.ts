import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Knows which connections of a server wait for an answer. */
export interface Connections {
  /** Closes every connection without a request that arrived whole and is not answered yet. */
  closeUnused(): void;
}

/** Node closes only connections that were answered before; one that never sent a whole request keeps a server from closing. */
export function trackConnections(server: Server): Connections {
  const sockets = new Set<Socket>();
  const requests = new Set<IncomingMessage>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    requests.add(request);
    response.once('close', () => requests.delete(request));
  });
  return {
    closeUnused() {
      const used = new Set([...requests].filter(({ complete }) => complete).map(({ socket }) => socket));
      for (const socket of sockets) if (!used.has(socket)) socket.destroy();
    },
  };
}
