/**
 * Published ports that another program of this machine has: warnings for `check` and `plan`, and errors for what would
 * bring up a system of which nothing is there yet.
 */

import { listeningSockets } from "../../runtime/process/host-listeners.ts";
import type { BaseKind, HostPort } from "../core/base-kind.ts";
import type { Diagnostic } from "../core/diagnostic.ts";
import { hasPort, isRange, lastOf, type PortRange } from "../core/port-range.ts";
import type { Transport } from "../core/resource.ts";
import type { Site } from "../language/problem.ts";
import { diagnosticOf, rangeOf } from "../program/locations.ts";
import type { Opened } from "./program.ts";
import { systemDirectories } from "./system-directories.ts";

interface Wanted extends HostPort {
  readonly site: Site;
}

const wantedBy = ({ program }: Opened): readonly Wanted[] =>
  [...(program.relations?.published() ?? [])].flatMap(({ transport, ports, site }) =>
    worthAsking(transport, ports).map((port) => ({ transport, port, site })),
  );

/** Of a range its ends, and the ports at which somebody listens. */
const worthAsking = (transport: Transport, ports: PortRange): readonly number[] => {
  if (!isRange(ports)) return [ports.number];
  const heard = [...listeningSockets(transport).keys()].filter((port) => hasPort(ports, port));
  return [...new Set([ports.number, lastOf(ports), ...heard])];
};

const isHeard = (ports: readonly HostPort[]): boolean =>
  (["tcp", "udp"] as const).some((transport) => {
    const own = ports.filter((one) => one.transport === transport);
    const heard = own.length === 0 ? null : listeningSockets(transport);
    return own.some(({ port }) => heard?.has(port) === true);
  });

/** What warns of each port that is taken. It is asked which program has it only where there is a sign of one. */
export const takenPorts = async (opened: Opened, kind: BaseKind): Promise<readonly Diagnostic[]> => {
  const { workspace, system } = opened.program;
  const wanted = system === null || !kind.outlives ? [] : wantedBy(opened);
  if (wanted.length === 0 || system === null) return [];
  const others = systemDirectories().filter((name) => name !== system);
  if (others.length === 0 && !isHeard(wanted)) return [];
  const { whoHas } = await import("./port-owners.ts");
  const ports = wanted.map(({ transport, port }) => ({ transport, port }));
  const taken = await whoHas(ports, system, kind);
  return taken.map(({ transport, port, words, hint }) => {
    const { site } = wanted.find((one) => one.transport === transport && one.port === port)!;
    return diagnosticOf(
      {
        code: "port-taken",
        severity: "warning",
        message: `${transport} port ${port} of this machine is taken: ${words}`,
        site,
        hints: [{ message: hint }],
      },
      (at) => ({ file: at.module, range: rangeOf(workspace, at) }),
    );
  });
};

/**
 * What keeps a system of which nothing is there yet from being brought up: ports that are taken. Looked for before its first
 * process starts, since a job cannot be taken back. One that is there already stays, and its own operations are refused.
 */
export const refusedPorts = async (opened: Opened, kind: BaseKind): Promise<readonly Diagnostic[]> => {
  const { system } = opened.program;
  if (system === null || systemDirectories().includes(system)) return [];
  return (await takenPorts(opened, kind)).map((one) => ({ ...one, severity: "error" as const }));
};
