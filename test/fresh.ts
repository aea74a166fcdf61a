/** Names and ports that are a test's own, whatever else runs on this machine. */
import { randomInt } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

let count = 0;

/** A name for a system, or for a part of names in the kernel. */
export const freshName = (): string => `t${process.pid}x${count++}`;

const given = new Set<number>();

/** Below those that the kernel gives to clients: else one of them could have it by then. */
const [lowest, highest] = [10_000, 32_000] as const;

const closed = (socket: Socket): Promise<void> => new Promise((resolve) => socket.close(() => resolve()));

const isFree = async (port: number): Promise<boolean> => {
  const [server, socket] = [createServer(), createSocket("udp6")];
  try {
    server.listen(port, "::");
    await once(server, "listening");
    socket.bind(port, "::");
    await once(socket, "listening");
    return true;
  } catch {
    return false;
  } finally {
    await Promise.all([new Promise((resolve) => server.close(resolve)), closed(socket)]);
  }
};

/** A port of the host at which nobody listens, on tcp or udp, and that no test of this process was given before. */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = randomInt(lowest, highest);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
};
