import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { FramedConnection, type Framing } from './framedConnection.ts';

/** Cuts what comes on the connections of Node's `server` into requests, before it reads any, and gives them to `framing.take`. */
export function frameConnections(server: Server, framing: Framing): void {
  const event = server.listenerCount('secureConnection') > 0 ? 'secureConnection' : 'connection';
  const attach = server.listeners(event).at(-1) as (socket: Socket) => void;
  const connections = new Set<FramedConnection>();
  const bySocket = new WeakMap<Socket, FramedConnection>();
  server.off(event, attach);
  server.on(event, (socket: Socket) => {
    const connection = new FramedConnection(server, attach, socket, framing);
    connections.add(connection);
    bySocket.set(socket, connection);
    socket.once('close', () => connections.delete(connection));
  });
  server.prependListener('request', ({ socket }, response) => bySocket.get(socket)?.routed(response));
  // Node closes the connections that its own parsers know.
  server.closeIdleConnections = () => {
    framing.outbox.flush();
    for (const connection of connections) if (connection.isIdle) connection.socket.destroy();
  };
  server.closeAllConnections = () => {
    for (const { socket } of connections) socket.destroy();
  };
}
