/** A program for tests that listens where a file says, and follows the file. */
import { renameSync, writeFileSync } from "node:fs";

/** `tcp 0.0.0.0 9000` */
export type Place = `${"tcp" | "udp"} ${string} ${number}`;

const program = `
const { createServer } = require("node:net");
const { createSocket } = require("node:dgram");
const { readFileSync } = require("node:fs");
const open = new Map();
const follow = () => {
  const wanted = readFileSync(process.argv[2], "utf8").split("\\n").filter(Boolean);
  for (const [place, one] of open) if (!wanted.includes(place)) { open.delete(place); one.close(); }
  for (const place of wanted) {
    if (open.has(place)) continue;
    const [transport, host, port] = place.split(" ");
    const one = transport === "tcp"
      ? createServer((socket) => socket.end("hello\\n")).listen({ host, port: Number(port), ipv6Only: false })
      : createSocket(host.includes(":") ? "udp6" : "udp4").bind(Number(port), host);
    open.set(place, one);
  }
};
setInterval(follow, 20);
`;

/** Writes the program into a directory; it listens nowhere before it is told to. */
export const writeListener = (directory: string): { readonly listen: (places: readonly Place[]) => void } => {
  const listen = (places: readonly Place[]): void => {
    writeFileSync(`${directory}/places.new`, places.join("\n"));
    renameSync(`${directory}/places.new`, `${directory}/places`);
  };
  writeFileSync(`${directory}/listener.cjs`, program);
  listen([]);
  return { listen };
};
