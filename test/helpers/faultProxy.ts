import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** What becomes of one connection: `client` is the gateway's end, `forward` passes what it sends on to the upstream. */
export type Fault = (client: Socket, forward: () => Socket) => void;

export interface FaultProxy {
  readonly port: number;
  /** POSTs that arrived here, whatever became of them. */
  readonly posts: number;
  close(): void;
}

/** A TCP proxy in front of `upstream` that does to each connection what `fault` says. */
export async function startFaultProxy(upstream: string, fault: Fault): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    return socket;
  };
  let posts = 0;
  const server = createServer((client) => {
    keep(client);
    client.on('data', (chunk) => (posts += chunk.toString('latin1').split('POST /').length - 1));
    fault(client, () => {
      const { hostname, port } = new URL(upstream);
      const forwarded = keep(connect(Number(port), hostname));
      client.pipe(forwarded);
      return forwarded;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get posts() {
      return posts;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
