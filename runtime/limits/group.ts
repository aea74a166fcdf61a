/** One cgroup of ours: made with all above it, and removed when nothing lives in it. */
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { KernelError, kernelErrorOf, refusedWith } from "../kernel-error.ts";
import { type Owned, qualifiedName } from "../owner.ts";
import { baseIn, type Controller, hierarchyOf, type Kernel } from "./hierarchy.ts";

/** The cgroup in which all of ours are. */
const ours = "architect";

/** A cgroup, in the hierarchy of a controller. */
export interface Group {
  readonly directory: string;
  readonly version: 1 | 2;
}

/** The cgroup in which those of a system are. Throws a `KernelError` where none can be made. */
export const systemGroup = (controller: Controller, owned: Owned, kernel?: Kernel): Group => {
  const hierarchy = hierarchyOf(controller, kernel);
  if (hierarchy === null)
    throw new KernelError(
      `make a cgroup`,
      "ENOENT",
      `no cgroup file system with the controller ${controller} is mounted`,
    );
  const base = baseIn(hierarchy, controller);
  return { directory: `${base}/${ours}/${qualifiedName(owned)}`, version: hierarchy.version };
};

const make = (directory: string): void => {
  try {
    mkdirSync(directory);
  } catch (error) {
    if (!refusedWith(error, "EEXIST")) throw kernelErrorOf(`make the cgroup ${directory}`, error);
  }
};

/** In version 2 a controller is there for the children of a cgroup that says so. */
const enable = (directory: string, controller: Controller): void => {
  const file = `${directory}/cgroup.subtree_control`;
  try {
    if (!readFileSync(file, "utf8").split(/\s+/).includes(controller)) writeFileSync(file, `+${controller}`);
  } catch (error) {
    throw kernelErrorOf(`have the controller ${controller} in ${directory}`, error);
  }
};

/** Makes a cgroup of a system. */
export const makeGroup = (system: Group, name: string, controller: Controller): Group => {
  const above = dirname(system.directory);
  const path = [above, system.directory, `${system.directory}/${name}`];
  if (system.version === 2) enable(dirname(above), controller);
  for (const directory of path) {
    make(directory);
    if (system.version === 2 && directory !== path.at(-1)) enable(directory, controller);
  }
  return { directory: path.at(-1)!, version: system.version };
};

/** The cgroups right below one; none where that is not there. */
export const groupsIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return [];
    throw error;
  }
};

/** The processes in a cgroup; none where that is not there. */
export const processesIn = (directory: string): readonly number[] => {
  try {
    return readFileSync(`${directory}/cgroup.procs`, "utf8").split("\n").filter(Boolean).map(Number);
  } catch (error) {
    if (refusedWith(error, "ENOENT", "ENODEV")) return [];
    throw error;
  }
};

/** Of a process that has just ended the kernel may take a moment to let go. */
const removalMs = 2_000;
const pauseMs = 10;

/** Removes a cgroup and those in it. Throws a `KernelError` (EBUSY) where something lives on in it. */
export const removeGroup = async (directory: string): Promise<void> => {
  for (const name of groupsIn(directory)) await removeGroup(`${directory}/${name}`);
  const patience = performance.now() + removalMs;
  for (;;) {
    try {
      rmdirSync(directory);
      return;
    } catch (error) {
      if (refusedWith(error, "ENOENT")) return;
      if (!refusedWith(error, "EBUSY") || performance.now() > patience)
        throw kernelErrorOf(`remove the cgroup ${directory}`, error);
    }
    await sleep(pauseMs);
  }
};

/** Removes what all systems have in common, with the last of them. */
export const removeIfEmpty = (directory: string): void => {
  try {
    rmdirSync(directory);
  } catch (error) {
    if (!refusedWith(error, "ENOENT", "EBUSY", "ENOTEMPTY", "EACCES", "EPERM", "EROFS")) throw error;
  }
};

const openGroup = (file: string): number => {
  try {
    return openSync(file, constants.O_WRONLY);
  } catch (error) {
    throw kernelErrorOf(`open ${file}`, error);
  }
};

/** Work with descriptors that are open for writing on the `cgroup.procs` of cgroups. */
export const withGroups = async <T>(
  files: readonly string[],
  work: (fds: readonly number[]) => Promise<T>,
): Promise<T> => {
  const fds: number[] = [];
  try {
    for (const file of files) fds.push(openGroup(file));
    return await work(fds);
  } finally {
    for (const fd of fds) closeSync(fd);
  }
};
