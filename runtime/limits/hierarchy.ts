/**
 * Where cgroups are made. Each controller (memory, cpu, pids) is in a hierarchy of version 1, or in the one of
 * version 2, wherever that is mounted.
 */
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { KernelError, kernelErrorOf, refusedWith } from "../kernel-error.ts";

/** What a cgroup can limit. */
export type Controller = "memory" | "cpu" | "pids";

/** A hierarchy that a controller is in. */
export interface Hierarchy {
  readonly version: 1 | 2;
  /** Where it is mounted. */
  readonly mount: string;
  /** The cgroup of this process in it, as a path below `mount`. */
  readonly own: string;
}

/** Where the kernel tells of hierarchies; tests have files of their own. */
export interface Kernel {
  readonly mountinfo: string;
  readonly cgroup: string;
}

const own: Kernel = { mountinfo: "/proc/self/mountinfo", cgroup: "/proc/self/cgroup" };

interface Mount {
  /** The cgroup that is mounted. */
  readonly root: string;
  readonly point: string;
  readonly type: string;
  readonly options: readonly string[];
}

const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** `35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory` */
const mountsIn = (mountinfo: string): readonly Mount[] =>
  mountinfo.split("\n").flatMap((line) => {
    const [place = "", source = ""] = line.split(" - ");
    const [, , , root, point] = place.split(" ");
    const [type, , options = ""] = source.split(" ");
    if (root === undefined || point === undefined || (type !== "cgroup" && type !== "cgroup2")) return [];
    return [{ root: unescaped(root), point: unescaped(point), type, options: options.split(",") }];
  });

/** The path of this process's cgroup: `4:memory:/a/b`, of version 2 `0::/a/b`. */
const ownPath = (cgroups: string, controller: Controller | null): string => {
  for (const line of cgroups.split("\n")) {
    const [, controllers = "", path = "/"] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (
      line !== "" &&
      (controller === null ? controllers === "" : controllers.split(",").includes(controller))
    )
      return path;
  }
  return "/";
};

const words = (path: string): readonly string[] => {
  try {
    return readFileSync(path, "utf8").split(/\s+/);
  } catch (error) {
    if (refusedWith(error, "ENOENT", "EACCES")) return [];
    throw error;
  }
};

/** The hierarchy that a controller is in; null where none has it. */
export const hierarchyOf = (controller: Controller, kernel: Kernel = own): Hierarchy | null => {
  const mounts = mountsIn(readFileSync(kernel.mountinfo, "utf8"));
  const first = mounts.find(({ type, options }) => type === "cgroup" && options.includes(controller));
  const second = mounts.find(
    ({ type, point }) => type === "cgroup2" && words(`${point}/cgroup.controllers`).includes(controller),
  );
  const mount = first ?? second;
  if (mount === undefined) return null;
  const cgroups = readFileSync(kernel.cgroup, "utf8");
  const path = posix.relative(mount.root, ownPath(cgroups, mount === first ? controller : null));
  return { version: mount === first ? 1 : 2, mount: mount.point, own: path.startsWith("..") ? "" : path };
};

/** The cgroups from the topmost one that is mounted down to that of this process. */
const downwards = ({ mount, own: path }: Hierarchy): readonly string[] => {
  const parts = path.split("/").filter((part) => part !== "");
  return [mount, ...parts.map((_, i) => posix.join(mount, ...parts.slice(0, i + 1)))].filter((each) =>
    existsSync(each),
  );
};

/**
 * The topmost cgroup in which this user may make others: for root the mount itself, for others what was delegated to
 * them. So it is the same from whatever session. Throws a `KernelError` with the words of the kernel.
 */
export const baseIn = (hierarchy: Hierarchy, controller: Controller): string => {
  // Where something else is mounted over it, not even that directory is there.
  const { mount } = hierarchy;
  let refusal: unknown = new KernelError(`make a cgroup in ${mount}`, "ENOENT", `${mount} is not there`);
  let isFirst = true;
  for (const directory of downwards(hierarchy)) {
    try {
      accessSync(directory, constants.W_OK);
      if (hierarchy.version === 1 || words(`${directory}/cgroup.controllers`).includes(controller))
        return directory;
      refusal = new KernelError(directory, "ENOENT", `${directory} has no controller ${controller}`);
    } catch (error) {
      if (isFirst) refusal = kernelErrorOf(`make a cgroup in ${directory}`, error);
    }
    isFirst = false;
  }
  throw refusal;
};
