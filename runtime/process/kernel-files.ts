/** /proc and /sys as instances see them: much of them speaks of the whole machine, and its root could change that. */
import { closeSync, existsSync, statSync } from "node:fs";
import {
  MS_BIND,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  MS_REMOUNT,
  makeReadOnly,
  mount,
  moveMount,
  openTree,
} from "../ffi/libc.ts";
import { refusedWith } from "../kernel-error.ts";

const flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
const groups = "/sys/fs/cgroup";

const existing = (paths: readonly string[]): readonly string[] =>
  paths.filter((path) => statSync(path, { throwIfNoEntry: false }) !== undefined);

/** Whoever is root could set the machine up by these: `/proc/sys/kernel/core_pattern` names a program that it runs as root. */
const setUp = existing(
  [
    "acpi",
    "asound",
    "bus",
    "driver",
    "dynamic_debug",
    "fs",
    "irq",
    "mtrr",
    "scsi",
    "sys",
    "sysrq-trigger",
  ].map((name) => `/proc/${name}`),
);

/** Memory of the kernel, and what others keep in it. */
const hidden = existing(
  ["kcore", "key-users", "keys", "latency_stats", "sched_debug", "timer_list", "timer_stats"].map(
    (name) => `/proc/${name}`,
  ),
);

/** What of the settings is a network namespace's own. */
const ownSettings = "/proc/sys/net";

/** What /proc is, to be told from another one that comes to cover it. */
export const procDevice = (): number => statSync("/proc").dev;

const remount = (path: string, more = 0): void =>
  mount("none", path, null, MS_BIND | MS_REMOUNT | more | flags);

/**
 * Protects the /proc of an instance, in the calling thread's own mounts. `networks`: whether it sets up its own network;
 * `isPrivate`: whether that /proc is its own.
 */
export const protectProc = (networks: boolean, isPrivate: boolean): void => {
  const own = networks && existsSync(ownSettings) ? openTree(ownSettings) : null;
  if (isPrivate) {
    // What is bound is as its source is, so that not each has to be made read-only by itself.
    remount("/proc", MS_RDONLY);
    for (const path of setUp) mount(path, path, null, MS_BIND);
    remount("/proc");
  } else
    for (const path of setUp) {
      mount(path, path, null, MS_BIND);
      remount(path, MS_RDONLY);
    }
  for (const path of hidden) mount("/dev/null", path, null, MS_BIND);
  if (own === null) return;
  moveMount(own, ownSettings);
  closeSync(own);
};

/**
 * /sys of the calling thread's network, for reading only, with the cgroups of the machine. Where it may not be mounted anew, it is the
 * machine's, for reading only. Throws a `KernelError`: ENOSYS where the kernel is too old for that, before Linux 5.12.
 */
export const mountSys = (): void => {
  if (!existsSync("/sys/kernel")) return;
  const tree = existsSync(groups) ? openTree(groups) : null;
  try {
    mount("sysfs", "/sys", "sysfs", flags | MS_RDONLY);
    if (tree !== null) moveMount(tree, groups);
  } catch (error) {
    if (!refusedWith(error, "EPERM", "EACCES")) throw error;
    makeReadOnly("/sys");
  } finally {
    if (tree !== null) closeSync(tree);
  }
};
