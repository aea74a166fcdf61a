/**
 * An ordinary user's way to a network of his own: the command line is run again inside
 * the namespaces of his holder, where it may do all that it could do as root.
 */
import { closeSync, constants, existsSync, openSync, statSync } from "node:fs";
import { calls } from "../ffi/calls.ts";
import { startChild } from "../ffi/child.ts";
import { shareStdio } from "../ffi/exec.ts";
import {
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
  pidfdOpen,
} from "../ffi/libc.ts";
import type { Exit } from "../ffi/wait.ts";
import { KernelError } from "../kernel-error.ts";
import { waitInForeground } from "../process/foreground.ts";
import { keptDirVariable, keptRoot } from "../process/kept/places.ts";
import { removeIfEmpty, runtimeDirVariable, stateRoot } from "../process/state.ts";
import { findHolder, type Holder, isUnused, startHolder, stopHolder } from "./holder.ts";
import { isLastUser, removeLocks, shareUse, takeTurn } from "./locks.ts";
import { endOrphans } from "./orphans.ts";
import { expectedPlace, hostNetwork, insideVariable } from "./places.ts";

/** What became of an attempt to have rights for a command. */
export type Entry =
  /** This process has its rights: as root, or inside already. */
  | { readonly _tag: "here" }
  /** The command was carried out inside, and ended so. */
  | { readonly _tag: "done"; readonly exit: Exit }
  /** Nothing of the user's runs, and nothing was to be started. */
  | { readonly _tag: "nothing" };

const inodeOf = (path: string): number => statSync(path).ino;
const place = (user: number, network: number): string => `${user} ${network}`;

/** A command that was started inside looks whether it is. */
const checkInside = (expected: string): void => {
  if (place(inodeOf("/proc/self/ns/user"), inodeOf("/proc/self/ns/net")) === expected) return;
  throw new KernelError("enter the user's namespaces", "EPERM", "the kernel did not let this command in");
};

/** The status of a program that could not even be started. */
const notStarted = 113;

/** Starts the calling command line anew inside. Its pid. */
const repeatInside = ({ pid }: Holder, root: string): number => {
  shareStdio();
  const holder = pidfdOpen(pid);
  const network = openSync(`/proc/${pid}/root${hostNetwork}`, constants.O_RDONLY);
  const env = Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const inside = place(inodeOf(`/proc/${pid}/ns/user`), inodeOf(`/proc/${pid}/root${hostNetwork}`));
  const argv = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  try {
    return startChild(0, [
      calls.setns(holder, CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS),
      calls.setns(network, CLONE_NEWNET),
      calls.dieWithParent, // behind those, which would take it back
      calls.chdir(process.cwd()),
      calls.exec(process.execPath, argv, {
        ...env,
        [runtimeDirVariable]: root,
        [keptDirVariable]: keptRoot(),
        [insideVariable]: inside,
      }),
      calls.exit(notStarted),
    ]);
  } finally {
    closeSync(holder);
    closeSync(network);
  }
};

/** The holder and a share in its use; null where there is none and none is to be started. */
const findOrStart = async (root: string, start: boolean): Promise<{ holder: Holder; use: number } | null> => {
  const turn = takeTurn(root);
  try {
    const found = findHolder(root);
    if (found === null) {
      if (!start) return null;
      await endOrphans(root);
    }
    const holder = found ?? (await startHolder(root));
    return { holder, use: shareUse(root) };
  } finally {
    closeSync(turn);
  }
};

/** Ends the holder if nobody else is inside and no system is left. */
const leave = async (use: number, root: string): Promise<void> => {
  const turn = takeTurn(root);
  try {
    // Not the one that was entered, if that was killed meanwhile.
    const holder = findHolder(root);
    if (holder !== null && isLastUser(use) && isUnused(holder, root)) await stopHolder(holder, root);
  } finally {
    closeSync(use);
    closeSync(turn);
  }
};

/** Where nobody holds anything, no trace of having asked is left. */
const tidy = (root: string): void => {
  const turn = takeTurn(root);
  try {
    if (findHolder(root) !== null) return;
    removeLocks(root);
    removeIfEmpty(root);
  } finally {
    closeSync(turn);
  }
};

/**
 * Makes sure that a command which works on the kernel has the rights for it. For an
 * ordinary user that means to carry it out inside; `start` says whether there is
 * anything to be done where nothing of his runs yet. Throws a `KernelError` that tells
 * what to do where this machine allows users no namespaces.
 */
export const enterRootless = async ({ start }: { readonly start: boolean }): Promise<Entry> => {
  const expected = expectedPlace();
  if (expected !== null) checkInside(expected);
  if (process.getuid?.() === 0) return { _tag: "here" };
  const root = stateRoot();
  if (!start && !existsSync(root)) return { _tag: "nothing" };
  try {
    const entered = await findOrStart(root, start);
    if (entered === null) return { _tag: "nothing" };
    const { holder, use } = entered;
    const exit = await waitInForeground(repeatInside(holder, root));
    await leave(use, root);
    if (exit.code === notStarted)
      throw new KernelError("run inside the user's namespaces", "ENOEXEC", process.execPath);
    return { _tag: "done", exit };
  } finally {
    tidy(root);
  }
};
