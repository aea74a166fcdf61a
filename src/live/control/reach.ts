/**
 * Reaching the orchestrator of a system, which may be stopped (SIGSTOP, Ctrl-Z), or stuck:
 * its socket takes connections all the same, and nothing ever answers.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { systemClock } from "../../../runtime/clock.ts";
import { refusedWith } from "../../../runtime/kernel-error.ts";
import { readStat } from "../../../runtime/process/proc.ts";
import type { SystemState } from "../../../runtime/process/state.ts";
import type { Clock } from "../../core/clock.ts";
import { lockHolder } from "../ledger/lock.ts";
import { ControlClient } from "./client.ts";

/** An orchestrator that is there and does not answer. */
export interface Silent {
  readonly _tag: "Silent";
  /** Null where it cannot be told which process it is. */
  readonly pid: number | null;
  /** By a signal, as opposed to being stuck. */
  readonly isStopped: boolean;
  /** False: there is no socket by which it could be asked. */
  readonly hasSocket: boolean;
}

export interface Answering {
  readonly _tag: "Answering";
  readonly client: ControlClient;
  /** Waits for an answer for as long as the orchestrator shows that it is alive. */
  readonly wait: <T>(answer: Promise<T>) => Promise<Either<Silent, T>>;
}

export type Reached = { readonly _tag: "Absent" } | Silent | Answering;

/** One that is stopped for so long is taken as stopped, one that shows no sign for so long as stuck. In milliseconds. */
const stoppedAfterMs = 1_000;
const stuckAfterMs = 10_000;
const lookMs = 100;
/** An orchestrator that begins, or that has lost its socket, has one after a fraction of this. */
const socketMs = 3_000;

/** Whether a process is stopped by a signal (SIGSTOP, Ctrl-Z). */
export const isStopped = (pid: number | null): boolean =>
  pid !== null && ["T", "t"].includes(readStat(pid)?.state ?? "");

const waiting =
  (client: ControlClient, state: SystemState, clock: Clock): Answering["wait"] =>
  <T>(answer: Promise<T>) =>
    new Promise<Either<Silent, T>>((resolve, reject) => {
      let [lastSign, lastRunning] = [clock.now(), clock.now()];
      let isAsked = false;
      const look = (): void => {
        const now = clock.now();
        const pid = lockHolder(state.root, state.system);
        const stopped = isStopped(pid);
        if (!stopped) lastRunning = now;
        if (now - lastRunning >= stoppedAfterMs || now - lastSign >= stuckAfterMs) {
          cancel();
          resolve(left({ _tag: "Silent", pid, isStopped: stopped, hasSocket: true }));
        } else if (!isAsked) {
          isAsked = true;
          void client.ask("ping", {}).then(() => {
            isAsked = false;
            lastSign = clock.now();
          });
        }
      };
      const cancel = clock.every(lookMs, look);
      answer.finally(cancel).then((value) => resolve(right(value)), reject);
    });

const open = async (state: SystemState): Promise<ControlClient | "absent" | "full"> => {
  try {
    return (await ControlClient.open(state.directory)) ?? "absent";
  } catch (error) {
    // So many wait for it that the kernel takes no more.
    if (refusedWith(error, "EAGAIN")) return "full";
    throw error;
  }
};

/** An orchestrator makes its socket anew where somebody has taken it away; this waits for that as long as there is one. */
const openWhileHeld = async (state: SystemState, clock: Clock): Promise<Awaited<ReturnType<typeof open>>> => {
  const until = clock.now() + socketMs;
  for (;;) {
    const client = await open(state);
    const pid = client === "absent" ? lockHolder(state.root, state.system) : null;
    if (pid === null || isStopped(pid) || clock.now() >= until) return client;
    await new Promise<void>((resolve) => clock.after(lookMs, resolve));
  }
};

/** Looks for the orchestrator of a system, and makes sure that it answers. */
export const reach = async (state: SystemState, clock: Clock = systemClock): Promise<Reached> => {
  const client = await openWhileHeld(state, clock);
  const pid = lockHolder(state.root, state.system);
  if (client === "absent" && pid === null) return { _tag: "Absent" };
  if (client === "absent" || client === "full")
    return { _tag: "Silent", pid, isStopped: isStopped(pid), hasSocket: client === "full" };
  const wait = waiting(client, state, clock);
  const answered = await wait(client.ask("ping", {}));
  if (answered._tag === "Right") return { _tag: "Answering", client, wait };
  client.destroy();
  return answered.left;
};
