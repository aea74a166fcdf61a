/** The descriptors that a new process needs, opened before and closed after it is started. */
import { closeSync, constants, existsSync, openSync, rmSync } from "node:fs";
import type { Spawn } from "../ffi/posix-spawn.ts";
import { openNamespace } from "../namespaces.ts";
import type { Spawner } from "./spawner.ts";
import type { View } from "./view.ts";

export interface Launch {
  readonly netns: string;
  readonly view: View;
  /** Where standard output and error go, appended; made if need be, for its owner alone. */
  readonly output: string;
  readonly spawn: Omit<Spawn, "stdio">;
}

/** The pid of the process. After an error neither it nor a new file for its output is there. */
export const launch = async (spawner: Spawner, { netns, view, output, spawn }: Launch): Promise<number> => {
  const { O_RDONLY, O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
  const isNew = !existsSync(output);
  const fds: number[] = [];
  try {
    fds.push(openNamespace(netns));
    fds.push(openSync("/dev/null", O_RDONLY));
    fds.push(openSync(output, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600));
    const [namespace, input, log] = fds as [number, number, number];
    return await spawner.start({ namespace, view, spawn: { ...spawn, stdio: [input, log, log] } });
  } catch (error) {
    if (isNew) rmSync(output, { force: true });
    throw error;
  } finally {
    for (const fd of fds) closeSync(fd);
  }
};
