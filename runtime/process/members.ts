/**
 * The processes of a pid namespace, as the /proc that its first process mounted lists them: at the cost of
 * those, whatever else runs on the machine, and also those that hide from all else.
 */
import { closeSync, constants, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { pidfdSendSignal } from "../ffi/libc.ts";
import { allPids, type Identity, isAlive, orGone, pidNamespace, statAt } from "./proc.ts";

/** A process of a pid namespace, as a /proc shows it. */
export interface Member {
  /** Its directory in a /proc, by which it is signalled. */
  readonly directory: string;
  readonly pid: number;
  readonly parent: number;
  readonly startTime: number;
  /** Whether its session began outside, as that of a command that was taken into the namespace. */
  readonly isGuest: boolean;
}

const isPid = (name: string): boolean => /^\d+$/.test(name);

/** Whether what a path shows is not the /proc of this process. */
const isOwnProc = (path: string): boolean => statSync(path).dev !== statSync("/proc").dev;

const memberAt = (directory: string): Member | null => {
  const stat = statAt(directory);
  if (stat === null || stat.state === "Z" || stat.state === "X") return null;
  const { parent, startTime, session } = stat;
  return { directory, pid: Number(basename(directory)), parent, startTime, isGuest: session === 0 };
};

/** Where the machine lets no user mount a /proc: found among all processes. Guests look like all others there. */
const lookedFor = (init: Identity): readonly Member[] => {
  const namespace = pidNamespace(init.pid);
  return allPids()
    .filter((pid) => pid !== init.pid && namespace !== null && pidNamespace(pid) === namespace)
    .map((pid) => memberAt(`/proc/${pid}`))
    .filter((member) => member !== null);
};

/** All that live beside the first process of a namespace; none where that is dead or dying. */
export const membersOf = (init: Identity): readonly Member[] => {
  const proc = `/proc/${init.pid}/root/proc`;
  const members = orGone(() =>
    isOwnProc(proc)
      ? readdirSync(proc)
          .filter((name) => isPid(name) && name !== "1")
          .map((name) => memberAt(`${proc}/${name}`))
          .filter((member) => member !== null)
      : lookedFor(init),
  );
  // Looked at last: all of it was true of this process.
  return members !== null && isAlive(init.pid, init.startTime) ? members : [];
};

/** What those are called that a program left there: no guests. */
export const namesOfMembers = (init: Identity): readonly string[] =>
  membersOf(init)
    .filter(({ isGuest }) => !isGuest)
    .flatMap(({ directory }) => orGone(() => readFileSync(`${directory}/comm`, "utf8").trim()) ?? []);

/** Signals one, if it lives. The directory of a process stands for no other, whatever becomes of its number. */
export const signalMember = ({ directory, startTime }: Member, signals: readonly number[]): void => {
  orGone(() => {
    const process = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      if (statAt(directory)?.startTime === startTime)
        for (const signal of signals) pidfdSendSignal(process, signal);
    } finally {
      closeSync(process);
    }
  });
};
