/**
 * Named network namespaces: each a mount below /run/netns, where `ip netns` finds
 * them too. A namespace lives as long as its name is mounted or a process is in it.
 */
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import {
  CLONE_NEWNET,
  flock,
  LOCK_EX,
  LOCK_SH,
  MNT_DETACH,
  MS_BIND,
  MS_NODEV,
  MS_NOSUID,
  MS_REC,
  MS_SHARED,
  mount,
  setns,
  umount,
  unshare,
} from "./ffi/libc.ts";
import { refusedWith } from "./kernel-error.ts";
import { pathPart } from "./names.ts";

export const netnsDirectory = "/run/netns";
/** The calling thread's namespace: each thread has its own. */
const ownNamespace = "/proc/thread-self/ns/net";

// The source of our own mount on the directory tells what there was before it.
const madeWithDirectory = "architect-netns";
const madeOnDirectory = "architect-netns-mount";

export const namespacePath = (name: string): string => `${netnsDirectory}/${pathPart(name)}`;

const withFile = <T>(path: string, flags: number, work: (fd: number) => T): T => {
  const fd = openSync(path, flags);
  try {
    return work(fd);
  } finally {
    closeSync(fd);
  }
};

/** Which mount an open file is of. */
const mountOf = (fd: number): string | undefined =>
  /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/thread-self/fdinfo/${fd}`, "utf8"))?.[1];

/** The source of the mount whose root an open directory is; null where it is no mount's. */
const mountSource = (fd: number): string | null => {
  const id = mountOf(fd);
  // `36 35 98:0 / /run/netns rw shared:7 - tmpfs SOURCE rw`. Mounts hidden by others are listed too.
  const lines = readFileSync("/proc/thread-self/mountinfo", "utf8").split("\n");
  const line = lines.find((entry) => entry.startsWith(`${id} `));
  if (line === undefined || line.split(" ")[4] !== netnsDirectory) return null;
  return line.split(" - ")[1]?.split(" ")[1] ?? "";
};

/** Work with the directory locked, as `ip netns` locks it as well. Its descriptor is passed on. */
const locked = <T>(operation: number, work: (fd: number) => T): T => {
  for (;;) {
    const outcome = withFile(netnsDirectory, constants.O_RDONLY | constants.O_DIRECTORY, (fd) => {
      flock(fd, operation);
      // Whoever had the lock may have mounted something on it, or taken it away.
      const [open, named] = [fstatSync(fd), statSync(netnsDirectory)];
      return open.dev === named.dev && open.ino === named.ino ? { result: work(fd) } : null;
    });
    if (outcome !== null) return outcome.result;
  }
};

/**
 * Makes /run/netns what it must be: a mount of its own that is shared, so that other
 * mount namespaces see names come and go. What is mounted there already stays.
 * Equivalent to the first `ip netns add`.
 */
export const prepareNetnsDirectory = (): void => {
  for (;;) {
    try {
      mountNetnsDirectory();
      return;
    } catch (error) {
      // Another process took it away meanwhile, as the last one to use it.
      if (!refusedWith(error, "ENOENT")) throw error;
    }
  }
};

const mountNetnsDirectory = (): void => {
  const made = mkdirSync(netnsDirectory, { recursive: true, mode: 0o755 }) !== undefined;
  locked(LOCK_EX, (fd) => {
    if (mountSource(fd) !== null) return;
    // Names that somebody keeps there without a mount must stay visible.
    if (readdirSync(netnsDirectory).length > 0) mount(netnsDirectory, netnsDirectory, null, MS_BIND | MS_REC);
    else {
      const source = made ? madeWithDirectory : madeOnDirectory;
      mount(source, netnsDirectory, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
    }
    mount("none", netnsDirectory, null, MS_SHARED);
  });
};

/** Takes back what `prepareNetnsDirectory` made, if no name is left in it. */
export const releaseNetnsDirectory = (): void => {
  try {
    locked(LOCK_EX, (fd) => {
      const source = mountSource(fd);
      if (source !== madeWithDirectory && source !== madeOnDirectory) return;
      if (readdirSync(netnsDirectory).length > 0) return;
      umount(netnsDirectory, MNT_DETACH); // what is open here keeps it busy
      if (source === madeWithDirectory) rmdirSync(netnsDirectory);
    });
  } catch (error) {
    // Somebody was faster, or has put something below our mount.
    if (!refusedWith(error, "ENOENT", "EBUSY", "ENOTEMPTY")) throw error;
  }
};

/**
 * Runs synchronous work on the calling thread inside the namespace that `fd` is open
 * on, and comes back whatever happens. Sockets opened and processes started by the
 * work belong to that namespace for good.
 */
export const withNamespace = <T>(fd: number, work: () => T): T =>
  withFile(ownNamespace, constants.O_RDONLY, (own) => {
    setns(fd, CLONE_NEWNET);
    let result: T;
    try {
      result = work();
    } finally {
      setns(own, CLONE_NEWNET);
    }
    if (result instanceof Promise) throw new Error("work inside a namespace must be synchronous");
    return result;
  });

/** The same as having a `mountSource`, without going through all mounts. */
const isMounted = (directory: number): boolean =>
  withFile(dirname(netnsDirectory), constants.O_RDONLY | constants.O_DIRECTORY, (parent) => {
    return mountOf(directory) !== mountOf(parent);
  });

/**
 * Work with a directory that nobody takes away meanwhile, made and mounted if need be: whatever
 * mounts it later would hide what is mounted below a plain one, and keep it busy for ever.
 */
const insideDirectory = <T>(work: () => T): T => {
  for (;;) {
    let entered = false;
    try {
      const done = locked(LOCK_SH, (fd) => {
        if (!isMounted(fd)) return null;
        entered = true;
        return { result: work() };
      });
      if (done !== null) return done.result;
    } catch (error) {
      if (entered || !refusedWith(error, "ENOENT")) throw error;
    }
    prepareNetnsDirectory();
  }
};

/** Makes the file of a name and has something mounted on it; after an error it is gone again. */
const withName = <T>(name: string, work: (path: string) => T): T => {
  const path = namespacePath(name);
  return insideDirectory(() => {
    closeSync(openSync(path, constants.O_RDONLY | constants.O_CREAT | constants.O_EXCL, 0o000));
    try {
      return work(path);
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    }
  });
};

/** Mounts a new namespace on a file, once `prepare` has run in it. */
const mountNamespace = <T>(path: string, prepare?: () => T): T | undefined =>
  withFile(ownNamespace, constants.O_RDONLY, (own) => {
    unshare(CLONE_NEWNET);
    try {
      const prepared = prepare?.();
      mount(ownNamespace, path, null, MS_BIND);
      return prepared;
    } finally {
      setns(own, CLONE_NEWNET);
    }
  });

/**
 * Makes a namespace and names it. EEXIST where the name is taken; after any error
 * there is neither name nor namespace. `prepare` runs on the calling thread inside the
 * new namespace before anyone else can see it, so that what marks it as ours is there
 * from the beginning. Equivalent to: `ip netns add NAME`
 */
export const createNamespace = <T>(name: string, prepare?: () => T): T | undefined =>
  withName(name, (path) => mountNamespace(path, prepare));

/**
 * Names a namespace that `fd` is open on. EEXIST where the name is taken.
 * Equivalent to: `ip netns attach NAME PID`
 */
export const nameNamespace = (name: string, fd: number): void =>
  withName(name, (path) => mount(`/proc/thread-self/fd/${fd}`, path, null, MS_BIND));

/** Opens a namespace by name, to enter it or to pass it to the kernel. Close it with node:fs. */
export const openNamespace = (name: string): number => openSync(namespacePath(name), constants.O_RDONLY);

/**
 * Takes the name away; the namespace itself goes, some time later, with its last
 * process and open descriptor. Nothing to do where there is no such name.
 * Equivalent to: `ip netns del NAME`
 */
export const deleteNamespace = (name: string): void => {
  const path = namespacePath(name);
  try {
    umount(path, MNT_DETACH);
  } catch (error) {
    // EINVAL: a file that never became a mount point.
    if (!refusedWith(error, "EINVAL", "ENOENT")) throw error;
  }
  rmSync(path, { force: true });
};

/** What tells one namespace from all others while it lives; null where there is no such name. */
export const namespaceInode = (name: string): number | null =>
  statSync(namespacePath(name), { throwIfNoEntry: false })?.ino ?? null;

/** The names below /run/netns that begin so. */
export const namespaceNames = (prefix: string): readonly string[] => {
  try {
    return readdirSync(netnsDirectory).filter((name) => name.startsWith(prefix));
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return [];
    throw error;
  }
};
