/** Taking over what is there: it is held as it is, keeps its numbers, and stays in service if it was. */
import { heldCell, resolvedCell } from "../../core/cell-key.ts";
import { operation } from "../../core/operation.ts";
import { hubKey, instanceKey } from "../../core/resource.ts";
import { namedPorts } from "../../program/hosts.ts";
import { completed, observed, want } from "../../reconcile.ts";
import { adoptionOf, hostsFound } from "../policy/adoption.ts";
import type { Setting } from "../policy/load.ts";
import { adopted, desire, foundEnded } from "../policy/process.ts";
import { steadyMs } from "../policy/readiness.ts";
import { settled } from "../policy/settling.ts";
import { automatonOf } from "./automaton.ts";
import { beginChange, own } from "./changes.ts";
import type { Input } from "./input.ts";
import { attend, noteNames } from "./program.ts";
import { scheduleFoundEnded } from "./schedules.ts";
import { automatonRecord, processState, type Step, setProcess } from "./state.ts";
import { touch } from "./turn.ts";
import { warned } from "./world.ts";

export const startFrom = (
  step: Step,
  { observation, ages, zone, byClock }: Input & { readonly _tag: "Started" },
): void => {
  const { program, state } = step;
  const { sides } = state;
  state.phase = "running";
  state.zone = zone;
  state.byClock = byClock;
  observed(sides, observation);
  program.adopt(observation.resources.values());
  // What is known of names goes on to hold until they are looked up.
  const used = new Set(namedPorts(program).map(({ host }) => host));
  program.observe(
    [...hostsFound(observation.resources.values())].flatMap(([host, one]) =>
      used.has(host) ? [[resolvedCell(host), one] as const] : [],
    ),
  );
  const { counts, inService, listens, fresh } = adoptionOf(observation);
  state.hadHub = observation.resources.has(hubKey);
  const change = beginChange(step, {
    event: "applied",
    automaton: null,
    headline: fresh ? `${program.system} starts` : `${program.system} is taken over`,
    causes: [],
  });
  change.awaited = true;
  step.emit({ _tag: "Accepted", change: change.id, update: null });
  warned(step, observation.warnings ?? []);
  hold(step, counts);
  for (const resource of program.resources()) {
    want(sides, [operation(null, resource)!]);
    if (resource.kind === "hosts") noteNames(step, resource.automaton, resource);
    if (resource.kind === "process") setProcess(state, desire(processState(state, resource.key), resource));
    if (resource.automaton !== null) touch(step, resource.automaton, change);
  }
  for (const [key, running] of observation.processes) {
    const process = processState(state, key);
    if (process === null) {
      state.unwanted.set(key, running);
      continue;
    }
    const { automaton, index } = process.process;
    const found = observation.resources.get(key);
    if (found?.kind === "process") {
      const record = automatonRecord(state, automaton);
      const there = listens.get(instanceKey(automaton, index));
      record.begun.set(index, found.spec);
      if (there !== undefined) record.listens = new Map([...record.listens, [found.spec, there]]);
    }
    const serves = automatonOf(program, automaton)!.member.automaton.provides.length > 0;
    const ready = serves ? inService.has(instanceKey(automaton, index)) : (ages.get(key) ?? 0) >= steadyMs;
    const held = adopted(process, running, ready, step.now);
    const age = ages.get(key) ?? 0;
    // When a run by the clock began is told.
    const isRun = process.process.care.schedule !== undefined && Number.isFinite(age);
    setProcess(state, isRun ? { ...held, startedAt: step.now - age } : held);
    attend(step, process.process);
  }
  for (const [key, end] of observation.ended) {
    const process = processState(state, key);
    const known = process === null ? null : foundEnded(process, end);
    if (known === null) continue;
    setProcess(state, known);
    scheduleFoundEnded(step, known, end);
    const { automaton, index, spec } = known.process;
    automatonRecord(state, automaton).begun.set(index, spec);
    completed(sides, known.process);
  }
  for (const key of sides.diff.keys()) own(step, key, change);
};

/** So many instances run already: they are held until it is decided what becomes of each. */
const hold = ({ program, state }: Step, counts: ReadonlyMap<string, number>): void => {
  const settings: Setting[] = [];
  for (const [name, count] of counts) {
    const found = automatonOf(program, name);
    if (found === null) continue;
    const record = automatonRecord(state, name);
    record.settling = settled(count);
    record.minimum = count;
    if (count <= found.instances.count) continue;
    const held: Setting = [heldCell(name), count];
    record.cells = new Map([held]);
    settings.push(held);
  }
  if (settings.length > 0) program.observe(settings);
};
