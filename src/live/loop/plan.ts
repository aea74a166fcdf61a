/**
 * Plans the automata that something has touched, until none of them moves another: from what is
 * known of their instances to the cells that steer the program (how many are held, which of them
 * take connections).
 */
import { type CellKey, heldCell, listensCell, observedCell, readyCell } from "../../core/cell-key.ts";
import { sameJson } from "../../core/json.ts";
import type { LoadCell } from "../../core/monitor.ts";
import { subject } from "../../core/operation.ts";
import { type Process, processKey, type ResourceKey } from "../../core/resource.ts";
import type { Setting } from "../policy/load.ts";
import { isDone } from "../policy/process.ts";
import type { RolloutInstance } from "../policy/rollout.ts";
import { type Scaled, scale } from "../policy/scaling.ts";
import { automatonOf, cellsReadBy, followsLoad } from "./automaton.ts";
import { beginChange, type Change, isOpen, own, trailOf } from "./changes.ts";
import type { Input } from "./input.ts";
import { noteListens } from "./listens.ts";
import { StartOrder } from "./order.ts";
import { attendUnwatched, setCells } from "./program.ts";
import { followSchedule, forgetSchedule } from "./schedules.ts";
import { withoutRefused } from "./startable.ts";
import {
  type AutomatonRecord,
  automatonRecord,
  existing,
  processState,
  type State,
  type Step,
  setDraining,
} from "./state.ts";
import { soon, touch } from "./turn.ts";

/** How long open connections of an instance that leaves may take to finish, in milliseconds. */
const drainGraceMs = 10_000;
/** How often open connections of instances that leave are counted, in milliseconds. */
const countEveryMs = 100;
/** Settings that lead to further settings: each round moves at least one automaton on. */
const mostRounds = 100;

/** Plans whatever is marked, and what that marks in turn. */
export const planTouched = (step: Step): void => {
  const { dirty } = step.state;
  for (let round = 0; dirty.size > 0 && round < mostRounds; round++) {
    const byChange = new Map<Change, Setting[]>();
    for (const [name, reason] of dirty) {
      const change = isOpen(step.state.changes, reason) ? reason : beginChange(step, reason.cause);
      const settings = planAutomaton(step, name, change);
      const all = byChange.get(change);
      if (all === undefined) byChange.set(change, [...settings]);
      else all.push(...settings);
    }
    dirty.clear();
    for (const [change, settings] of byChange) setCells(step, settings, change);
    touchReleased(step);
  }
};

/** Touches the automata that need not wait any more. */
const touchReleased = (step: Step): void => {
  const order = new StartOrder(step);
  for (const name of step.state.waiting) {
    if (order.mustWait(name)) continue;
    step.state.waiting.delete(name);
    const headline = `${name} need not wait any more`;
    touch(step, name, beginChange(step, { event: "applied", automaton: name, headline, causes: [] }));
  }
};

/** The roll that an automaton is in. */
export const rollOf = ({ automata, changes }: State, automaton: string): Change | null => {
  const roll = automata.get(automaton)?.roll ?? null;
  return roll !== null && isOpen(changes, roll) ? roll : null;
};

/** Whether a running process may be replaced now. */
export const mayReplace = ({ automata }: State, { automaton, index }: Process): boolean =>
  automata.get(automaton)?.scaling?.replace.has(index) === true;

/** Asks for what still goes to instances that leave service, once the services know that they do. */
export const countDraining = ({ state, emit }: Step): void => {
  if (state.active.size === 0) return;
  for (const change of state.sides.diff.values()) if (subject(change).kind === "service") return;
  const instances = [...state.active].flatMap((name) =>
    [...(state.automata.get(name)?.scaling?.draining ?? [])].flatMap(
      (index) => existing(state, name, index) ?? [],
    ),
  );
  if (instances.length > 0) emit({ _tag: "CountConnections", instances });
};

/** Takes how many connections are open to instances that leave service. */
export const connectionsCounted = (
  step: Step,
  { counts }: Input & { readonly _tag: "ConnectionsCounted" },
): void => {
  const { state } = step;
  for (const { instance, open } of counts) {
    const { automaton, index } = instance;
    const draining = state.automata.get(automaton)?.instances.get(index)?.draining ?? null;
    if (draining === null || draining.open === open) continue;
    setDraining(state, automaton, index, { ...draining, open });
    goOn(step, automaton);
    soon(step);
  }
};

/** Touches the automata whose time has come. */
export const touchDue = (step: Step): void => {
  const { active, automata } = step.state;
  for (const name of active) {
    const lookAt = automata.get(name)?.scaling?.lookAt ?? null;
    if (lookAt !== null && lookAt <= step.now) goOn(step, name);
  }
};

/** When an automaton on its way must be looked at again, whatever happens; infinite: not at all. */
export const planAgainAt = ({ active, automata }: State, now: number): number => {
  let next = Number.POSITIVE_INFINITY;
  for (const name of active) {
    const { lookAt, draining } = automata.get(name)!.scaling!;
    if (lookAt !== null && lookAt > now) next = Math.min(next, lookAt);
    if (draining.size > 0) next = Math.min(next, now + countEveryMs);
  }
  return next;
};

/** An automaton on its way may have come further, without anything having happened to it. */
const goOn = (step: Step, name: string): void => {
  const cause = { event: "scaled", automaton: name, headline: `${name} settles`, causes: [] };
  if (step.state.dirty.has(name)) return;
  touch(step, name, rollOf(step.state, name) ?? beginChange(step, cause));
};

/** Decides for one automaton, and returns the cells to set. */
const planAutomaton = (step: Step, name: string, change: Change): readonly Setting[] => {
  const { program, state, now } = step;
  const found = automatonOf(program, name);
  if (found === null) return forgetAutomaton(step, name, change);
  const record = automatonRecord(state, name);
  const { automaton } = found.member;
  const runs = automaton.runs !== null;
  const { count, asked, settle, update } = found.instances;
  attendUnwatched(step, record);
  const waits = runs && new StartOrder(step).mustWait(name);
  mark(state.waiting, name, waits);
  const all = presentOf(state, record, Math.max(count, record.minimum), runs);
  // What must wait replaces nothing: whatever runs stays for now.
  const reached = runs && automaton.provides.length > 0;
  // Where successors come beside it, what runs is ended only after one of them is ready.
  const surges = reached && update === "roll";
  const present = waits
    ? all.map((one) => ({ ...one, current: true }))
    : surges
      ? all
      : withoutRefused(step, record, all);
  const scaled = scale(
    {
      asked,
      settleMs: automaton.settle !== null || followsLoad(program, name) ? settle : 0,
      settling: record.settling,
      instances: present,
      reached,
      update,
      graceMs: drainGraceMs,
    },
    now,
  );
  step.emit({ _tag: "Planned", automaton: name, scaled, because: trailOf(change) });
  const cells = new Map<CellKey, unknown>();
  if (scaled.minimum !== asked) cells.set(heldCell(name), scaled.minimum);
  const isKept = (index: number): boolean => scaled.draining.has(index) || scaled.heldBack.has(index);
  for (let index = 0; runs && index < Math.max(count, scaled.minimum); index++) {
    const takes = isReady(state, processKey(name, index)) && !isKept(index);
    if (!takes) cells.set(readyCell(name, index), false);
  }
  if (runs) {
    const earlier = noteListens(state, record, automaton, Math.max(count, scaled.minimum));
    const before = record.cells.get(listensCell(name));
    if (earlier !== null) cells.set(listensCell(name), sameJson(before, earlier) ? before : earlier);
  }
  const serves = (index: number): boolean => !runs || isReady(state, processKey(name, index));
  const ready = present.filter(({ index }) => serves(index) && !isKept(index)).length;
  record.load.clear();
  for (const cell of cellsReadBy(program, name)) {
    if (cell === "ready") cells.set(observedCell(name, "ready"), ready);
    else record.load.add(cell satisfies LoadCell);
  }
  const scheduled = followSchedule(step, name, automaton);
  if (scheduled !== null) cells.set(...scheduled);
  keep(step, record, scaled, change);
  return changedCells(record, cells);
};

/** How things stand with the instances that exist. */
const presentOf = (
  state: State,
  { name, instances }: AutomatonRecord,
  most: number,
  runs: boolean,
): RolloutInstance[] => {
  const present: RolloutInstance[] = [];
  for (let index = 0; index < most; index++) {
    if (existing(state, name, index) === null) continue;
    const key = processKey(name, index);
    const draining = instances.get(index)?.draining ?? null;
    if (!runs) {
      present.push({ index, current: true, ready: true, provedAt: 0, draining });
      continue;
    }
    const [actual, desired] = [state.sides.actual.get(key), state.sides.desired.get(key)];
    // What does not run now starts as it is wanted now.
    const current = actual?.kind !== "process" || desired?.kind !== "process" || actual.spec === desired.spec;
    const process = processState(state, key);
    // What has done its work is not waited for.
    const isOver = process !== null && isDone(process);
    const provedAt = isOver ? 0 : (process?.provedAt ?? 0);
    present.push({ index, current, ready: isOver || process?.phase === "ready", provedAt, draining });
  }
  return present;
};

const isReady = (state: State, key: ResourceKey): boolean => processState(state, key)?.phase === "ready";

/** Keeps a decision, and gives what it leads to its reason. */
const keep = (step: Step, record: AutomatonRecord, scaled: Scaled, change: Change): void => {
  const { state } = step;
  const { name } = record;
  record.settling = scaled.settling;
  record.minimum = scaled.minimum;
  for (const index of [...record.instances.keys()])
    if (!scaled.drainings.has(index)) setDraining(state, name, index, null);
  for (const [index, draining] of scaled.drainings) setDraining(state, name, index, draining);
  record.scaling = scaled.atRest ? null : scaled;
  mark(state.active, name, !scaled.atRest);
  mark(state.measured, name, record.load.size > 0);
  nameScaling(record, scaled.target, change);
  for (const index of scaled.stale) own(step, processKey(name, index), rollFor(step, record, change));
};

const mark = (names: Set<string>, name: string, isMarked: boolean): void => {
  if (isMarked) names.add(name);
  else names.delete(name);
};

/** A change by load is recorded as what it led to. */
const nameScaling = (record: AutomatonRecord, target: number, change: Change): void => {
  const before = record.target;
  record.target = target;
  if (before === null || before === target || change.cause.event !== "scaled") return;
  const { headline, causes } = change.cause;
  change.cause = {
    event: "scaled",
    automaton: record.name,
    headline: `${record.name} scales ${before} → ${target}`,
    causes: [...causes, headline],
  };
};

const rollFor = (step: Step, record: AutomatonRecord, change: Change): Change => {
  const known = rollOf(step.state, record.name);
  if (known !== null) return known;
  const { name } = record;
  const cause = {
    event: "rolled",
    automaton: name,
    headline: `${name} is rolled`,
    causes: trailOf(change),
  };
  record.roll = beginChange(step, cause);
  return record.roll;
};

/** The automaton is gone: the cells that were set for it are taken back. */
const forgetAutomaton = (step: Step, name: string, change: Change): readonly Setting[] => {
  const { automata, active, waiting, measured, refused } = step.state;
  const record = automata.get(name);
  active.delete(name);
  waiting.delete(name);
  measured.delete(name);
  refused.delete(name);
  forgetSchedule(step, name);
  if (record === undefined) return [];
  automata.delete(name);
  step.emit({ _tag: "Planned", automaton: name, scaled: null, because: trailOf(change) });
  return changedCells(record, new Map());
};

/** The cells that differ from those that were set. */
const changedCells = (record: AutomatonRecord, cells: ReadonlyMap<CellKey, unknown>): readonly Setting[] => {
  const settings: Setting[] = [];
  for (const [cell, value] of cells) if (record.cells.get(cell) !== value) settings.push([cell, value]);
  for (const cell of record.cells.keys()) if (!cells.has(cell)) settings.push([cell, undefined]);
  record.cells = cells;
  return settings;
};
