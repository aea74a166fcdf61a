/**
 * Whether what is to be put in place of a running process could be started at all: found out before that is
 * taken out of service and ended. Where it could not, what runs goes on, and the check is made again later.
 */
import { limitsKey, type Process, processKey } from "../../core/resource.ts";
import { noFailure, operationPerformed, operationRefused, retryAt } from "../policy/failures.ts";
import type { RolloutInstance } from "../policy/rollout.ts";
import { beginChange, type Change, operationFailed, ownerOf } from "./changes.ts";
import type { Input } from "./input.ts";
import { type AutomatonRecord, automatonRecord, type State, type Step } from "./state.ts";
import { soon, touch } from "./turn.ts";

/** So long a check counts, in milliseconds. */
const checkedForMs = 5_000;

/** Whether the last attempt on a resource was refused, and none is to be made yet. */
const isRefused = ({ failures }: State, key: Process["key"], now: number): boolean => {
  const failure = failures.get(key);
  return failure?.refused != null && retryAt(failure) > now;
};

/** The instances, with those taken as they should be whose successor cannot be started, or has yet to be checked. */
export const withoutRefused = (
  step: Step,
  record: AutomatonRecord,
  instances: readonly RolloutInstance[],
): readonly RolloutInstance[] => {
  if (instances.every(({ current }) => current)) {
    record.checks.clear();
    step.state.refused.delete(record.name);
    return instances;
  }
  const asked: Process[] = [];
  const checked = instances.map((one) => {
    if (one.current || isStartable(step, record, one, asked)) return one;
    return { ...one, current: true };
  });
  if (asked.length > 0) {
    step.state.checking += asked.length;
    step.emit({ _tag: "CheckStart", processes: asked });
  }
  return checked;
};

const isStartable = (
  { state, now }: Step,
  { name, checks }: AutomatonRecord,
  { index, draining }: RolloutInstance,
  asked: Process[],
): boolean => {
  const process = state.sides.desired.get(processKey(name, index));
  if (process?.kind !== "process") return true;
  const { key, spec } = process;
  if (isRefused(state, key, now)) {
    state.refused.add(name);
    return false;
  }
  // It is started under its limits, which may be refused.
  if (state.sides.diff.get(limitsKey(name, index))?.after != null) return false;
  const check = checks.get(spec);
  const hasFailed = state.failures.get(key)?.refused != null;
  if (check?.found === "startable" && !hasFailed && (draining !== null || now - check.at < checkedForMs))
    return true;
  if (check?.found === "asked" || (check?.found === "refused" && isRefused(state, check.key, now)))
    return false;
  checks.set(spec, { key, at: now, found: "asked" });
  asked.push(process);
  return false;
};

/** Takes whether processes could be started. */
export const startChecked = (step: Step, { checked }: Input & { readonly _tag: "StartChecked" }): void => {
  const { state, now } = step;
  for (const { process, failure } of checked) {
    const { key, automaton, spec } = process;
    state.checking--;
    const record = automatonRecord(state, automaton);
    record.checks.set(spec, { key, at: now, found: failure === null ? "startable" : "refused" });
    const change = changeOf(step, process);
    const known = state.failures.get(key) ?? noFailure;
    if (failure === null) {
      state.failures.set(key, operationPerformed(known));
    } else {
      state.failures.set(key, operationRefused(known, failure, now));
      state.refused.add(automaton);
      operationFailed(step, failure);
    }
    touch(step, automaton, change);
  }
  soon(step);
};

/** Touches the automata whose processes are to be checked again. */
export const checkAgain = (step: Step): void => {
  const { state, now } = step;
  for (const name of state.refused)
    for (const { process } of state.automata.get(name)?.instances.values() ?? []) {
      if (process === null) continue;
      const { key } = process.process;
      if (state.failures.get(key)?.refused == null || isRefused(state, key, now)) continue;
      touch(step, name, changeOf(step, process.process));
      break;
    }
};

const changeOf = (step: Step, { key, automaton }: Process): Change =>
  ownerOf(step.state.changes, key) ??
  beginChange(step, {
    event: "applied",
    automaton,
    headline: `${automaton} is updated`,
    causes: [],
  });
