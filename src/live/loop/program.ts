/** Transactions of the program: what they change in the desired resources is taken over. */

import { cellWords } from "../../core/cell-key.ts";
import { errorsOf, hasErrors } from "../../core/diagnostic.ts";
import type { MonitorTarget } from "../../core/monitor.ts";
import { type Operation, subject } from "../../core/operation.ts";
import { isRange } from "../../core/port-range.ts";
import type { Hosts, Process, ResourceKey } from "../../core/resource.ts";
import type { Update } from "../../program/update.ts";
import { uncompleted, want } from "../../reconcile.ts";
import type { Setting } from "../policy/load.ts";
import { adopted, desire, started } from "../policy/process.ts";
import { steadyAfterMs } from "../policy/readiness.ts";
import { settled } from "../policy/settling.ts";
import { automatonOf, followsLoad } from "./automaton.ts";
import { beginChange, type Cause, type Change, own, record } from "./changes.ts";
import type { Edit } from "./input.ts";
import { earlierListens } from "./listens.ts";
import { retryAll, retryChanged } from "./new-chance.ts";
import {
  type AutomatonRecord,
  existing,
  forgetProcess,
  processState,
  type Step,
  setProcess,
} from "./state.ts";
import { soon, touch } from "./turn.ts";

/** Changes the program by one of its transactions. With an error nothing changes. */
export const edited = (step: Step, edit: Edit, cause: Cause): void => {
  const update = transaction(step, edit);
  const change = beginChange(step, cause);
  change.awaited = true;
  step.emit({ _tag: "Accepted", change: change.id, update });
  if (!hasErrors(update.diagnostics)) {
    takeOperations(step, update.operations, change);
    if (edit._tag === "Texts" && edit.again === true) retryAll(step, change);
    else retryChanged(step, update.operations, change);
  } else if (edit._tag === "Texts") rejected(step, update, cause);
  // Operations alone do not tell what a change means for what is on its way.
  for (const name of step.state.active) touch(step, name, change);
  if (edit._tag !== "Cells" && !hasErrors(update.diagnostics)) takeFewer(step, edit);
  soon(step);
};

/**
 * Fewer instances that a text or an input asks for are fewer at once: only what load asks for settles. Where nothing but
 * inputs can ask for fewer, a `settle` that is written is said of them.
 */
const takeFewer = ({ program, state }: Step, edit: Edit): void => {
  for (const name of state.dirty.keys()) {
    const record = state.automata.get(name);
    const found = automatonOf(program, name);
    if (record?.settling == null || found === null) continue;
    const { asked } = found.instances;
    if (asked >= record.settling.asks.at(-1)!.count) continue;
    if (edit._tag === "Input" && found.member.automaton.settle !== null && !followsLoad(program, name))
      continue;
    record.settling = settled(asked);
  }
};

const transaction = ({ program }: Step, edit: Edit): Update => {
  switch (edit._tag) {
    case "Texts":
      return program.updateAll(edit.texts);
    case "Input":
      return program.setInput(edit.name, edit.value);
    case "Cells":
      return program.observe(edit.settings);
  }
};

const rejected = (step: Step, { diagnostics }: Update, { headline, causes }: Cause): void => {
  const errors = errorsOf(diagnostics);
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : "";
  const text = `${headline} has errors and changes nothing: ${errors[0]?.message}${more}`;
  record(step, "rejected", null, text, causes);
};

const takeOperations = (step: Step, operations: readonly Operation[], change: Change): void => {
  const { sides, failures } = step.state;
  want(sides, operations);
  const asked = new Set<string>();
  for (const one of operations) {
    const { kind, automaton } = subject(one);
    failures.delete(one.key);
    if (kind === "hosts")
      for (const name of noteNames(step, automaton!, one.after as Hosts | null)) asked.add(name);
    if (kind === "process") takeProcess(step, one.before as Process | null, one.after as Process | null);
    if (automaton !== null) touch(step, automaton, change);
    own(step, one.key, change);
  }
  for (const name of asked) attendAgain(step, name);
};

/** Notes by which families the names of a client lead to its providers. Returns which of these have to listen elsewhere. */
export const noteNames = (step: Step, client: string, hosts: Hosts | null): ReadonlySet<string> => {
  const wires = automatonOf(step.program, client)?.member.wires ?? [];
  return step.state.asked.replace(
    client,
    hosts,
    wires.map(({ requirement, to }) => ({
      requirement,
      ports: to.map(({ automaton, port }) => `${automaton}.${port}`),
    })),
  );
};

/** Has what runs of an automaton watched by what it is to do now. */
const attendAgain = (step: Step, name: string): void => {
  for (const { isMonitored, process } of step.state.automata.get(name)?.instances.values() ?? [])
    if (isMonitored && process !== null && process.running !== null) attend(step, process.process);
};

const takeProcess = (step: Step, before: Process | null, after: Process | null): void => {
  const { state } = step;
  if (after === null) {
    if (before !== null) state.dropped.set(before.key, before);
    return;
  }
  const known = processState(state, after.key);
  const running = known === null ? state.unwanted.get(after.key) : undefined;
  const wanted = desire(known, after);
  setProcess(state, running === undefined ? wanted : adopted(wanted, running, false, step.now));
  state.unwanted.delete(after.key);
  if (known?.phase === "stopped" && wanted.phase === "waiting" && before?.spec === after.spec)
    uncompleted(state.sides, after.key);
  if (before !== null && before.spec === after.spec) attend(step, after);
};

/** Sets cells. One that the program cannot take leaves the others. */
export const setCells = (step: Step, settings: readonly Setting[], change: Change): void => {
  const { program, state } = step;
  if (settings.every(([cell, value]) => program.workspace.cells.get(cell) === value)) return;
  const { diagnostics, operations } = program.observe(settings);
  if (!hasErrors(diagnostics)) {
    takeOperations(step, operations, change);
    for (const [cell] of settings) state.misfits.delete(cell);
  } else if (settings.length > 1) {
    for (const setting of settings) setCells(step, [setting], change);
  } else {
    const [cell] = settings[0]!;
    state.misfits.set(cell, `${cellWords(cell)}: ${errorsOf(diagnostics)[0]?.message}`);
  }
};

/** Processes that were done away with and are not wanted again are not looked after any more. One that still runs is remembered: it may be wanted again before it is ended. */
export const forgetDropped = (step: Step): void => {
  const { sides, dropped } = step.state;
  for (const process of dropped.values()) {
    if (sides.desired.has(process.key)) continue;
    unmonitor(step, process.key);
    step.state.unsettled.delete(process.key);
    step.state.stopped.delete(process.key);
    if (!sides.actual.has(process.key)) forgetProcess(step.state, process);
  }
  dropped.clear();
};

/** Nobody has to watch the process any more. */
export const unmonitor = ({ state, emit }: Step, key: ResourceKey): void => {
  const instance = state.processes.get(key);
  if (instance?.isMonitored !== true) return;
  instance.isMonitored = false;
  emit({ _tag: "Unmonitor", key });
};

/** Has the processes watched that run and are not: whose instance was missing when they were found, and is there now. */
export const attendUnwatched = (step: Step, { instances }: AutomatonRecord): void => {
  const { desired } = step.state.sides;
  for (const { isMonitored, process } of instances.values())
    if (!isMonitored && process !== null && process.running !== null && desired.has(process.process.key))
      attend(step, process.process);
};

/** Has a running process watched as the program wants it now; one that is ready and that there is nothing to ask of stays so. */
export const attend = (step: Step, process: Process): void => {
  const { program, state } = step;
  const known = processState(state, process.key);
  const instance = existing(state, process.automaton, process.index);
  if (known === null || known.running === null || instance === null) return;
  const provided = automatonOf(program, process.automaton)?.member.automaton.provides ?? [];
  const earlier = earlierListens(state, process.automaton, process.index);
  // Of a range nobody knows which ports are open at a time: it says nothing of whether the instance is ready.
  const single = provided.filter((port) => !isRange(port));
  const ports = single.map(({ name, transport, listens }) => {
    const families = state.asked.of(process.automaton, name);
    return {
      transport,
      number: earlier?.[name] ?? listens,
      ...(families.length === 0 ? {} : { families }),
    };
  });
  const isReady = known.phase === "ready";
  if (process.care.probe === null && isReady && ports.length === 0) {
    unmonitor(step, process.key);
    setProcess(state, started(known, known.running, true));
    return;
  }
  const steadyMs = steadyAfterMs(known.backoff.quickEnds);
  state.processes.get(process.key)!.isMonitored = true;
  step.emit({
    _tag: "Monitor",
    target: { process: askedAt(process, ports), running: known.running, instance, ports, isReady, steadyMs },
  });
};

/** The process with its probe asking where it listens. */
const askedAt = (process: Process, ports: MonitorTarget["ports"]): Process => {
  const { care } = process;
  const number = ports.find(({ transport }) => transport === "tcp")?.number ?? null;
  if (care.probe === null || care.probe.number === number) return process;
  return { ...process, care: { ...care, probe: { ...care.probe, number } } };
};
