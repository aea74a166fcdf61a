/** Reading the whole world again, where what is believed of it may be wrong. */
import type { Observation, RunningProcess } from "../../core/base.ts";
import type { ResourceKey } from "../../core/resource.ts";
import { observed, observing, unobserved } from "../../reconcile.ts";
import { adopted } from "../policy/process.ts";
import { beginChange, own, record } from "./changes.ts";
import { processState, type Step, setProcess } from "./state.ts";
import { soon, touch } from "./turn.ts";

/** Between looks at a world that cannot be read, in milliseconds. */
const firstPauseMs = 50;
const longestPauseMs = 5_000;

/** Reads the world. If it is being read already, once more after that: what is read may be older than the reason. */
export const readAgain = (step: Step, why: string): void => {
  const { state } = step;
  if (state.look !== null) {
    state.look.again = why;
    return;
  }
  state.look = { why, at: null, pauseMs: firstPauseMs, again: null };
  read(step);
};

/** Reads the world, unless it is being read. Doubts come ever later, and so do these looks. */
export const doubt = (step: Step, why: string): void => {
  if (step.state.look === null) readAgain(step, why);
};

/** Reads the world if the pause after a vain try is over. */
export const readDue = (step: Step): void => {
  const { look } = step.state;
  if (look === null || look.at === null || look.at > step.now) return;
  look.at = null;
  read(step);
};

const read = (step: Step): void => {
  observing(step.state.sides);
  step.emit({ _tag: "Observe" });
};

/** It may change so that it cannot be read just then: then once more, a little later. */
export const worldUnreadable = (step: Step, message: string): void => {
  const { state, program, now } = step;
  unobserved(state.sides);
  if (state.look === null) return;
  const { why, pauseMs } = state.look;
  record(step, "failed", null, `look at ${program.system}: ${message}`, [why]);
  state.look.at = now + pauseMs;
  state.look.pauseMs = Math.min(2 * pauseMs, longestPauseMs);
  soon(step);
};

export const worldObserved = (step: Step, observation: Observation): void => {
  const { state, program } = step;
  const { why, again } = state.look ?? { why: "someone asked", again: null };
  observed(state.sides, observation);
  state.look = null;
  for (const [key, running] of observation.processes) found(step, key, running);
  const change = beginChange(step, {
    event: "repaired",
    automaton: null,
    headline: "the system is repaired",
    causes: [why],
  });
  for (const key of state.sides.diff.keys()) if (!state.changes.owners.has(key)) own(step, key, change);
  for (const { key } of program.augmentation.tree) touch(step, key, change);
  if (again === null) step.emit({ _tag: "Looked" });
  else readAgain(step, again);
  soon(step);
};

/** A process runs that was not known to: its start was believed to have failed, or nobody wants it. */
const found = ({ state, now }: Step, key: ResourceKey, running: RunningProcess): void => {
  const process = processState(state, key);
  if (!state.sides.actual.has(key) || state.sides.busy.has(key)) return;
  if (process === null) state.unwanted.set(key, running);
  else if (process.running === null) setProcess(state, adopted(process, running, false, now));
};
