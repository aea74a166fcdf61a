/**
 * The calls of the C library that Node has no name for, bound on first use. Each
 * throws a `KernelError` that tells what was being done. Files are opened and
 * closed with node:fs, which sets O_CLOEXEC.
 */
import koffi, { type LibraryHandle } from "koffi";
import { KernelError } from "../kernel-error.ts";

export const CLONE_NEWNS = 0x0002_0000;
export const CLONE_FS = 0x0000_0200;
export const CLONE_NEWUSER = 0x1000_0000;
export const CLONE_NEWNET = 0x4000_0000;

export const MS_BIND = 4096;
export const MS_REC = 16384;
export const MS_SLAVE = 1 << 19;
export const MS_SHARED = 1 << 20;
export const MS_NOSUID = 2;
export const MS_NODEV = 4;
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
];

const namespaceNames = (flags: number): string => {
  const names = namespaceWords.filter(([flag]) => (flags & flag) !== 0).map(([, name]) => name);
  return `${names.join(" and ")} namespace${names.length > 1 ? "s" : ""}`;
};

const rawUnshare = bind<[number], number>("int unshare(int flags)");
/** Gives the calling thread namespaces (or, with CLONE_FS, a root and working directory) of its own. */
export const unshare = (flags: number): void => {
  const what = flags === CLONE_FS ? "a working directory of its own" : `a new ${namespaceNames(flags)}`;
  checked(`give a thread ${what}`, rawUnshare(flags));
};

const rawSetns = bind<[number, number], number>("int setns(int fd, int nstype)");
/** Moves the calling thread into a namespace; `fd` is open on one, or a pidfd. */
export const setns = (fd: number, flags: number): void => {
  checked(`enter a ${namespaceNames(flags)}`, rawSetns(fd, flags));
};

const rawMount = bind<[string, string, string | null, number, string | null], number>(
  "int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)",
);
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
export const umount = (target: string, flags = 0): void => {
  checked(`unmount ${target}`, rawUmount(target, flags));
};

export const LOCK_SH = 1;
export const LOCK_EX = 2;
export const LOCK_NB = 4;
const rawFlock = bind<[number, number], number>("int flock(int fd, int operation)");
/** Locks an open file or directory until it is closed. Waits for whoever holds it; with LOCK_NB, EAGAIN. */
export const flock = (fd: number, operation: number): void => {
  checked("lock a file", rawFlock(fd, operation));
};

const syscall3 = bind<[number, number, number, number], number>(
  "long syscall(long number, long a, long b, long c)",
);
const syscall4 = bind<[number, number, number, number, number], number>(
  "long syscall(long number, long a, long b, long c, long d)",
);
// From Linux 5.1 on, a new system call has one number on every architecture.
const SYS_pidfd_send_signal = 424;
const SYS_pidfd_open = 434;

/** A descriptor that stands for this very process, and that polls readable when it ends. Linux 5.3. */
export const pidfdOpen = (pid: number): number =>
  checked(`watch process ${pid}`, syscall3(SYS_pidfd_open, pid, 0, 0));

/** Sends a signal that can reach no other process than the one the pidfd was opened on. */
export const pidfdSendSignal = (pidfd: number, signal: number): void => {
  checked(`send signal ${signal}`, syscall4(SYS_pidfd_send_signal, pidfd, signal, 0, 0));
};
