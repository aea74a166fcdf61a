/** Who has a port of the host already. */

import { readlinkSync } from "node:fs";
import type { HostPort } from "../../../src/core/base-kind.ts";
import { hasPort, type PortRange } from "../../../src/core/port-range.ts";
import type { Transport } from "../../../src/core/resource.ts";
import { visibleLine } from "../../../src/core/visible.ts";
import { listeningSockets } from "../../process/host-listeners.ts";
import { allPids, openFiles, orGone, readName } from "../../process/proc.ts";
import { askWhose } from "../../relay/client.ts";
import { type FoundRelay, findRelays } from "../../relay/found.ts";

/** The sockets that listen at a port, on whatever address, by inode. */
const listenersAt = (transport: Transport, port: number): readonly string[] =>
  listeningSockets(transport).get(port) ?? [];

/** Whether a program of this machine listens at the port. */
export const isTaken = (transport: Transport, port: number): boolean =>
  listenersAt(transport, port).length > 0;

/** The first of these ports at which a program of this machine listens; null: none does. */
export const firstTaken = (transport: Transport, ports: PortRange): number | null => {
  const heard = [...listeningSockets(transport)].filter(
    ([port, sockets]) => sockets.length > 0 && hasPort(ports, port),
  );
  return heard.length === 0 ? null : Math.min(...heard.map(([port]) => port));
};

/** The processes that have these sockets open, by socket, as far as that is for us to see. */
const openBy = (sockets: ReadonlySet<string>): ReadonlyMap<string, number> => {
  const found = new Map<string, number>();
  for (const pid of allPids()) {
    for (const fd of openFiles(pid)) {
      const file = orGone(() => readlinkSync(`/proc/${pid}/fd/${fd}`));
      if (file !== null && sockets.has(file) && !found.has(file)) found.set(file, pid);
    }
    if (found.size === sockets.size) break;
  }
  return found;
};

/** Who has a port: a system, as its relay says, or a program, as far as that is for us to see. */
export type PortHolder =
  | { readonly _tag: "System"; readonly system: string; readonly root: string }
  | { readonly _tag: "Program"; readonly pid: number | null };

/** What a relay says of the port. */
const relayedFor = async (
  relays: readonly FoundRelay[],
  { transport, port }: HostPort,
): Promise<PortHolder | null> => {
  // All at once: none of them makes another wait.
  const answers = await Promise.all(
    relays.map(async ({ root }): Promise<PortHolder | null> => {
      const system = await askWhose(root, transport, port);
      return system === null ? null : { _tag: "System", system, root };
    }),
  );
  return answers.find((taker) => taker !== null) ?? null;
};

/**
 * Who listens at ports that are taken, one for each. Another user's relay may be asked; it takes a
 * second at most, whatever that does.
 */
export const takersOf = async (ports: readonly HostPort[]): Promise<readonly PortHolder[]> => {
  if (ports.length === 0) return [];
  const sockets = ports.map(({ transport, port }) =>
    listenersAt(transport, port).map((inode) => `socket:[${inode}]`),
  );
  const owners = openBy(new Set(sockets.flat()));
  const relays = findRelays();
  return Promise.all(
    ports.map(async (port, at) => {
      const pid = sockets[at]!.map((socket) => owners.get(socket)).find((one) => one !== undefined);
      // Where we may not see which process listens, it may be any of them.
      const asked = pid === undefined ? relays : relays.filter((relay) => relay.pid === pid);
      return (await relayedFor(asked, port)) ?? { _tag: "Program", pid: pid ?? null };
    }),
  );
};

/** Who has a port, in words. */
export const takerWords = (taker: PortHolder): string => {
  if (taker._tag === "System")
    return `system ${taker.system} of ${visibleLine(taker.root)} publishes it already`;
  const name = taker.pid === null ? null : readName(taker.pid);
  const who = name === null ? "" : `: ${visibleLine(name)} (process ${taker.pid})`;
  return `a program on this host listens there already${who}`;
};

/** The same as `takersOf`, in words. */
export const takenWords = async (ports: readonly HostPort[]): Promise<readonly string[]> =>
  (await takersOf(ports)).map(takerWords);
