/**
 * What a thread must have around it so that a process started from it is an instance:
 * the instance's network, a view of the files in which names are the instance's, and
 * few capabilities. All of it is the calling thread's alone and inherited by what it
 * starts.
 */
import { existsSync } from "node:fs";
import {
  bind,
  CLONE_NEWNS,
  checked,
  MNT_DETACH,
  MS_BIND,
  MS_REC,
  MS_SLAVE,
  mount,
  umount,
  unshare,
} from "../ffi/libc.ts";
import { refusedWith } from "../kernel-error.ts";
import { netnsDirectory } from "../namespaces.ts";
import type { View } from "./view.ts";

/** Takes the mounts of network namespaces, which would keep them alive, out of the thread's own. */
const forgetNamespaces = (): void => {
  try {
    for (;;) umount(netnsDirectory, MNT_DETACH);
  } catch (error) {
    // EINVAL: no mount is left there.
    if (!refusedWith(error, "EINVAL", "ENOENT")) throw error;
  }
};

/** Gives the calling thread mounts of its own, which follow those of the machine. */
export const leaveMounts = (): void => {
  unshare(CLONE_NEWNS);
  mount("none", "/", null, MS_REC | MS_SLAVE);
};

/** Makes the calling thread see the files as an instance does, in mounts of its own once more. */
export const enterView = (view: View): void => {
  forgetNamespaces();
  unshare(CLONE_NEWNS);
  mount(view.hosts, "/etc/hosts", null, MS_BIND);
  // No name server can be reached from an instance: asking none fails at once, not in seconds.
  if (existsSync("/etc/resolv.conf")) mount("/dev/null", "/etc/resolv.conf", null, MS_BIND);
  // Last: it covers the sources of the others.
  mount(view.nothing, view.stateRoot, null, MS_BIND);
};

/**
 * What a process may still do as root; by number, as in linux/capability.h. The set
 * that container engines leave by default: enough to change users and bind low ports,
 * not enough to leave its network or to change it.
 */
const kept = new Set([
  0, // CHOWN
  1, // DAC_OVERRIDE
  3, // FOWNER
  4, // FSETID
  5, // KILL
  6, // SETGID
  7, // SETUID
  8, // SETPCAP
  10, // NET_BIND_SERVICE
  13, // NET_RAW
  18, // SYS_CHROOT
  27, // MKNOD
  29, // AUDIT_WRITE
  31, // SETFCAP
]);

const PR_CAPBSET_READ = 23;
const PR_CAPBSET_DROP = 24;
const prctl = bind<[number, number, number, number, number], number>(
  "int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)",
);

/** Bounds what programs started by the calling thread can gain. The thread itself keeps what it has. */
export const boundCapabilities = (): void => {
  // Reading a capability that the kernel does not know fails: there the list ends.
  for (let capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) !== -1; capability++)
    if (!kept.has(capability)) checked("drop a capability", prctl(PR_CAPBSET_DROP, capability, 0, 0, 0));
};
