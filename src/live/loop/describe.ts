/** Inputs and decisions in words: a line each, with the cause. For `ARCHITECT_LOG=debug`. */
import { called } from "../../core/called.ts";
import { counted, tally } from "../../core/tally.ts";
import type { Scaled } from "../policy/scaling.ts";
import { ownerOf, trailOf } from "./changes.ts";
import type { Effect } from "./effect.ts";
import type { Input } from "./input.ts";
import type { State } from "./state.ts";

const nameOf = ({ automaton, index }: { readonly automaton: string; readonly index: number }): string =>
  `${automaton}.${index}`;

const listOf = (names: readonly string[]): string =>
  names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");

const why = (trail: readonly string[]): string =>
  trail.length === 0 ? "" : `, because ${trail.join(" → ")}`;

const describeInput = (input: Input): string => {
  switch (input._tag) {
    case "Started":
      return `start: ${counted(input.observation.resources.size, "resource exists", "resources exist")}`;
    case "Edited":
      return `edit: ${input.cause.causes.at(-1) ?? input.cause.headline}`;
    case "ResourceDrifted":
      return `drift: ${input.event.what}`;
    case "ProcessExited":
      return `exit: ${called(input.event.key)} (pid ${input.event.pid})`;
    case "WorldWarned":
      return `warnings: ${listOf(input.warnings)}`;
    case "ProbeAnswered":
      return `probe: ${called(input.key)} is ${input.health._tag}${input.problem === null ? "" : `: ${input.problem}`}`;
    case "LoadSampled":
      return `load: of ${listOf(input.asked.map(({ automaton }) => automaton))}`;
    case "LoadObserved":
      return `load: ${listOf(input.settings.map(([cell, value]) => `${cell} is ${value}`))}`;
    case "ConnectionsCounted":
      return `connections: ${listOf(input.counts.map(({ instance, open }) => `${nameOf(instance)} has ${open}`))}`;
    case "StartChecked":
      return `could be started: ${listOf(input.checked.map(({ process, failure }) => `${nameOf(process)}${failure === null ? "" : " not"}`))}`;
    case "OperationsFinished": {
      const { operations, failures } = input;
      const words = listOf(operations.map(({ op, key }) => `${op} ${key}`));
      return `finished: ${words}${failures.length === 0 ? "" : `; ${failures.length} refused`}`;
    }
    case "ScheduleNoted":
      return `noted: ${input.automaton} runs`;
    case "HostResolved": {
      const { v4, v6, problem } = input.lookup;
      return `lookup: ${input.host} is ${problem ?? listOf([...(v4 ?? []), ...(v6 ?? [])])}`;
    }
    case "WorldDoubted":
      return `doubt: ${input.why}`;
    case "WorldObserved":
      return `observed: ${counted(input.observation.resources.size, "resource")}`;
    case "WorldUnreadable":
      return `unreadable: ${input.message}`;
    case "TurnDue":
      return "turn";
    case "TimerDue":
      return "timer";
    case "LeaseRegained":
    case "LeaseLost":
      return `lease: ${input.why}`;
    case "Closed":
      return "close";
  }
};

const decisionOf = ({ target, minimum, draining, replace, stale }: Scaled): string => {
  const parts = [counted(target, "instance")];
  if (minimum !== target) parts.push(`at least ${minimum} for now`);
  if (draining.size > 0) parts.push(`out of service: ${listOf([...draining].map(String))}`);
  if (stale.size > 0) parts.push(`to be replaced: ${listOf([...stale].map(String))}`);
  if (replace.size > 0) parts.push(`may be replaced now: ${listOf([...replace].map(String))}`);
  return parts.join("; ");
};

/** Null where it is no decision but the answer to a request. */
const describeEffect = (effect: Effect, state: State): string | null => {
  switch (effect._tag) {
    case "Perform": {
      const { create, update, delete: removed } = tally(effect.operations);
      const words = listOf(effect.operations.map(({ op, key }) => `${op} ${key}`));
      const owner = ownerOf(state.changes, effect.operations[0]!.key);
      return `perform ${words} (+${create} ~${update} -${removed})${owner === undefined ? "" : why(trailOf(owner))}`;
    }
    case "Planned":
      return effect.scaled === null
        ? `${effect.automaton} is gone${why(effect.because)}`
        : `${effect.automaton}: ${decisionOf(effect.scaled)}${why(effect.because)}`;
    case "CheckStart":
      return `find out whether ${listOf(effect.processes.map(nameOf))} could be started`;
    case "Withdraw":
      return `send nothing to ${called(effect.instance)} any more`;
    case "Observe":
      return `read the world${state.look === null ? "" : why([state.look.why])}`;
    case "Monitor":
      return `watch ${nameOf(effect.target.process)}`;
    case "Unmonitor":
      return `watch ${called(effect.key)} no more`;
    case "HubReplaced":
      return "the hub is another";
    case "CountConnections":
      return `count connections of ${listOf(effect.instances.map(nameOf))}`;
    case "MeasureLoad":
      return `measure the load of ${listOf(effect.asked.map(({ automaton }) => automaton))}`;
    case "NoteSchedule":
      return effect.scheduled === null
        ? `forget the schedule of ${effect.automaton}`
        : `note ${effect.runs ? "a run" : "what is done"} of ${effect.automaton} until ${new Date(effect.scheduled.until).toISOString()}`;
    case "Resolve":
      return `look up ${effect.host}`;
    case "Record":
      return `record ${effect.event}: ${effect.text}${why(effect.causes)}`;
    case "Quiet":
      return "nothing more to do";
    case "TurnSoon":
    case "WakeAt":
    case "Accepted":
    case "ChangeDone":
    case "Looked":
      return null;
  }
};

/** A step in lines: the input, and below it every decision with its cause. */
export const describeStep = (input: Input, effects: readonly Effect[], state: State): readonly string[] => [
  describeInput(input),
  ...effects.flatMap((effect) => {
    const line = describeEffect(effect, state);
    return line === null ? [] : [`  ${line}`];
  }),
];
