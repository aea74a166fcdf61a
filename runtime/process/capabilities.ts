/**
 * What a process may still do as root; by number, as in linux/capability.h. The set
 * that container engines leave by default: enough to change users and bind low ports,
 * not enough to leave its namespaces or to change them.
 */
import { bind, checked } from "../ffi/libc.ts";

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
