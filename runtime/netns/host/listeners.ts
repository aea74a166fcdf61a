/** Who has a port of the host already. */
import { readFileSync } from "node:fs";
import type { Transport } from "../../../src/core/resource.ts";

/** As in /proc/net/tcp: waiting for connections; for UDP: not connected. */
const listening = { tcp: "0A", udp: "07" } as const;

/** Whether a program of this machine listens at the port, on whatever address. */
export const isTaken = (transport: Transport, port: number): boolean =>
  ["", "6"].some((family) => {
    const lines = readFileSync(`/proc/thread-self/net/${transport}${family}`, "utf8").split("\n");
    return lines.slice(1).some((line) => {
      // `sl local:PORT remote:PORT STATE …`, in hexadecimal.
      const [, local = "", , state] = line.trim().split(/\s+/);
      return state === listening[transport] && Number.parseInt(local.split(":")[1] ?? "", 16) === port;
    });
  });
