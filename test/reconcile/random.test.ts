/**
 * A world that does what it is asked for, late and not always, and that others change:
 * after any of it, what is begun can be done, and in the end everything is as it is wanted.
 */

import test from "ava";
import type { Observation } from "../../src/core/base.ts";
import { observable } from "../../src/core/observable.ts";
import { type Operation, operation } from "../../src/core/operation.ts";
import { hubKey, instanceKey, type Resource, type ResourceKey } from "../../src/core/resource.ts";
import {
  begin,
  emptyReconciliation,
  endsProcess,
  finish,
  observed,
  observing,
  type Reconciliation,
  ready,
  saw,
  want,
} from "../../src/reconcile.ts";
import { Random } from "../random.ts";
import { byKey } from "../runtime/model.ts";
import { hosts, hub, instance, process, service, wire } from "./system.ts";

const runs = Number(globalThis.process.env.FUZZ_RUNS ?? 400);

/** What a system of the moment wants: whatever is in it has the hub, a process has its instance. */
const targetOf = (random: Random): readonly Resource[] => {
  if (random.once(8)) return [];
  const all: Resource[] = [hub];
  for (const automaton of ["web", "api"])
    for (let index = random.below(3); index > 0; index--) {
      all.push(instance(automaton, index - 1));
      if (!random.once(4)) all.push(process(automaton, index - 1, random.pick(["one", "two"])));
    }
  if (random.once(2)) all.push(hosts);
  if (random.once(2)) all.push({ ...service, number: 1 + random.below(2) });
  if (random.once(2)) all.push({ ...wire, number: 1 + random.below(2) });
  return all;
};

/** As the kernel: an instance needs the hub; what runs in one that goes runs on, cut off. */
class World {
  readonly #random: Random;
  readonly resources = new Map<ResourceKey, Resource>();
  /** Processes whose namespace is gone, or another one by now. */
  readonly cutOff = new Set<ResourceKey>();
  /** What differs from what was last told of it. */
  readonly changed = new Set<ResourceKey>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** What a batch begins with: its operations are those of one moment. Returns what failed. */
  perform(operations: readonly Operation[]): ReadonlySet<ResourceKey> {
    const failed = new Set<ResourceKey>();
    for (const change of operations) {
      if (this.#random.once(12) || !this.#isPossible(change)) failed.add(change.key);
      else this.#put(change.key, change.after);
    }
    return failed;
  }

  #isPossible({ after }: Operation): boolean {
    if (after === null || after.kind === "hub" || after.kind === "hosts" || after.kind === "limits")
      return true;
    if (!this.resources.has(hubKey)) return false;
    return after.kind !== "process" || this.resources.has(instanceKey(after.automaton, after.index));
  }

  #put(key: ResourceKey, after: Resource | null): void {
    const before = this.resources.get(key);
    if (after === null) this.resources.delete(key);
    else this.resources.set(key, after);
    if (before?.kind === "instance" && after === null) {
      const inside = `process/${before.automaton}/${before.index}` as ResourceKey;
      if (this.resources.has(inside)) this.cutOff.add(inside);
    }
    if (key.startsWith("process/")) this.cutOff.delete(key);
  }

  /** Somebody takes something away, or changes it. */
  harm(): void {
    const keys = [...this.resources.keys()].filter((key) => key !== hubKey);
    if (keys.length === 0) return;
    const key = this.#random.pick(keys);
    const there = this.resources.get(key)!;
    this.#put(key, there.kind === "service" && this.#random.once(2) ? { ...there, number: 9 } : null);
    this.changed.add(key);
  }

  get observation(): Observation {
    const resources = [...this.resources].map(([key, one]): readonly [ResourceKey, Resource] => [
      key,
      one.kind === "process" && this.cutOff.has(key) ? { ...one, netns: "" } : one,
    ]);
    return { resources: new Map(resources), processes: new Map(), ended: new Map() };
  }
}

interface Flight {
  readonly operations: readonly Operation[];
  failed: ReadonlySet<ResourceKey> | null;
}

class Walk {
  readonly sides: Reconciliation = emptyReconciliation();
  readonly world: World;
  readonly #random: Random;
  #flights: Flight[] = [];
  #reading: Observation | "begun" | null = null;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.world = new World(this.#random);
  }

  step(): void {
    const act = this.#random.pick([
      ...[this.#begin, this.#begin, this.#perform, this.#perform, this.#finish, this.#finish],
      ...[this.#edit, this.#tell, this.#tell, this.#look, this.#look, () => this.world.harm()],
    ]);
    act();
  }

  #edit = (): void => {
    const target = byKey(targetOf(this.#random));
    const { desired } = this.sides;
    const keys = new Set([...desired.keys(), ...target.keys()]);
    want(
      this.sides,
      [...keys].flatMap((key) => operation(desired.get(key) ?? null, target.get(key) ?? null) ?? []),
    );
  };

  #begin = (): void => {
    const isWanted = this.#random.once(3) ? (): boolean => this.#random.once(2) : (): boolean => true;
    const operations = ready(this.sides, isWanted);
    this.#check(operations);
    if (operations.length === 0) return;
    begin(this.sides, operations);
    // Ends of processes each for itself, all else together.
    for (const one of operations.filter(endsProcess)) this.#flights.push({ operations: [one], failed: null });
    const rest = operations.filter((one) => !endsProcess(one));
    if (rest.length > 0) this.#flights.push({ operations: rest, failed: null });
  };

  /** What is begun is not under way, and what it needs is there or comes before it. */
  #check(operations: readonly Operation[]): void {
    const come = new Set<ResourceKey>();
    for (const { key, op, after } of operations) {
      if (this.sides.busy.has(key)) throw new Error(`${key} is under way already`);
      const has = (other: ResourceKey): boolean => this.sides.actual.has(other) || come.has(other);
      if (after !== null && !["hub", "hosts", "limits"].includes(after.kind) && !has(hubKey))
        throw new Error(`${op} ${key} without a hub`);
      if (after?.kind === "process" && !has(instanceKey(after.automaton, after.index)))
        throw new Error(`${op} ${key} without its instance`);
      if (after !== null) come.add(key);
    }
  }

  #perform = (): void => {
    const waiting = this.#flights.filter(({ failed }) => failed === null);
    if (waiting.length === 0) return;
    const flight = this.#random.pick(waiting);
    flight.failed = this.world.perform(flight.operations);
    for (const { key } of flight.operations) if (!flight.failed.has(key)) this.world.changed.delete(key);
  };

  #finish = (): void => {
    const done = this.#flights.filter(({ failed }) => failed !== null);
    if (done.length === 0) return;
    const flight = this.#random.pick(done);
    this.#flights = this.#flights.filter((one) => one !== flight);
    finish(this.sides, flight.operations, flight.failed!);
  };

  #tell = (): void => {
    const keys = [...this.world.changed];
    if (keys.length === 0) return;
    const key = this.#random.pick(keys);
    this.world.changed.delete(key);
    saw(this.sides, key, this.world.resources.get(key) ?? null);
  };

  #look = (): void => {
    if (this.#reading === null) {
      observing(this.sides);
      this.#reading = "begun";
    } else if (this.#reading === "begun") this.#reading = this.world.observation;
    else {
      observed(this.sides, this.#reading);
      this.#reading = null;
    }
  };

  /** Nobody does any more harm: all that is under way ends, all that happened is told, and what differs is done. */
  rest(): void {
    for (let round = 0; round < 200; round++) {
      while (this.#flights.length > 0) {
        this.#perform();
        this.#finish();
      }
      while (this.world.changed.size > 0) this.#tell();
      while (this.#reading !== null) this.#look();
      for (let i = 0; i < 3; i++) this.#look();
      if (this.sides.diff.size === 0) return;
      this.#begin();
    }
  }
}

test("whatever happens in whatever order, in the end all is as it is wanted", (t) => {
  let [begun, harmed] = [0, 0];
  for (let seed = 0; seed < runs; seed++) {
    const walk = new Walk(seed);
    for (let step = 0; step < 120; step++) {
      walk.step();
      begun += walk.sides.busy.size;
      harmed += walk.world.changed.size;
    }
    walk.rest();
    const { sides, world } = walk;
    t.is(sides.diff.size, 0, `seed ${seed}: ${[...sides.diff.keys()]}`);
    t.is(sides.busy.size, 0, `seed ${seed}`);
    const shown = (all: ReadonlyMap<ResourceKey, Resource>) =>
      new Map([...all].map(([key, one]) => [key, observable(one)]));
    t.deepEqual(
      Object.fromEntries(shown(world.resources)),
      Object.fromEntries(shown(sides.desired)),
      `seed ${seed}`,
    );
    t.deepEqual([...world.cutOff], [], `seed ${seed}: what lost its network was started anew`);
  }
  t.true(begun > runs && harmed > runs, `${begun} begun, ${harmed} harmed`);
});
