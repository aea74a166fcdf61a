/** A command beside a program that runs, for a while: it is gone afterwards, with all that it started. */
import { closeSync, fstatSync } from "node:fs";
import type { CapabilityName } from "../../src/core/capabilities.ts";
import type { Spawn } from "../ffi/spawn.ts";
import type { Exit } from "../ffi/wait.ts";
import { launchJoined } from "./launch.ts";
import { type Identity, readStat } from "./proc.ts";
import { taggedTarget } from "./sandbox-target.ts";
import type { Spawner } from "./spawner.ts";
import type { Terminator } from "./terminator.ts";
import type { Watcher } from "./watcher.ts";

/** What it takes to start a command, to see its end, and to end it. */
export interface CommandContext {
  readonly spawner: Spawner;
  readonly watcher: Watcher;
  readonly terminator: Terminator;
}

/** A program, and the first process of its pid namespace. */
export interface SandboxedProcess extends Identity {
  readonly init: Identity;
}

const endOf = (watcher: Watcher, pid: number): Promise<Exit> =>
  new Promise((resolve) => watcher.watch(pid, readStat(pid)?.startTime ?? 0, resolve));

/** Runs a command without output in a program's sandbox. Null where it took longer than `timeoutMs`. */
export const runHealthCommand = async (
  { spawner, watcher, terminator }: CommandContext,
  { pid, init }: SandboxedProcess,
  command: Omit<Spawn, "stdio">,
  timeoutMs: number,
  grants: readonly CapabilityName[] = [],
): Promise<Exit | null> => {
  const { pid: child, tag } = await launchJoined(spawner, pid, command, grants);
  const clear = (): Promise<void> =>
    terminator.end(taggedTarget(init, fstatSync(tag).ino), `stop ${command.argv[0]}`, 0);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), timeoutMs);
  });
  try {
    return await Promise.race([endOf(watcher, child), late]);
  } finally {
    clearTimeout(timer);
    await clear();
    closeSync(tag);
  }
};
