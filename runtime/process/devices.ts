/** /dev as instances see it: what every program needs, and no device of the machine. */
import { closeSync, existsSync, lstatSync, mkdirSync, openSync, statSync, symlinkSync } from "node:fs";
import {
  MNT_DETACH,
  MS_BIND,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  MS_REMOUNT,
  mount,
  moveMount,
  openTree,
  umount,
} from "../ffi/libc.ts";
import { holdDevices, onMachine } from "../ffi/machine-devices.ts";
import { refusedWith } from "../kernel-error.ts";

const devices = ["null", "zero", "full", "random", "urandom", "tty"] as const;

/** Covered in each instance by one of its own, where the machine has it. */
const places = ["shm", "mqueue", "pts"] as const;

const links = {
  fd: "/proc/self/fd",
  stdin: "/proc/self/fd/0",
  stdout: "/proc/self/fd/1",
  stderr: "/proc/self/fd/2",
  ptmx: "pts/ptmx",
} as const;

/** Fills a directory: devices are the machine's own files. */
const fill = (space: string): void => {
  for (const name of devices) {
    if (!existsSync(`/dev/${name}`)) continue;
    closeSync(openSync(`${space}/${name}`, "wx"));
    const tree = openTree(`/dev/${name}`);
    moveMount(tree, `${space}/${name}`);
    closeSync(tree);
  }
  for (const name of places) {
    if (!existsSync(`/dev/${name}`)) continue;
    mkdirSync(`${space}/${name}`);
    const tree = openTree(`/dev/${name}`);
    moveMount(tree, `${space}/${name}`);
    closeSync(tree);
  }
  // A place for the terminal of a command from outside.
  closeSync(openSync(`${space}/console`, "wx"));
  for (const [name, target] of Object.entries(links)) symlinkSync(target, `${space}/${name}`);
};

const flags = MS_NOSUID | MS_NOEXEC;

/**
 * Covers /dev in the calling thread's own mounts, which those of instances are copies of: so it costs nothing at a start. Nobody can
 * write to it, so all share it.
 */
export const coverDevices = (): void => {
  if (!holdDevices()) return;
  const space = "/tmp";
  mount("architect", space, "tmpfs", flags, "mode=755");
  try {
    fill(space);
    const tree = openTree(space);
    moveMount(tree, "/dev");
    closeSync(tree);
  } finally {
    umount(space, MNT_DETACH);
  }
  mount("none", "/dev", null, MS_BIND | MS_REMOUNT | MS_RDONLY | flags);
};

/** Terminals of an instance's own: those of the machine belong to people who work there. */
export const mountTerminals = (): void => {
  if (lstatSync("/dev/pts", { throwIfNoEntry: false }) === undefined) return;
  const options = "newinstance,ptmxmode=0666,mode=0620";
  try {
    mount("architect", "/dev/pts", "devpts", flags, `${options},gid=${terminalGroup()}`);
  } catch (error) {
    // In a user namespace there may be no such group.
    if (!refusedWith(error, "EINVAL")) throw error;
    mount("architect", "/dev/pts", "devpts", flags, options);
  }
};

/** Whose the terminals of the machine are: the group `tty`. */
const terminalGroup = (): number => statSync(onMachine("/dev/tty"), { throwIfNoEntry: false })?.gid ?? 0;
