/**
 * The process that holds the namespaces of a user: found, started, ended. Systems of
 * one user share one, as those of root share the machine.
 */
import { closeSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { calls } from "../ffi/calls.ts";
import { startChild } from "../ffi/child.ts";
import { shareStdio } from "../ffi/exec.ts";
import { CLONE_NEWIPC, CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWUTS } from "../ffi/libc.ts";
import { pipe } from "../ffi/pipe.ts";
import { KernelError, refusedWith } from "../kernel-error.ts";
import { netnsDirectory } from "../namespaces.ts";
import { searchPath } from "../process/find-program.ts";
import { processTarget } from "../process/kill-target.ts";
import { isAlive, readArguments, readStat } from "../process/proc.ts";
import { runtimeDirVariable } from "../process/state.ts";
import { Terminator } from "../process/terminator.ts";
import { relaySocket } from "../relay/protocol.ts";
import { readNote, removeNote } from "./record.ts";
import { rootlessRefusal } from "./refusal.ts";

/** The process that holds the namespaces of a user, by its pid and start time. */
export interface Holder {
  readonly pid: number;
  readonly startTime: number;
}

const program = fileURLToPath(new URL("./holder-main.js", import.meta.url));
/** Node has to start and a few namespaces to be made: a fraction of this. */
const startMs = 15_000;
/** It has nothing to do before it ends. */
const stopMs = 2_000;

/** The holder that lives, if one does. */
export const findHolder = (stateRoot: string): Holder | null => {
  const note = readNote(stateRoot);
  if (note?._tag !== "held" || !isHolder(note.pid, stateRoot)) return null;
  // Looked at last: all of it was true of this process.
  return isAlive(note.pid, note.startTime) ? note : null;
};

/** Whether it is a process of this user that was started to hold these namespaces. */
const isHolder = (pid: number, stateRoot: string): boolean => {
  if (statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid !== process.getuid!()) return false;
  return rootOfHolder(pid) === stateRoot;
};

/** The runtime directory that a process was started to hold namespaces for; null of any other process. */
export const rootOfHolder = (pid: number): string | null => {
  const [, main, root] = readArguments(pid) ?? [];
  return root !== undefined && main !== undefined && basename(main) === basename(program) ? root : null;
};

/** One user of the new namespace, its root, is the user outside; there are no others. */
const mapUser = (pid: number): void => {
  writeFileSync(`/proc/${pid}/setgroups`, "deny");
  writeFileSync(`/proc/${pid}/uid_map`, `0 ${process.getuid!()} 1`);
  writeFileSync(`/proc/${pid}/gid_map`, `0 ${process.getgid!()} 1`);
};

/** What a refusal means that happens on the way: rights that a user namespace should have given. */
const plainError = (error: unknown): unknown => {
  if (!refusedWith(error, "EPERM", "EACCES", "ENOSPC", "EUSERS", "EINVAL", "ENOSYS")) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return rootlessRefusal(
    error instanceof KernelError ? error : new KernelError("make a user namespace", code!, message),
  );
};

/** The first process in a new user and mount namespace, stopped until its user is mapped. */
const bear = (stateRoot: string): number => {
  shareStdio();
  const [go, tell] = pipe();
  try {
    const env = { PATH: searchPath(), [runtimeDirVariable]: stateRoot };
    // Programs get such of their own, and their starter must be able to come back to these.
    const kinds = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS;
    const pid = startChild(kinds, [
      calls.leaveSession,
      calls.close(tell), // or it would never see that its parent is gone
      calls.wait(go),
      calls.exec(process.execPath, [process.execPath, program, stateRoot], env),
      calls.exit(1),
    ]);
    try {
      mapUser(pid);
      writeSync(tell, "!");
    } catch (error) {
      process.kill(pid, "SIGKILL");
      throw error;
    }
    return pid;
  } finally {
    closeSync(go);
    closeSync(tell);
  }
};

/**
 * Starts a holder. Throws a `KernelError` that tells why where an ordinary user may
 * have no namespaces here.
 */
export const startHolder = async (stateRoot: string): Promise<Holder> => {
  removeNote(stateRoot);
  try {
    const pid = bear(stateRoot);
    const until = performance.now() + startMs;
    for (;;) {
      const note = readNote(stateRoot);
      if (note?.pid === pid && note._tag === "held") return note;
      if (note?.pid === pid && note._tag === "failed")
        throw new KernelError(note.operation, note.code, note.words);
      const stat = readStat(pid);
      if (stat === null || stat.state === "Z" || performance.now() > until) {
        if (stat !== null) process.kill(pid, "SIGKILL");
        throw new KernelError("prepare namespaces", "ECHILD", "the process that was to hold them ended");
      }
      await sleep(5);
    }
  } catch (error) {
    removeNote(stateRoot);
    throw plainError(error);
  }
};

/** Whether no system of the user is left. */
export const isUnused = ({ pid }: Holder, stateRoot: string): boolean => {
  if (readdirSync(stateRoot).some((name) => !name.startsWith("."))) return false;
  try {
    return readdirSync(`/proc/${pid}/root${netnsDirectory}`).length === 0;
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return true;
    throw error;
  }
};

/** Ends the holder and removes its files. What it held goes with it. */
export const stopHolder = async ({ pid, startTime }: Holder, stateRoot: string): Promise<void> => {
  await new Terminator().end(processTarget([{ pid, startTime }]), "end the user's namespaces", stopMs);
  removeNote(stateRoot);
  rmSync(relaySocket(stateRoot), { force: true });
};
