/**
 * Why an instance is not ready, in words: for `run`, `apply`, `status`, `events` and `explain`
 * alike. What is missing of its ports, the base case says. Pure.
 */
import { counted } from "../../core/tally.ts";
import type { InstanceState } from "../control/status.ts";
import type { Phase, ProcessState } from "../policy/process.ts";

/** Why a job failed, and how it is run again. */
export const failedJob = (automaton: string, end: string): string =>
  `${end}; \`architect restart ${automaton}\` runs it again`;

/** Why a process is not ready; null where it is. */
export const processReason = ({
  phase,
  problem,
  backoff,
  process,
}: Pick<ProcessState, "phase" | "problem" | "backoff"> & Partial<ProcessState>): string | null => {
  switch (phase) {
    case "ready":
      return null;
    case "waiting":
      return problem === null ? "it is about to be started" : `${problem}, and is about to be started again`;
    case "starting":
    case "unhealthy":
      return problem ?? "it has just been started";
    case "backoff": {
      const often = backoff.quickEnds > 1 ? `, ${backoff.quickEnds} times in a row` : "";
      return `${problem ?? "it ended"}${often}`;
    }
    case "stopped": {
      const end = problem ?? "it ended";
      return process?.care.once === true ? failedJob(process.automaton, end) : end;
    }
  }
};

/** `api.0 is starting: nothing listens on 9000 yet` */
export const notReadyLine = (
  { automaton, index }: { readonly automaton: string; readonly index: number },
  state: Phase | InstanceState,
  reason: string | null,
): string => {
  const name = `${automaton}.${index} is ${state === "waiting" ? "starting" : state}`;
  return reason === null ? name : `${name}: ${reason}`;
};

/** Behind what is said of one: ` (so is 1 more)`; nothing where it is the only one. */
export const soAre = (more: number): string =>
  more === 0 ? "" : ` (so ${more === 1 ? "is" : "are"} ${more} more)`;

/** `smtp.mail is not ready: mx.example.com cannot be resolved: there is no such name` */
export const portNotReadyLine = (port: string, reason: string): string => `${port} is not ready: ${reason}`;

/** Why an instance gets no new connections; `open`: connections that are not finished. */
export const drainingWords = (open: number | null): string =>
  open === null || open === 0
    ? "it gets no new connections"
    : `it gets no new connections, and waits for ${counted(open, "open connection")} to finish`;

/** Of one that is ready only just now, while others can take its connections. */
export const heldBackWords = "it has only just become ready, and gets connections when that has lasted";

/** That an update of an automaton is not finished. */
export const unfinishedLine = (automaton: string, count: number): string =>
  `the update of ${automaton} is not finished: ${counted(count, "instance goes", "instances go")} on as before`;
