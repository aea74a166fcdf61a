/**
 * What a thread must have around it so that a process started from it is an instance:
 * a view of files, processes, shared memory and names in which no other instance appears.
 * All of it is the calling thread's alone and inherited by what it starts.
 */
import { closeSync, constants, existsSync, mkdirSync, openSync, realpathSync, statSync } from "node:fs";
import {
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWUTS,
  MNT_DETACH,
  MS_BIND,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  MS_REC,
  MS_REMOUNT,
  MS_SLAVE,
  makeReadOnly,
  mount,
  moveMount,
  openTree,
  setHostname,
  setns,
  umount,
  unshare,
} from "../ffi/libc.ts";
import { refusedWith } from "../kernel-error.ts";
import { netnsDirectory } from "../namespaces.ts";
import { coverPrivateDirectories, type Own, unless } from "./cover.ts";
import { coverDevices } from "./devices.ts";
import { openImage } from "./kept/mount-image.ts";
import type { BoundDirectory } from "./kept/prepare.ts";
import { mountSys } from "./kernel-files.ts";
import { makeFilePoint, makeMountPoints } from "./mount-points.ts";
import { mountFiles, type OwnedFile, replaceFiles } from "./own-files.ts";
import { emptied, layered } from "./private-directories.ts";
import { makeRootReadOnly } from "./read-only.ts";
import { mountScratch } from "./scratch.ts";
import { mountSecrets } from "./secret-files.ts";
import { closeShared, mountShared, type OpenShare, openShared } from "./shared-files.ts";
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

/** Gives the calling thread mounts of its own, which follow those of the machine, but for its devices. */
export const leaveMounts = (): void => {
  unshare(CLONE_NEWNS);
  mount("none", "/", null, MS_REC | MS_SLAVE);
  coverDevices();
};

const own = (kind: string): number => openSync(`/proc/thread-self/ns/${kind}`, constants.O_RDONLY);

/**
 * The namespaces of the calling thread, which must have mounts of its own: where it comes back to. A thread does
 * not change its pid namespace: where only a user namespace gives it rights, it could not come back.
 */
export class Home {
  readonly #namespaces = [
    [CLONE_NEWNS, own("mnt")],
    [CLONE_NEWIPC, own("ipc")],
    [CLONE_NEWUTS, own("uts")],
    [CLONE_NEWNET, own("net")],
  ] as const;

  close(): void {
    for (const [, fd] of this.#namespaces) closeSync(fd);
  }

  /** Does synchronous work that takes the thread elsewhere, and comes back whatever happens. */
  leave<T>(work: () => T): T {
    try {
      return work();
    } finally {
      for (const [flag, fd] of this.#namespaces) setns(fd, flag);
    }
  }
}

const privateFlags = MS_NOSUID | MS_NODEV;

interface OpenPath {
  readonly path: string;
  readonly tree: number;
  readonly isDirectory: boolean;
}

/** Opens paths, has something come to cover them, and puts them at their places again. */
const keepShowing = (shown: readonly string[], cover: () => void, wanted = (_: OpenPath) => true): void => {
  const open = shown.flatMap((path): readonly OpenPath[] => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined ? [] : [{ path, tree: openTree(path), isDirectory: stat.isDirectory() }];
  });
  try {
    cover();
    for (const { path, tree, isDirectory } of open.filter(wanted)) {
      if (isDirectory) mkdirSync(path, { recursive: true });
      else if (!existsSync(path)) closeSync(openSync(path, "wx"));
      moveMount(tree, path);
    }
  } finally {
    for (const { tree } of open) closeSync(tree);
  }
};

const nameServers = "/etc/resolv.conf";

interface Bound extends Pick<BoundDirectory, "target" | "readOnly"> {
  readonly tree: number;
}

/** Opens what is to be seen elsewhere. After an error nothing of it is open. */
const openBound = (directories: readonly BoundDirectory[]): readonly Bound[] => {
  const bound: Bound[] = [];
  try {
    for (const { source, target, readOnly, imageOf } of directories)
      bound.push({
        target,
        ...(readOnly && { readOnly }),
        tree: imageOf === undefined ? openTree(source) : openImage(source, imageOf),
      });
    return bound;
  } catch (error) {
    for (const { tree } of bound) closeSync(tree);
    throw error;
  }
};

/** Mounts the files as an instance sees them. */
const mountView = (view: View, shares: readonly OpenShare[], tell: (words: string) => void): void => {
  const own: Own = new Set();
  // What is seen below a scratch directory comes after that, or would be covered by it.
  const below = [...view.bound.map(({ target }) => target), ...shares.map(({ path }) => path)];
  const scratch = [...view.scratch].sort((a, b) => (a.path < b.path ? -1 : 1));
  const [first, last] = [true, false].map((isAbove) =>
    scratch.filter(({ path }) => below.some((one) => one.startsWith(`${path}/`)) === isAbove),
  );
  const hosts = openTree(view.hosts);
  const bound = openBound(view.bound);
  // It may be a link to what is to be covered, as /run/systemd/resolve/stub-resolv.conf.
  const servers = existsSync(nameServers)
    ? { tree: openTree(view.resolv), path: realpathSync(nameServers) }
    : null;
  try {
    keepShowing(view.shown, () => coverPrivateDirectories(own, tell));
    mountScratch(first!, own);
    mountShared(shares, own);
    // Where the machine has none, the instance has one all the same.
    moveMount(hosts, makeFilePoint("/etc/hosts", own));
    // Where no name server can be reached from an instance there is none in it: asking fails at once, not in seconds.
    if (servers !== null) moveMount(servers.tree, makeFilePoint(servers.path, own));
    for (const root of view.keptRoots) coverRoot(root);
    const points = makeMountPoints(
      bound.map(({ target }) => target),
      own,
    );
    for (const [i, { tree, readOnly }] of bound.entries()) {
      moveMount(tree, points[i]!);
      if (readOnly)
        mount("none", points[i]!, null, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOEXEC | privateFlags);
    }
    mountScratch(last!, own);
    mountSecrets(view.secrets, own);
  } finally {
    closeSync(hosts);
    for (const { tree } of bound) closeSync(tree);
    if (servers !== null) closeSync(servers.tree);
  }
  mountFiles(view.files, own);
  unless(["ENOSYS"], "as root it changes settings of the machine in /sys", tell, mountSys);
  protectGroups();
  // Last: the host table is below it.
  for (const path of [view.stateRoot, ...shares.flatMap(({ ours }) => ours)]) coverRoot(path);
  if (!view.readOnly) return;
  const writable = [
    ...[...emptied, "/dev/mqueue", "/dev/pts"],
    ...(own.has(statSync(layered).dev) ? [layered] : []),
    ...view.bound.flatMap(({ target, readOnly }) => (readOnly ? [] : [target])),
    ...view.scratch.map(({ path }) => path),
  ];
  const shared = shares.map(({ path }) => path);
  unless(["ENOSYS"], "it writes to files of the machine", tell, () => makeRootReadOnly(writable, shared));
};

const groups = "/sys/fs/cgroup";

/** Who may write there leaves the cgroup that limits him. Where the kernel is too old for this, nobody sees it. */
const protectGroups = (): void => {
  if (!existsSync(groups)) return;
  try {
    makeReadOnly(groups);
  } catch (error) {
    if (!refusedWith(error, "ENOSYS")) throw error;
    coverRoot(groups);
  }
};

/** Nobody in an instance sees what is there. */
const coverRoot = (path: string): void => {
  if (existsSync(path)) mount("architect", path, "tmpfs", privateFlags | MS_RDONLY, "size=4k,mode=755");
};

/**
 * Takes the calling thread to where an instance is to be: into its network, and namespaces made for it. /proc is
 * still the machine's. Returns what the instance is not kept from here, a sentence each.
 */
export const enterSandbox = (network: number, view: View): readonly string[] => {
  forgetNamespaces();
  const shares = openShared(view.shares);
  try {
    setns(network, CLONE_NEWNET);
    unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS);
    if (view.hostname !== undefined) setHostname(view.hostname);
    const unenforced: string[] = [];
    mountView(view, shares, (words) => unenforced.push(words));
    return unenforced;
  } finally {
    closeShared(shares);
  }
};

/** What joins a process lives where that does, but for its mounts and its pid namespace. */
const enterNamespaces = (pidfd: number): void => setns(pidfd, CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET);

/**
 * Takes the calling thread beside a process, but for its pid namespace; `pidfd` stands for it. Returns a descriptor, open on a namespace
 * that is of no use but to tell what is started next, and what that starts, from all others there.
 */
export const joinSandbox = (pidfd: number): number => {
  enterNamespaces(pidfd);
  unshare(CLONE_NEWUTS);
  const tag = own("uts");
  try {
    setns(pidfd, CLONE_NEWNS);
    return tag;
  } catch (error) {
    closeSync(tag);
    throw error;
  }
};

/** Replaces files of a process, for which `pidfd` stands, while it runs. `mounted`: see `replaceFiles`. */
export const replaceInSandbox = (
  pidfd: number,
  files: readonly OwnedFile[],
  mounted: readonly string[],
): void => {
  unshare(CLONE_NEWNS);
  replaceFiles(files, mounted, () => setns(pidfd, CLONE_NEWNS));
};

/** The same for a guest: it sees what the process sees, and besides these paths, where nothing is there. */
export const visitSandbox = (pidfd: number, shown: readonly string[]): void => {
  enterNamespaces(pidfd);
  const enter = (): void => {
    setns(pidfd, CLONE_NEWNS);
    unshare(CLONE_NEWNS);
  };
  keepShowing(shown, enter, ({ path }) => !existsSync(path));
};
