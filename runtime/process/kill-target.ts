/** What is to end: processes by number, in a network namespace, or in a sandbox. */
import { constants } from "node:os";
import { pidfdSendSignal, withPidfd } from "../ffi/libc.ts";
import { refusedWith } from "../kernel-error.ts";
import { isProtected, type NamespaceReference } from "./namespace-reference.ts";
import { type Identity, isAlive, netnsInode, readStat } from "./proc.ts";
import type { ProcessIndex } from "./process-index.ts";

/** One process that is to end now. */
export interface Victim {
  /** Tells it from all others. */
  readonly id: string;
  /** Its number, and that of its parent now, as one /proc shows them. */
  readonly pid: number;
  readonly parent: number | null;
  /** Clock ticks since boot; null: it is not known any more. */
  readonly startTime: number | null;
  /** A guest, such as an interactive shell, may ignore SIGTERM: it gets SIGHUP as well. */
  readonly isGuest: boolean;
  /** Sends signals to it, and to no later process that bears its number. */
  readonly send: (signals: readonly number[]) => void;
}

/** Processes that are to end together, of which some may have ended, and others may start. */
export interface KillTarget {
  /** What of it lives; `kill` says that the grace is over. None: it has ended. */
  victims(index: ProcessIndex, kill: boolean): readonly Victim[];
  /** Gives back what was held to tell it from others. */
  release(): void;
}

/** Works on what bears the number now, and on no later one; not at all where nothing does. */
export const onProcess = (pid: number, work: (pidfd: number) => void): void => {
  try {
    withPidfd(pid, work);
  } catch (error) {
    if (!refusedWith(error, "ESRCH")) throw error;
  }
};

/** A victim by its number, as long as it is meant. */
export const victim = (pid: number, isGuest: boolean, isMeant: () => boolean): Victim => {
  const stat = readStat(pid);
  return {
    id: String(pid),
    pid,
    parent: stat?.parent ?? null,
    startTime: stat?.startTime ?? null,
    isGuest,
    send: (signals) =>
      onProcess(pid, (pidfd) => {
        // Asked after opening: it is of this process that it is true.
        if (isMeant()) for (const signal of signals) pidfdSendSignal(pidfd, signal);
      }),
  };
};

const nothing = (): void => undefined;

/** A fixed list of processes. */
export const processTarget = (list: readonly Identity[]): KillTarget => ({
  victims: () =>
    list
      .filter(({ pid, startTime }) => isAlive(pid, startTime))
      .map(({ pid, startTime }) => victim(pid, false, () => isAlive(pid, startTime))),
  release: nothing,
});

/** A program alone, without what it started: it is told by a signal of its own that it is to end. */
export const programTarget = ({ pid, startTime }: Identity, signal: number): KillTarget => {
  const { send, ...rest } = victim(pid, false, () => isAlive(pid, startTime));
  const own = (each: number): number => (each === constants.signals.SIGKILL ? each : signal);
  return {
    victims: () =>
      isAlive(pid, startTime) ? [{ ...rest, send: (signals) => send([...new Set(signals.map(own))]) }] : [],
    release: nothing,
  };
};

/** All processes of a network namespace, which is held open until then: its number is that of no other one. */
export const networkTarget = (
  namespace: NamespaceReference,
  isGuest: (pid: number) => boolean,
  only: (pid: number) => boolean = () => true,
): KillTarget => {
  const isMeant = (pid: number): boolean => netnsInode(pid) === namespace.inode && only(pid);
  return {
    victims: (index) =>
      isProtected(namespace)
        ? []
        : index
            .inNetwork(namespace.inode)
            .filter(only)
            .map((pid) => victim(pid, isGuest(pid), () => isMeant(pid))),
    release: () => namespace.release(),
  };
};
