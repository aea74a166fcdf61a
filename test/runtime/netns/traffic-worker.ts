/** Lives in one namespace after the other: opens sockets where it is told, and keeps them. */
import { createSocket } from "node:dgram";
import { closeSync, openSync } from "node:fs";
import { createServer, connect as dial, isIPv6, type Socket } from "node:net";
import { parentPort } from "node:worker_threads";
import { CLONE_NEWNET, setns } from "../../../runtime/ffi/libc.ts";
import { openNamespace } from "../../../runtime/namespaces.ts";
import type { Answer, Command } from "./traffic.ts";

const port = parentPort!;
const connections = new Map<number, Socket>();

const move = (netns: string | null): void => {
  const fd = netns === null ? openSync("/proc/self/ns/net", "r") : openNamespace(netns);
  setns(fd, CLONE_NEWNET);
  closeSync(fd);
};

const serveTcp = (says: string, number: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.on("data", () => socket.write(`${says} ${socket.remoteAddress}\n`));
    });
    server.once("error", reject);
    server.listen({ host: "::", port: number }, () => resolve("listening"));
  });

/** Whom a datagram reached is also told here, as on a one-way wire no answer comes. */
const received: string[] = [];

const serveUdp = (says: string, number: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = createSocket({ type: "udp6" });
    socket.once("error", reject);
    socket.on("message", (message, from) => {
      received.push(`${says} ${message}`);
      socket.send(`${says} ${from.address}`, from.port, from.address);
    });
    socket.bind(number, "::", () => resolve("listening"));
  });

const askTcp = (
  address: string,
  number: number,
  timeoutMs: number,
  keep: number | null,
  text: string,
  from: string | null,
): Promise<string> =>
  new Promise((resolve) => {
    const socket = dial({ host: address, port: number, ...(from === null ? {} : { localAddress: from }) });
    const end = (text: string): void => {
      clearTimeout(timer);
      socket.removeAllListeners("data");
      socket.removeAllListeners("error");
      socket.on("error", () => {});
      if (keep === null || text.startsWith("E")) socket.destroy();
      else connections.set(keep, socket);
      resolve(text);
    };
    const timer = setTimeout(() => end("ETIMEDOUT"), timeoutMs);
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? "EIO"));
    socket.on("connect", () => socket.write(text));
    socket.on("data", (data) => end(data.toString().trim()));
    socket.on("end", () => end("EOF"));
  });

const askAgain = (id: number, timeoutMs: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connections.get(id)!;
    if (socket.destroyed) {
      resolve("CLOSED");
      return;
    }
    const end = (text: string): void => {
      clearTimeout(timer);
      socket.removeAllListeners("data");
      socket.removeAllListeners("error");
      socket.on("error", () => {});
      resolve(text);
    };
    const timer = setTimeout(() => end("ETIMEDOUT"), timeoutMs);
    socket.removeAllListeners("error");
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? "EIO"));
    socket.on("close", () => end("CLOSED"));
    socket.on("data", (data) => end(data.toString().trim()));
    socket.write("?");
  });

const askUdp = (
  address: string,
  number: number,
  timeoutMs: number,
  text: string,
  from: string | null,
): Promise<string> =>
  new Promise((resolve) => {
    const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    const end = (answer: string): void => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end("ETIMEDOUT"), timeoutMs);
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? "EIO"));
    socket.on("message", (message) => end(message.toString()));
    // Connected, so that a refusal by ICMP is told.
    const connect = (): void => socket.connect(number, address, () => socket.send(text));
    if (from === null) connect();
    else socket.bind(0, from, connect);
  });

const perform = (command: Command): Promise<string> => {
  switch (command._tag) {
    case "serve":
      return command.transport === "tcp"
        ? serveTcp(command.says, command.number)
        : serveUdp(command.says, command.number);
    case "ask":
      return command.transport === "tcp"
        ? askTcp(command.address, command.number, command.timeoutMs, command.keep, command.text, command.from)
        : askUdp(command.address, command.number, command.timeoutMs, command.text, command.from);
    case "again":
      return askAgain(command.connection, command.timeoutMs);
    case "received":
      return Promise.resolve(received.join("\n"));
  }
};

// Sockets are made within a tick or two of being asked for: until then the thread stays.
let turn: Promise<unknown> = Promise.resolve();
port.on("message", ({ id, command }: { id: number; command: Command }) => {
  turn = turn.then(async () => {
    if (command._tag === "serve" || command._tag === "ask") move(command.netns);
    perform(command).then(
      (text) => port.postMessage({ id, text } satisfies Answer),
      (error: unknown) => port.postMessage({ id, text: `E${String(error)}` } satisfies Answer),
    );
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  });
});
