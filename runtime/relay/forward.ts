/** Passing on what comes in at a socket of one namespace to a port of the calling thread's. */
import { createSocket, type Socket as Datagrams, type RemoteInfo } from "node:dgram";
import { connect, createServer, type Socket } from "node:net";

/** In the namespace that is forwarded to, published ports are reached by this address. */
const inside = "127.0.0.1";
/** A client of udp that was silent so long is forgotten. */
const idleMs = 60_000;

/** Forwards connections or datagrams, until it is closed. */
export interface Forwarder {
  /** Takes no more; what is open goes on. */
  close(): void;
}

/** Each end is passed on by itself, so that a half-closed connection stays one; an abort too. */
const join = (client: Socket, service: Socket): void => {
  client.pipe(service);
  service.pipe(client);
  const abort = (other: Socket) => () => other.resetAndDestroy();
  client.on("error", abort(service));
  service.on("error", abort(client));
};

/**
 * Forwards connections that a listening socket (`fd`) accepts to a port, from the namespace of the calling
 * thread.
 */
export const forwardTcp = (fd: number, port: number): Forwarder => {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    join(client, connect({ host: inside, port, allowHalfOpen: true, noDelay: true }));
  });
  server.listen({ fd });
  return { close: () => server.close() };
};

/** Each client has a socket of its own inside, so that replies find the way back. */
export const forwardUdp = (fd: number, port: number): Forwarder => {
  const server = createSocket("udp6");
  const clients = new Map<string, { readonly socket: Datagrams; readonly timer: NodeJS.Timeout }>();

  const forget = (name: string): void => {
    const client = clients.get(name);
    clients.delete(name);
    clearTimeout(client?.timer);
    client?.socket.close();
  };

  const admit = (name: string, from: RemoteInfo): { socket: Datagrams; timer: NodeJS.Timeout } => {
    const socket = createSocket("udp4");
    socket.on("message", (message) => server.send(message, from.port, from.address));
    socket.on("error", () => forget(name));
    socket.connect(port, inside);
    const client = { socket, timer: setTimeout(() => forget(name), idleMs) };
    clients.set(name, client);
    return client;
  };

  server.on("message", (message, from) => {
    const name = `${from.address} ${from.port}`;
    const { socket, timer } = clients.get(name) ?? admit(name, from);
    timer.refresh();
    const send = () => socket.send(message, () => undefined); // refused: as silent as a lost one
    if (isConnected(socket)) send();
    else socket.once("connect", send);
  });
  server.bind({ fd });
  return {
    close: () => {
      server.close();
      for (const name of [...clients.keys()]) forget(name);
    },
  };
};

const isConnected = (socket: Datagrams): boolean => {
  try {
    socket.remoteAddress();
    return true;
  } catch {
    return false;
  }
};
