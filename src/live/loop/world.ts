/** What happens in the world without having been asked for. */
import type { Ended, WorldEvent } from "../../core/base.ts";
import { called } from "../../core/called.ts";
import { instanceKey, processKey, type Resource, type ResourceKey } from "../../core/resource.ts";
import { counted } from "../../core/tally.ts";
import { completed, saw, spoil, withoutEndpoint } from "../../reconcile.ts";
import { drifted, noFailure } from "../policy/failures.ts";
import { checked, describeEnd, ended, gone, restartUnhealthy } from "../policy/process.ts";
import { beginChange, type Change, own, record } from "./changes.ts";
import type { Input } from "./input.ts";
import { unmonitor } from "./program.ts";
import { scheduleEnded } from "./schedules.ts";
import { forgetProcess, processState, type Step, setProcess } from "./state.ts";
import { soon, touch } from "./turn.ts";

const nameOf = ({ automaton, index }: { readonly automaton: string; readonly index: number }): string =>
  `${automaton}.${index}`;

/** A resource is not any more as it was last made. */
export const resourceDrifted = (step: Step, { key, what, now }: WorldEvent & { _tag: "drift" }): void => {
  const { state } = step;
  const { sides, failures } = state;
  // That something is gone is no news where nothing was known of it.
  if (now === null && !sides.actual.has(key) && !sides.busy.has(key)) return;
  failures.set(key, drifted(failures.get(key) ?? noFailure, what, step.now));
  const automaton = (sides.desired.get(key) ?? sides.actual.get(key))?.automaton ?? null;
  record(step, "drift", automaton, what);
  const repair = repairOf(step, key, automaton, what);
  saw(sides, key, now);
  own(step, key, repair);
  const resource = sides.desired.get(key);
  const process = processState(state, key);
  if (now === null && process !== null) {
    if (resource === undefined) forgetProcess(state, process.process);
    else setProcess(state, gone(process));
  }
  if (resource?.kind === "instance") own(step, processKey(resource.automaton, resource.index), repair);
  if (automaton !== null) touch(step, automaton, repair);
  soon(step);
};

/** What drifts in one turn is one change. */
const repairOf = (step: Step, key: ResourceKey, automaton: string | null, what: string): Change => {
  const { turn, changes } = step.state;
  const known = turn.repair?.turn === turn.count ? changes.open.get(turn.repair.change) : undefined;
  if (known !== undefined) {
    const causes = [...known.cause.causes, what];
    known.cause = {
      ...known.cause,
      headline: `${counted(causes.length, "resource is", "resources are")} repaired`,
      causes,
    };
    return known;
  }
  const headline = `${called(key)} is repaired`;
  const change = beginChange(step, { event: "repaired", automaton, headline, causes: [what] });
  turn.repair = { turn: turn.count, change: change.id };
  return change;
};

/** An instance whose process is gone answers for no service. What is under way is left to the turn. */
const withdraw = (step: Step, process: Resource | undefined): void => {
  if (process?.kind !== "process") return;
  const instance = instanceKey(process.automaton, process.index);
  const operations = withoutEndpoint(step.state.sides, instance);
  if (operations.length > 0) step.emit({ _tag: "Withdraw", instance, operations });
};

const notNoted = (why: string): string =>
  `; that could not be noted (${why}), so another orchestrator would run it again`;

/** A process ended by itself. */
export const processExited = (
  step: Step,
  { key, pid, code, signal, left = [], overMemory, unnoted }: WorldEvent & { _tag: "exit" },
): void => {
  const end: Ended = { code, signal, left, ...(overMemory !== undefined && { overMemory }) };
  const { state } = step;
  const process = processState(state, key);
  const isCurrent = process === null || process.running === null || process.running.pid === pid;
  // Before all else: until then a share of the connections is refused.
  if (isCurrent) withdraw(step, process?.process ?? state.sides.actual.get(key));
  if (!state.sides.desired.has(key)) {
    saw(state.sides, key, null);
    state.unwanted.delete(key);
    if (process !== null) forgetProcess(state, process.process);
  } else if (process !== null && isCurrent) {
    const { automaton } = process.process;
    const after = ended(process, end, step.now);
    setProcess(state, after);
    if (after.phase === "stopped") scheduleEnded(step, process, end);
    unmonitor(step, key);
    if (after.phase === "stopped") completed(state.sides, process.process);
    else saw(state.sides, key, null);
    const name = nameOf(process.process);
    const what = `${name} ${describeEnd(end)}${unnoted === undefined ? "" : notNoted(unnoted)}`;
    const { index } = process.process;
    step.emit({
      _tag: "Record",
      event: "exit",
      automaton,
      text: what,
      causes: [],
      ended: { automaton, index },
    });
    const headline = `${name} is restarted`;
    const change = beginChange(step, { event: "restarted", automaton, headline, causes: [what] });
    own(step, key, change);
    touch(step, automaton, change);
  }
  soon(step);
};

/** What a probe said. */
export const probeAnswered = (
  step: Step,
  { key, health, problem }: Input & { readonly _tag: "ProbeAnswered" },
): void => {
  const { state, now } = step;
  const before = processState(state, key);
  if (before === null) return;
  const after = checked(before, health, problem, now);
  setProcess(state, after);
  if (after.phase === before.phase) return;
  const { process, phase } = after;
  const { automaton } = process;
  const name = nameOf(process);
  const causes = problem === null ? [] : [`${name}: ${problem}`];
  record(step, phase, automaton, `${name} is ${phase}`, causes);
  const headline = phase === "ready" ? `${name} takes connections` : `${name} takes no new connections`;
  const change = beginChange(step, { event: "services", automaton, headline, causes });
  const restarted = phase === "unhealthy" ? restartUnhealthy(after, now) : null;
  if (restarted !== null) {
    setProcess(state, restarted);
    spoil(state.sides, key);
    own(step, key, change);
  }
  touch(step, automaton, change);
  soon(step);
};

/** What there is to say of the world changed: each warning is recorded when it arises, and when it is over. */
export const warned = (step: Step, warnings: readonly string[]): void => {
  const before = step.state.warnings;
  step.state.warnings = warnings;
  for (const warning of warnings) if (!before.includes(warning)) record(step, "warning", null, warning);
  for (const warning of before)
    if (!warnings.includes(warning)) record(step, "resolved", null, `no longer: ${warning}`);
};
