/**
 * The end of a sandbox: of all in its pid namespace, whatever they have become, and last of its first process, with which
 * the kernel ends what is left.
 */
import { statSync } from "node:fs";
import { constants } from "node:os";
import { reap } from "../ffi/wait.ts";
import { type KillTarget, onProcess, type Victim, victim } from "./kill-target.ts";
import { type Member, membersOf, signalMember } from "./members.ts";
import { type Identity, isAlive, orGone, pidNamespace, readStat, type Stat } from "./proc.ts";
import type { ProcessIndex } from "./process-index.ts";

/** The dead are waited for by their parents, and the first process by all of them: at once, but for bad parents. */
const waitMs = 200;

class SandboxTarget implements KillTarget {
  readonly #init: Identity;
  /** Where any of these live, so does the first process. */
  readonly #spares: (member: Member) => boolean;
  /** Since when the first process is on its way out. */
  #exitingSince: number | null = null;

  constructor(init: Identity, spares: (member: Member) => boolean) {
    this.#init = init;
    this.#spares = spares;
  }

  victims(index: ProcessIndex, kill: boolean): readonly Victim[] {
    const members = membersOf(this.#init);
    const doomed = members.filter((one) => !this.#spares(one));
    const sparesSome = doomed.length < members.length;
    if (doomed.length > 0 && (sparesSome || !kill)) return doomed.map(memberVictim);
    return sparesSome ? [] : this.#first(index);
  }

  release(): void {}

  /** Its first process, which nothing but SIGKILL ends. */
  #first(index: ProcessIndex): readonly Victim[] {
    const { pid, startTime } = this.#init;
    if (!isAlive(pid, startTime)) {
      waitFor(this.#init);
      return [];
    }
    if (readStat(pid)?.isExiting === true && this.#isAbandoned(index)) return [];
    const { send, ...rest } = victim(pid, false, () => isAlive(pid, startTime));
    return [{ ...rest, send: () => send([constants.signals.SIGKILL]) }];
  }

  /** Whether it only waits for dead ones that their parents, which live elsewhere, do not take from the kernel. */
  #isAbandoned(index: ProcessIndex): boolean {
    this.#exitingSince ??= performance.now();
    if (performance.now() - this.#exitingSince < waitMs) return false;
    const all = index.inPidNamespace(pidNamespace(this.#init.pid) ?? 0);
    const others = all.filter((pid) => pid !== this.#init.pid).map((pid) => ({ pid, stat: readStat(pid) }));
    for (const { pid, stat } of others)
      if (stat !== null && isDead(stat) && stat.parent === process.pid) waitFor({ pid, ...stat });
    const waits = others.filter(({ stat }) => stat !== null);
    return (
      waits.length > 0 &&
      waits.every(({ stat }) => isDead(stat!) && stat!.parent !== process.pid && !all.includes(stat!.parent))
    );
  }
}

const isDead = ({ state }: Stat): boolean => state === "Z" || state === "X";

const memberVictim = (member: Member): Victim => ({
  id: `${member.directory} ${member.startTime}`,
  pid: member.pid,
  parent: member.parent,
  startTime: member.startTime,
  isGuest: member.isGuest,
  send: (signals) => signalMember(member, signals),
});

/** Of a process that is dead: where this process started it, this one has to take it from the kernel. */
const waitFor = ({ pid, startTime }: Identity): void =>
  onProcess(pid, (pidfd) => {
    if (readStat(pid)?.startTime === startTime) reap(pidfd);
  });

/** Everybody in a sandbox, and the sandbox. */
export const sandboxTarget = (init: Identity): KillTarget => new SandboxTarget(init, () => false);

/** What a program left in its sandbox, and the sandbox unless commands were taken into it. */
export const leftoversTarget = (init: Identity): KillTarget =>
  new SandboxTarget(init, ({ isGuest }) => isGuest);

/** Those in a sandbox that live in the uts namespace of this number, which is held. */
export const taggedTarget = (init: Identity, uts: number): KillTarget =>
  new SandboxTarget(
    init,
    ({ directory }: Member) => orGone(() => statSync(`${directory}/ns/uts`).ino) !== uts,
  );
