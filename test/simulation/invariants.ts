/**
 * What must hold of a running system, after every step of its control loop. Each is checked from
 * what the world shows and from the state of the loop, not from how the loop comes to its decisions.
 */
import { sameJson } from "../../src/core/json.ts";
import { observable } from "../../src/core/observable.ts";
import { type Operation, subject } from "../../src/core/operation.ts";
import { instanceKey, type Process, processKey, type ResourceKey } from "../../src/core/resource.ts";
import type { Effect } from "../../src/live/loop/effect.ts";
import type { State } from "../../src/live/loop/state.ts";
import type { Program } from "../../src/program/program.ts";
import type { World } from "./world.ts";

/** In service before a step: what the step itself must not take away. */
export interface Before {
  readonly serving: ReadonlyMap<string, ReadonlySet<number>>;
}

const servingOf = ({ automata }: State): ReadonlyMap<string, ReadonlySet<number>> =>
  new Map(
    [...automata].map(([name, { instances }]) => [
      name,
      new Set(
        [...instances.values()]
          .filter(({ process, draining }) => process?.phase === "ready" && draining === null)
          .map(({ index }) => index),
      ),
    ]),
  );

export const before = (state: State): Before => ({ serving: servingOf(state) });

/** Whoever breaks an invariant hears which. */
const demand = (condition: boolean, words: () => string): void => {
  if (!condition) throw new Error(words());
};

/** The records of the loop agree with each other. */
export const consistent = ({
  automata,
  active,
  unsettled,
  dropped,
  processes,
  sides,
  changes,
  flying,
}: State): void => {
  for (const name of active)
    demand(automata.get(name)?.scaling != null, () => `${name} is on its way and nobody knows where to`);
  for (const [name, { scaling, instances }] of automata) {
    demand((scaling !== null) === active.has(name), () => `${name} has a plan and is not on its way`);
    for (const { process, index } of instances.values())
      demand(
        process === null || processes.get(process.process.key)?.index === index,
        () => `the process of ${name}.${index} is in no index`,
      );
  }
  for (const [key, instance] of processes) {
    const phase = instance.process?.phase;
    demand(phase !== undefined, () => `${key} is in the index and has no process`);
    const isOnItsWay = phase !== "ready" && phase !== "stopped" && sides.desired.has(key);
    demand(
      unsettled.has(key) ? isOnItsWay || dropped.has(key) : !isOnItsWay,
      () => `${key} is ${phase}, and ${unsettled.has(key) ? "" : "not "}among the unsettled`,
    );
  }
  for (const [key, change] of sides.diff) {
    const [actual, desired] = [sides.actual.get(key) ?? null, sides.desired.get(key) ?? null];
    demand(
      sides.spoilt.has(key) || change.after === desired,
      () => `the difference of ${key} leads elsewhere than to what is wanted`,
    );
    demand(
      sides.spoilt.has(key) ||
        actual === null ||
        desired === null ||
        !sameJson(observable(actual), observable(desired)),
      () => `${key} is as it should be, and differs`,
    );
  }
  for (const [key, resource] of sides.desired) {
    const actual = sides.actual.get(key);
    demand(
      sides.diff.has(key) || (actual !== undefined && sameJson(observable(actual), observable(resource))),
      () => `${key} is not as it should be, and does not differ`,
    );
  }
  for (const key of sides.actual.keys())
    demand(sides.desired.has(key) || sides.diff.has(key), () => `nobody wants ${key}, and it stays`);
  for (const [key, id] of changes.owners)
    demand(changes.open.get(id)?.pending.has(key) === true, () => `the change that owns ${key} is over`);
  const [network, single] = [
    [...sides.busy.keys()].some((key) => !key.startsWith("process/")),
    [...sides.busy.keys()].filter((key) => key.startsWith("process/")).length,
  ];
  demand(flying.network === network && flying.processes === single, () => "what is under way is miscounted");
};

/** Nothing is touched that is as desired, nothing twice at once, and each operation leads to what is wanted. */
export const touchesOnlyWhatDiffers = (
  program: Program,
  state: State,
  operations: readonly Operation[],
): void => {
  const wanted = new Map([...program.resources()].map((one) => [one.key, one] as const));
  for (const { key, before: was, after } of operations) {
    const desired = wanted.get(key) ?? null;
    const isSpoilt = state.sides.spoilt.has(key);
    demand(isSpoilt || sameJson(after, desired), () => `${key} is made other than it is wanted`);
    demand(
      isSpoilt || was === null || after === null || !sameJson(observable(was), observable(after)),
      () => `${key} is touched although it is as desired`,
    );
  }
};

/** Of those that can answer, no decision takes from service what is needed. */
export const rollsWithCare = (
  { serving }: Before,
  program: Program,
  state: State,
  effects: readonly Effect[],
): void => {
  for (const effect of effects) {
    if (effect._tag !== "Planned" || effect.scaled === null) continue;
    const { automaton, scaled } = effect;
    const member = program.augmentation.get(automaton)?.member;
    if (member === undefined || member._tag === "Union") continue;
    if (member.automaton.runs === null || member.automaton.provides.length === 0) continue;
    const were = serving.get(automaton) ?? new Set();
    const taken = [...were].filter((index) => scaled.draining.has(index));
    if (taken.length === 0) continue;
    const instances = state.automata.get(automaton)?.instances;
    const isFailed = (index: number): boolean => {
      const phase = instances?.get(index)?.process?.phase;
      return phase === "backoff" || phase === "unhealthy" || phase === "stopped";
    };
    const failed = Array.from({ length: scaled.target }, (_, index) => index).filter(isFailed).length;
    // Who comes back by the same decision is put into the services as the others are taken out.
    const back = [...(instances?.values() ?? [])].filter(
      ({ index, process }) => process?.phase === "ready" && !were.has(index) && !scaled.heldBack.has(index),
    );
    const left = [...were, ...back.map(({ index }) => index)].filter(
      (index) => !scaled.draining.has(index),
    ).length;
    demand(
      left >= Math.min(scaled.target - failed, were.size),
      () => `${automaton} asks for ${scaled.target} and keeps ${left} in service: ${taken.join()} left`,
    );
  }
};

/** For so long a process waits for its services to know that it leaves; in milliseconds. */
const graceMs = 10_000;

/** A process that is ended by choice gets no new connections when it is. */
export class EndsOutOfService {
  readonly #world: World;
  /** Since when services differ from what is wanted of them. */
  readonly #differSince = new Map<ResourceKey, number>();

  constructor(world: World) {
    this.#world = world;
  }

  check(program: Program, state: State, effects: readonly Effect[], now: number): void {
    for (const key of this.#differSince.keys()) if (!state.sides.diff.has(key)) this.#differSince.delete(key);
    for (const key of state.sides.diff.keys())
      if (key.startsWith("service/") && !this.#differSince.has(key)) this.#differSince.set(key, now);
    for (const effect of effects)
      if (effect._tag === "Perform")
        for (const one of effect.operations) this.#checkOne(program, state, one, now);
  }

  #checkOne(program: Program, state: State, one: Operation, now: number): void {
    const resource = subject(one);
    if (resource.kind !== "process" || one.before === null || state.sides.spoilt.has(one.key)) return;
    const { automaton, index } = resource;
    const member = program.augmentation.get(automaton)?.member;
    const isReached = member?._tag === "Automaton" && member.automaton.provides.length > 0;
    const instance = instanceKey(automaton, index);
    // Without its network nobody reaches it anyway, and one that does not answer serves nobody.
    const process = state.processes.get(one.key)?.process ?? null;
    if (!isReached || !this.#world.model.resources.has(instance)) return;
    if (process !== null && process.phase !== "ready") return;
    for (const service of this.#world.model.resources.values()) {
      if (service.kind !== "service" || !service.endpoints.some((endpoint) => endpoint.instance === instance))
        continue;
      // What is on its way into the world was decided on before; the next turn takes it back.
      if (state.sides.busy.has(service.key)) continue;
      const since = this.#differSince.get(service.key) ?? now;
      demand(now >= since + graceMs, () => `${one.op} ${one.key} while ${service.key} sends clients to it`);
    }
  }
}

/** No program is begun anywhere before all that its automaton starts after runs as is wanted, and is ready. */
export class StartsInOrder {
  readonly #world: World;
  /** The spec of each process that was begun: where one is still wanted, its automaton waits for nothing. */
  readonly #begun = new Map<ResourceKey, string>();

  /** What runs already was begun by another orchestrator. */
  constructor(world: World) {
    this.#world = world;
    for (const [key, { spec }] of world.model.processes) this.#begun.set(key, spec);
  }

  check(program: Program, state: State, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect._tag !== "Perform") continue;
      for (const { after } of effect.operations) {
        if (after?.kind !== "process") continue;
        if (!this.#isBegun(program, after.automaton)) this.#checkOne(program, state, after.automaton);
        this.#begun.set(after.key, after.spec);
      }
    }
  }

  /** What has left the system counts as its first instance. */
  #isBegun(program: Program, automaton: string): boolean {
    const wanted = new Map<ResourceKey, string>();
    for (const one of program.resources()) if (one.kind === "process") wanted.set(one.key, one.spec);
    const first = wanted.get(processKey(automaton, 0));
    return [...this.#begun].some(
      ([key, spec]) => key.startsWith(`process/${automaton}/`) && (wanted.get(key) ?? first) === spec,
    );
  }

  #checkOne(program: Program, state: State, automaton: string): void {
    const member = program.augmentation.get(automaton)?.member;
    if (member?._tag !== "Automaton") return;
    for (const { automaton: before } of member.automaton.after) {
      const found = program.augmentation.get(before);
      if (found === undefined) continue;
      const { asked } = found.attributes.instances as { readonly asked: number };
      for (const one of program.resources()) {
        if (one.kind !== "process" || one.automaton !== before || one.index >= asked) continue;
        const phase = state.processes.get(one.key)?.process?.phase;
        demand(phase === "ready", () => `${automaton} is begun while ${one.key} is ${phase}`);
        const runs = this.#world.model.processes.get(one.key);
        // It may have ended a moment ago, without anybody having been told.
        demand(
          runs === undefined || runs.spec === one.spec,
          () => `${automaton} is begun while ${one.key} runs what is not wanted any more`,
        );
      }
    }
  }
}

/** Between a rise by load and a fall by load lies the settle time. */
export class NoFlapping {
  readonly #targets = new Map<string, { readonly target: number; readonly roseAt: number }>();

  /** An edit, an input, or another orchestrator counts at once. */
  forgive(): void {
    this.#targets.clear();
  }

  check(program: Program, effects: readonly Effect[], now: number): void {
    for (const effect of effects) {
      if (effect._tag !== "Planned" || effect.scaled === null) continue;
      const { automaton, scaled } = effect;
      const { target } = scaled;
      const known = this.#targets.get(automaton);
      const found = program.augmentation.get(automaton);
      const { settle } = (found?.attributes.instances ?? { settle: 0 }) as { readonly settle: number };
      const hasSettle = found?.member._tag === "Automaton" && found.member.automaton.settle !== null;
      if (known !== undefined && hasSettle && target < known.target)
        demand(
          now >= known.roseAt + settle,
          () => `${automaton} fell to ${target} ${now - known.roseAt} ms after it rose to ${known.target}`,
        );
      const rose = known !== undefined && target > known.target;
      this.#targets.set(automaton, {
        target,
        roseAt: rose ? now : (known?.roseAt ?? Number.NEGATIVE_INFINITY),
      });
    }
  }
}

/** All that is wanted exists, everything else does not, and every process asked for runs and listens. */
export const isAsDesired = (world: World, program: Program): readonly string[] => {
  const { resources, processes } = world.model;
  const wrong: string[] = [];
  const wanted = new Set<ResourceKey>();
  for (const one of program.resources()) {
    wanted.add(one.key);
    if (one.kind === "process") {
      const runs = processes.get(one.key);
      const isDone = one.care.once === true && world.model.ended.get(one.key)?.spec === one.spec;
      if (isDone && runs === undefined) continue;
      if (runs?.spec !== one.spec) wrong.push(`${one.key} does not run as it should`);
      else if (!world.isListening(runs) && isServing(program, one)) wrong.push(`${one.key} does not listen`);
    } else if (!sameJson(resources.get(one.key), one)) wrong.push(`${one.key} is not as desired`);
  }
  for (const key of [...resources.keys(), ...processes.keys()])
    if (!wanted.has(key)) wrong.push(`${key} is not wanted`);
  return wrong;
};

const isServing = (program: Program, { automaton }: Process): boolean => {
  const member = program.augmentation.get(automaton)?.member;
  return member?._tag === "Automaton" && member.automaton.provides.length > 0;
};

/** What one orchestrator must know as the one before knew it. */
export const knowledgeOf = (state: State): unknown => ({
  desired: Object.fromEntries([...state.sides.desired].sort(([a], [b]) => (a < b ? -1 : 1))),
  actual: Object.fromEntries(
    [...state.sides.actual].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, observable(one)]),
  ),
  diff: [...state.sides.diff.keys()],
  automata: [...state.automata.values()]
    .filter(({ target }) => target !== null)
    .map(({ name, target, minimum, instances }) => ({
      name,
      target,
      minimum,
      instances: [...instances.values()]
        .sort((a, b) => a.index - b.index)
        .map(({ index, process, draining }) => ({
          index,
          draining,
          phase: process?.phase,
          pid: process?.running?.pid,
          spec: process?.process.spec,
        })),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1)),
  convergence: state.convergence,
});

/** Whether the host that the worker is wired to is believed to be where it is. */
export const isNameFollowed = ({ mail }: World, { hosts }: State): boolean =>
  [...hosts.values()].every(({ resolved }) => resolved?.v4[0] === `192.0.2.${mail}`);
