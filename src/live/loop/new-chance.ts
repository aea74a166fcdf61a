/**
 * New chances: what failed and waits for its next try is tried at once when somebody changes what it is made with, or
 * asks for the program anew. The world's own changes give none: they come too often.
 */
import { type Operation, subject } from "../../core/operation.ts";
import { limitsKey, type Resource, type ResourceKey } from "../../core/resource.ts";
import { newChance } from "../policy/process.ts";
import { type Change, own } from "./changes.ts";
import { type InstanceRecord, type Step, setProcess } from "./state.ts";
import { touch } from "./turn.ts";

/** Gives one to what the operations of an edit change: the processes whose files, limits, wires or names are others. */
export const retryChanged = (step: Step, operations: readonly Operation[], change: Change): void => {
  for (const one of operations)
    for (const instance of instancesMadeWith(step, subject(one))) retryInstance(step, instance, change);
};

/** Gives one to all that waits: somebody asked for the program as it is. */
export const retryAll = (step: Step, change: Change): void => {
  for (const key of [...step.state.failures.keys()]) retryRefused(step, key, change);
  for (const instance of [...step.state.unsettled.values()]) retryInstance(step, instance, change);
};

/** The instances that run, or are to run, with a resource. */
const instancesMadeWith = ({ state }: Step, resource: Resource): readonly InstanceRecord[] => {
  const known = state.automata.get(resource.automaton ?? "")?.instances;
  if (known === undefined) return [];
  switch (resource.kind) {
    case "process":
    case "files":
    case "limits":
      return [known.get(resource.index) ?? []].flat();
    case "wire":
    case "hosts":
      return [...known.values()];
    case "hub":
    case "instance":
    case "service":
    case "egress":
    case "publication":
      return [];
  }
};

const retryInstance = (step: Step, { process }: InstanceRecord, change: Change): void => {
  if (process === null) return;
  const { key, automaton, index } = process.process;
  retryRefused(step, key, change);
  retryRefused(step, limitsKey(automaton, index), change);
  const given = newChance(process);
  if (given === process) return;
  setProcess(step.state, given);
  own(step, key, change);
  touch(step, automaton, change);
};

/** What was refused is forgotten: it may be tried, and checked, again. */
const retryRefused = (step: Step, key: ResourceKey, change: Change): void => {
  const { failures, sides } = step.state;
  const known = failures.get(key);
  if (known?.refused == null) return;
  failures.set(key, { ...known, refused: null });
  own(step, key, change);
  const automaton = (sides.desired.get(key) ?? sides.actual.get(key))?.automaton;
  if (automaton != null) touch(step, automaton, change);
};
