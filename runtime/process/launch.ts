/** The descriptors that a new process needs, opened before and closed after it is started. */
import { closeSync, constants, openSync } from "node:fs";
import type { CapabilityName } from "../../src/core/capabilities.ts";
import { pidfdOpen } from "../ffi/libc.ts";
import type { Spawn } from "../ffi/spawn.ts";
import { openNamespace } from "../namespaces.ts";
import type { ProgramConfinement } from "./confinement.ts";
import type { InitSpawn } from "./init.ts";
import type { OutputPipe } from "./log/output-pipe.ts";
import type { Joined, Spawner, Started } from "./spawner.ts";
import type { View } from "./view.ts";

type Program = Omit<Spawn, "stdio">;

/** A program, and the sandbox that is made for it. */
export interface Launch {
  readonly netns: string;
  readonly view: View;
  readonly confinement: ProgramConfinement;
  readonly init: InitSpawn;
  /** Where standard output and error go. */
  readonly output: OutputPipe;
  readonly program: Program;
}

/** Work with descriptors that are closed after it. */
const withOpen = async <T>(
  open: readonly (() => number)[],
  work: (...fds: readonly number[]) => Promise<T>,
): Promise<T> => {
  const fds: number[] = [];
  try {
    for (const one of open) fds.push(one());
    return await work(...fds);
  } finally {
    for (const fd of fds) closeSync(fd);
  }
};

const { O_RDONLY, O_RDWR } = constants;

/** A program in a sandbox of its own. After an error it is not there. */
export const launch = (
  spawner: Spawner,
  { netns, view, confinement, init, output, program }: Launch,
): Promise<Started> => {
  const descriptors = [() => openNamespace(netns), () => openSync("/dev/null", O_RDONLY)];
  const { readEnd, writeEnd } = output;
  return withOpen(descriptors, (network, input) =>
    spawner.start({
      network: network!,
      view,
      confinement,
      init,
      output: readEnd,
      spawn: { ...program, stdio: [input!, writeEnd, writeEnd] },
    }),
  );
};

/** A program beside another one, without output. */
export const launchJoined = (
  spawner: Spawner,
  pid: number,
  program: Program,
  grants: readonly CapabilityName[] = [],
): Promise<Joined> =>
  withOpen([() => pidfdOpen(pid), () => openSync("/dev/null", O_RDWR)], (beside, nowhere) =>
    spawner.join({ beside: beside!, grants, spawn: { ...program, stdio: [nowhere!, nowhere!, nowhere!] } }),
  );
