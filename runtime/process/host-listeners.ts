/** Which ports of the machine programs listen at, as /proc tells everybody. */
import { readFileSync } from "node:fs";
import type { Transport } from "../../src/core/resource.ts";
import { refusedWith } from "../kernel-error.ts";

/** As in /proc/net/tcp: waiting for connections; for UDP: not connected. */
const listening = { tcp: "0A", udp: "07" } as const;

const linesOf = (name: string): readonly string[] => {
  try {
    return readFileSync(`/proc/thread-self/net/${name}`, "utf8").split("\n").slice(1);
  } catch (error) {
    if (refusedWith(error, "ENOENT", "EACCES")) return []; // no IPv6 here, or a /proc with nothing in it
    throw error;
  }
};

/** The sockets that listen, on whatever address, by inode, by their port. */
export const listeningSockets = (transport: Transport): ReadonlyMap<number, readonly string[]> => {
  const found = new Map<number, string[]>();
  for (const line of ["", "6"].flatMap((family) => linesOf(`${transport}${family}`))) {
    // `sl local:PORT remote:PORT STATE tx:rx tr:when retrnsmt uid timeout INODE …`, numbers in hexadecimal.
    const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
    if (state !== listening[transport]) continue;
    const port = Number.parseInt(local.split(":")[1] ?? "", 16);
    const there = found.get(port);
    if (there === undefined) found.set(port, [inode]);
    else there.push(inode);
  }
  return found;
};
