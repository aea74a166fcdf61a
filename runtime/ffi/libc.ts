/**
 * The calls of the C library that Node has no name for, bound on first use. Each
 * throws a `KernelError` that tells what was being done. Files are opened and
 * closed with node:fs, which sets O_CLOEXEC.
 */
import { closeSync } from "node:fs";
import koffi, { type LibraryHandle } from "koffi";
import { KernelError } from "../kernel-error.ts";

/** A mount namespace, for `unshare`, `setns` and clone(2); so are the next ones. */
export const CLONE_NEWNS = 0x0002_0000;
/** A root and working directory of its own, for `unshare`. */
export const CLONE_FS = 0x0000_0200;
/** A uts namespace: host name. */
export const CLONE_NEWUTS = 0x0400_0000;
/** An ipc namespace: System V ipc and POSIX message queues. */
export const CLONE_NEWIPC = 0x0800_0000;
/** A user namespace. */
export const CLONE_NEWUSER = 0x1000_0000;
/** A pid namespace, of what the thread starts. */
export const CLONE_NEWPID = 0x2000_0000;
/** A network namespace. */
export const CLONE_NEWNET = 0x4000_0000;

/** A bind mount, for `mount`; so are the next ones. */
export const MS_BIND = 4096;
/** With `MS_BIND`: changes the flags of a mount. */
export const MS_REMOUNT = 32;
/** With all mounts below. */
export const MS_REC = 16384;
/** Mounts follow those of the peer group, and not the other way. */
export const MS_SLAVE = 1 << 19;
/** Mounts go to the peer group, and come from it. */
export const MS_SHARED = 1 << 20;
/** Read-only. */
export const MS_RDONLY = 1;
/** No set-user-ID bits. */
export const MS_NOSUID = 2;
/** No devices. */
export const MS_NODEV = 4;
/** Nothing to execute. */
export const MS_NOEXEC = 8;
/** For `umount`: at once out of sight, and gone when nothing uses it. */
export const MNT_DETACH = 2;

let library: LibraryHandle | undefined;

/** Binds a function of the C library (whatever Node itself is linked with) at its first call. */
export const bind = <Args extends readonly unknown[], Result>(
  prototype: string,
): ((...args: Args) => Result) => {
  let bound: ((...args: Args) => Result) | undefined;
  return (...args) => {
    if (bound === undefined) {
      library ??= koffi.load(null);
      bound = library.func(prototype) as (...args: Args) => Result;
    }
    return bound(...args);
  };
};

/** Number to name; of two names for one number, the one that the kernel's manual uses. */
const errnoNames = new Map(
  Object.entries(koffi.os.errno)
    .filter(([name]) => !["EWOULDBLOCK", "EDEADLOCK", "ENOTSUP"].includes(name))
    .map(([name, number]) => [number, name] as const),
);

const strerror = bind<[number], string>("const char *strerror(int errnum)");

/** The error for an errno, with the words of the C library unless the kernel gave its own. */
export const kernelError = (operation: string, errno: number, words?: string): KernelError =>
  new KernelError(operation, errnoNames.get(errno) ?? `errno ${errno}`, words ?? strerror(errno));

/** Passes a result through; -1 becomes the error of the call just made on this thread. */
export const checked = (operation: string, result: number): number => {
  if (result === -1) throw kernelError(operation, koffi.errno());
  return result;
};

/** Whether a signal ended the call that just failed on this thread. */
export const interrupted = (): boolean => koffi.errno() === koffi.os.errno.EINTR;

const namespaceWords: readonly (readonly [number, string])[] = [
  [CLONE_NEWUSER, "user"],
  [CLONE_NEWNS, "mount"],
  [CLONE_NEWNET, "network"],
  [CLONE_NEWPID, "pid"],
  [CLONE_NEWIPC, "ipc"],
  [CLONE_NEWUTS, "uts"],
];

const namespaceNames = (flags: number): string => {
  const names = namespaceWords.filter(([flag]) => (flags & flag) !== 0).map(([, name]) => name);
  return `${names.join(" and ")} namespace${names.length > 1 ? "s" : ""}`;
};

const rawExit = bind<[number], never>("void _exit(int status)");
/** Ends the process without waiting for threads: one of them may never come back from a write. */
export const exitAtOnce = (status: number): never => rawExit(status);

const rawUnshare = bind<[number], number>("int unshare(int flags)");
/** Gives the calling thread namespaces (or, with CLONE_FS, a root and working directory) of its own. */
export const unshare = (flags: number): void => {
  const what = flags === CLONE_FS ? "a working directory of its own" : `a new ${namespaceNames(flags)}`;
  checked(`give a thread ${what}`, rawUnshare(flags));
};

const rawSethostname = bind<[string, number], number>("int sethostname(const char *name, size_t len)");
/** Names the uts namespace of the calling thread. */
export const setHostname = (name: string): void => {
  checked(`take the host name ${name}`, rawSethostname(name, Buffer.byteLength(name)));
};

const rawSetns = bind<[number, number], number>("int setns(int fd, int nstype)");
/** Moves the calling thread into a namespace; `fd` is open on one, or a pidfd. */
export const setns = (fd: number, flags: number): void => {
  checked(`enter a ${namespaceNames(flags)}`, rawSetns(fd, flags));
};

const rawMount = bind<[string, string, string | null, number, string | null], number>(
  "int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)",
);

/** mount(2). Throws a `KernelError`. */
export const mount = (
  source: string,
  target: string,
  type: string | null,
  flags: number,
  data: string | null = null,
): void => {
  checked(`mount ${type ?? source} on ${target}`, rawMount(source, target, type, flags, data));
};

const rawUmount = bind<[string, number], number>("int umount2(const char *target, int flags)");

/** umount2(2). Throws a `KernelError`: EINVAL where nothing is mounted. */
export const umount = (target: string, flags = 0): void => {
  checked(`unmount ${target}`, rawUmount(target, flags));
};

/** Returns a descriptor; of the files at the path, as they are mounted now, whatever comes to cover them. Linux 5.2. */
export const openTree = (path: string): number => {
  const atWorkingDirectory = -100;
  const flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE;
  return checked(`open the files at ${path}`, syscallPath(SYS_open_tree, atWorkingDirectory, path, flags));
};

/** Mounts what `openTree` opened, in whatever mount namespace the calling thread is. */
export const moveMount = (tree: number, target: string): void => {
  const moved = syscallMove(SYS_move_mount, tree, "", -100, target, MOVE_MOUNT_F_EMPTY_PATH);
  checked(`mount on ${target}`, moved);
};

/** The same below what is mounted there: once that is unmounted, this is in its place. EINVAL, ENOSYS before Linux 6.5. */
export const moveMountBeneath = (tree: number, target: string): void => {
  const flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_BENEATH;
  checked(`mount beneath ${target}`, syscallMove(SYS_move_mount, tree, "", -100, target, flags));
};

const rawPivotRoot = bind<[number, string, string], number>(
  "long syscall(long number, const char *next, const char *old)",
);
const rawChdir = bind<[string], number>("int chdir(const char *path)");
const pivotRootNumbers: Readonly<Record<string, number>> = {
  x64: 155,
  arm64: 41,
  riscv64: 41,
  loong64: 41,
  ppc64: 203,
};

/**
 * Makes a mount the root of the calling thread's mounts, and its working directory; the old root lies over it, to be
 * unmounted. The thread must have mounts of its own.
 */
export const pivotRoot = (next: string): void => {
  const number = pivotRootNumbers[process.arch];
  const doing = `make ${next} the root`;
  if (number === undefined) throw new KernelError(doing, "ENOSYS", `nobody told us how on ${process.arch}`);
  checked(doing, rawChdir(next));
  checked(doing, rawPivotRoot(number, ".", "."));
};

/** All mounts at a path and below can be written to no more, as the calling thread sees them. Throws a `KernelError`. Linux 5.12. */
export const makeReadOnly = (path: string): void => {
  const attributes = Buffer.alloc(32);
  attributes.writeBigUInt64LE(MOUNT_ATTR_RDONLY, 0);
  const made = syscallAttributes(SYS_mount_setattr, -100, path, AT_RECURSIVE, attributes, attributes.length);
  checked(`make ${path} read-only`, made);
};

/** The mount at a path can be written to again, but not those below. Throws a `KernelError`. Linux 5.12. */
export const makeWritable = (path: string): void => {
  const attributes = Buffer.alloc(32);
  attributes.writeBigUInt64LE(MOUNT_ATTR_RDONLY, 8);
  const made = syscallAttributes(SYS_mount_setattr, -100, path, 0, attributes, attributes.length);
  checked(`make ${path} writable`, made);
};

/** A lock that others may have too, for `flock`. */
export const LOCK_SH = 1;
/** A lock that no other one may have. */
export const LOCK_EX = 2;
/** Does not wait. */
export const LOCK_NB = 4;
const rawFlock = bind<[number, number], number>("int flock(int fd, int operation)");
/** Locks an open file or directory until it is closed. Waits while another holds it; with LOCK_NB, EAGAIN. */
export const flock = (fd: number, operation: number): void => {
  checked("lock a file", rawFlock(fd, operation));
};

const syscall3 = bind<[number, number, number, number], number>(
  "long syscall(long number, long a, long b, long c)",
);
const syscall4 = bind<[number, number, number, number, number], number>(
  "long syscall(long number, long a, long b, long c, long d)",
);
const syscallPath = bind<[number, number, string, number], number>(
  "long syscall(long number, long directory, const char *path, long flags)",
);
const syscallMove = bind<[number, number, string, number, string, number], number>(
  "long syscall(long number, long from, const char *source, long to, const char *target, long flags)",
);
const syscallAttributes = bind<[number, number, string, number, Buffer, number], number>(
  "long syscall(long number, long directory, const char *path, long flags, void *attributes, long size)",
);
// From Linux 5.1 on, a new system call has one number on every architecture.
const SYS_open_tree = 428;
const SYS_move_mount = 429;
const OPEN_TREE_CLONE = 1;
const OPEN_TREE_CLOEXEC = 0o2000000;
const AT_RECURSIVE = 0x8000;
const SYS_mount_setattr = 442;
const MOUNT_ATTR_RDONLY = 1n;
const MOVE_MOUNT_F_EMPTY_PATH = 4;
const MOVE_MOUNT_BENEATH = 0x200;
const SYS_pidfd_send_signal = 424;
const SYS_pidfd_open = 434;

/** A descriptor that stands for this very process, and that polls readable when it ends. Linux 5.3. */
export const pidfdOpen = (pid: number): number =>
  checked(`watch process ${pid}`, syscall3(SYS_pidfd_open, pid, 0, 0));

/** Work with a descriptor that stands for a process. */
export const withPidfd = <T>(pid: number, work: (pidfd: number) => T): T => {
  const pidfd = pidfdOpen(pid);
  try {
    return work(pidfd);
  } finally {
    closeSync(pidfd);
  }
};

/** Sends a signal that can reach no other process than the one the pidfd was opened on. */
export const pidfdSendSignal = (pidfd: number, signal: number): void => {
  checked(`send signal ${signal}`, syscall4(SYS_pidfd_send_signal, pidfd, signal, 0, 0));
};
