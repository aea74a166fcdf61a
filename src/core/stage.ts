/** One batch of changes on its way through the passes, before it is kept. */
import { sameJson } from "./json.ts";
import type { AnyPass, Attributes, Reader } from "./pass.ts";
import type { Slots } from "./slots.ts";
import { attributeRead, cellRead, type Readers, type Trace } from "./trace.ts";

/** A member with all that the passes added. Immutable: a change makes a new one. */
export interface Augmented<Member> {
  readonly key: string;
  readonly member: Member;
  readonly attributes: Attributes;
}

/** What is kept of a member between batches. */
export interface Kept<Member> {
  readonly node: Augmented<Member>;
  readonly traces: readonly Trace[];
}

/** What a batch works on, and leaves as it is. */
export interface Ground<Member> {
  readonly passes: readonly AnyPass<Member>[];
  readonly kept: ReadonlyMap<string, Kept<Member>>;
  readonly readers: Readers;
  readonly slots: ReadonlyMap<string, Slots>;
  readonly cell: (name: string) => unknown;
}

/** A member as the batch leaves it. */
export interface Entry<Member> {
  readonly key: string;
  /** Null: it is gone. */
  readonly member: Member | null;
  readonly attributes: Record<string, unknown>;
  readonly traces: (Trace | undefined)[];
  /** By pass that is yet to fold it: why. */
  readonly due: (string | undefined)[];
  changed: boolean;
}

const none: readonly string[] = [];

/** Notes what one algebra at a time reads, holds and reports. */
class Tracer implements Reader {
  readonly #stage: Stage<unknown>;
  readonly #reads: string[] = [];
  readonly #claims: string[] = [];
  #key = "";

  constructor(stage: Stage<unknown>) {
    this.#stage = stage;
  }

  begin(key: string): void {
    this.#key = key;
    this.#reads.length = 0;
    this.#claims.length = 0;
  }

  /** Copies are no longer than they must be; lists that grew are. */
  end(why: string): Trace {
    const reads = this.#reads.length === 0 ? none : this.#reads.slice();
    const claims = this.#claims.length === 0 ? none : this.#claims.slice();
    return { reads, claims, why };
  }

  cell(name: string): unknown {
    this.#reads.push(cellRead(name));
    return this.#stage.ground.cell(name);
  }

  attribute(member: string, pass: string, field: string): unknown {
    this.#reads.push(attributeRead(member, pass, field));
    return (this.#stage.attributesOf(member)?.[pass] as Record<string, unknown> | undefined)?.[field];
  }

  slot(space: string, identity: string): number | null {
    this.#claims.push(space, identity);
    return this.#stage.ground.slots.get(space)!.claim(identity, this.#key, this.#stage.moved);
  }

  problem(problem: unknown): void {
    this.#stage.problems.push(problem);
  }
}

/** The fields of an attribute that differ from those it had before. */
const changedFields = (before: unknown, after: unknown): string[] => {
  const [old, made] = [(before ?? {}) as Record<string, unknown>, (after ?? {}) as Record<string, unknown>];
  const fields = new Set([...Object.keys(old), ...Object.keys(made)]);
  return [...fields].filter((field) => !sameJson(old[field], made[field]));
};

export class Stage<Member> {
  readonly ground: Ground<Member>;
  readonly entries = new Map<string, Entry<Member>>();
  readonly problems: unknown[] = [];
  /** Members whose slot another took, or gave back, since the pass looked. */
  readonly moved = new Set<string>();
  readonly folded: number[];
  readonly cutOff: number[];
  /** For each pass, who is to be folded. */
  readonly #due: readonly Entry<Member>[][];
  /** Members that go. */
  readonly #gone: Kept<Member>[] = [];
  readonly #tracer = new Tracer(this as Stage<unknown>);

  constructor(ground: Ground<Member>) {
    this.ground = ground;
    this.folded = ground.passes.map(() => 0);
    this.cutOff = ground.passes.map(() => 0);
    this.#due = ground.passes.map(() => []);
  }

  /** Folds what the given members and cells reach. */
  run(members: ReadonlyMap<string, Member | null>, cells: Iterable<string>): void {
    for (const [key, member] of members) this.#enter(key, member);
    for (const cell of cells) this.#wake(cellRead(cell), `${cell} changed`, 0);
    for (const number of this.ground.passes.keys()) this.#pass(number);
  }

  attributesOf(key: string): Attributes | undefined {
    return this.entries.get(key)?.attributes ?? this.ground.kept.get(key)?.node.attributes;
  }

  #enter(key: string, member: Member | null): void {
    const kept = this.ground.kept.get(key);
    if (member !== null) {
      const entry = this.#open(key, member, kept, true);
      const why = kept === undefined ? "it is new" : "its definition or wires changed";
      for (const number of this.#due.keys()) this.#want(entry, number, why);
    } else if (kept !== undefined) {
      this.#gone.push(kept);
      this.entries.set(key, { key, member: null, attributes: {}, traces: [], due: [], changed: true });
      for (const [number, { name }] of this.ground.passes.entries()) {
        this.#wakeFields(
          key,
          name,
          changedFields(kept.node.attributes[name], null),
          `${key} is gone`,
          number + 1,
        );
      }
    }
  }

  #open(key: string, member: Member, kept: Kept<Member> | undefined, changed: boolean): Entry<Member> {
    const attributes = { ...kept?.node.attributes };
    const traces = kept === undefined ? this.ground.passes.map(() => undefined) : kept.traces.slice();
    const entry = { key, member, attributes, traces, due: this.ground.passes.map(() => undefined), changed };
    this.entries.set(key, entry);
    return entry;
  }

  #entry(key: string): Entry<Member> | null {
    const known = this.entries.get(key);
    if (known !== undefined) return known;
    const kept = this.ground.kept.get(key);
    return kept === undefined ? null : this.#open(key, kept.node.member, kept, false);
  }

  #want(entry: Entry<Member>, pass: number, why: string): void {
    if (entry.due[pass] !== undefined) return;
    entry.due[pass] = why;
    this.#due[pass]!.push(entry);
  }

  /** Makes the readers of something due, in passes from `from` on. */
  #wake(read: string, why: string, from: number): void {
    for (const { key, pass } of this.ground.readers.of(read)) {
      const entry = pass >= from ? this.#entry(key) : null;
      if (entry !== null) this.#want(entry, pass, why);
    }
  }

  #wakeFields(key: string, pass: string, fields: readonly string[], why: string, from: number): void {
    for (const field of fields) this.#wake(attributeRead(key, pass, field), why, from);
  }

  #pass(number: number): void {
    this.moved.clear();
    // Whoever goes gives its numbers back first, so that newcomers can have them.
    for (const { traces } of this.#gone) this.#release(traces[number]!.claims);
    const again = (): void => {
      for (const key of this.moved) {
        const entry = this.#entry(key);
        if (entry !== null) this.#want(entry, number, "another took its number");
      }
      this.moved.clear();
    };
    again();
    // Who becomes due on the way is visited too.
    for (const entry of this.#due[number]!) {
      const why = entry.due[number]!;
      entry.due[number] = undefined;
      if (entry.member !== null) this.#fold(number, entry, entry.member, why);
      if (this.moved.size > 0) again();
    }
  }

  #fold(number: number, entry: Entry<Member>, member: Member, why: string): void {
    const pass = this.ground.passes[number]!;
    const tracer = this.#tracer;
    this.folded[number]!++;
    tracer.begin(entry.key);
    const adds = pass.algebra(member, entry.attributes, tracer);
    const before = entry.traces[number];
    const trace = tracer.end(why);
    entry.traces[number] = trace;
    if (before !== undefined) this.#releaseOthers(before.claims, trace.claims);
    const old = entry.attributes[pass.name];
    if (before !== undefined && pass.equal(old, adds)) {
      this.cutOff[number]!++;
      return;
    }
    entry.attributes[pass.name] = adds;
    entry.changed = true;
    for (let index = number + 1; index < this.ground.passes.length; index++) {
      if (entry.due[index] !== undefined || !this.ground.passes[index]!.reads.includes(pass.name)) continue;
      this.#want(entry, index, `its ${pass.name} changed`);
    }
    if (this.ground.readers.none) return;
    this.#wakeFields(
      entry.key,
      pass.name,
      changedFields(old, adds),
      `the ${pass.name} of ${entry.key} changed`,
      number + 1,
    );
  }

  /** Gives back what is held no more. */
  #releaseOthers(before: readonly string[], after: readonly string[]): void {
    let held: Set<string> | null = null;
    for (let i = 0; i < before.length; i += 2) {
      // Mostly it stands where it stood.
      if (before[i] === after[i] && before[i + 1] === after[i + 1]) continue;
      held ??= new Set(pairs(after));
      if (!held.has(`${before[i]} ${before[i + 1]}`)) this.#release(before.slice(i, i + 2));
    }
  }

  #release(claims: readonly string[]): void {
    for (let i = 0; i < claims.length; i += 2) {
      this.ground.slots.get(claims[i]!)!.release(claims[i + 1]!, this.moved);
    }
  }
}

function* pairs(claims: readonly string[]): Iterable<string> {
  for (let i = 0; i < claims.length; i += 2) yield `${claims[i]} ${claims[i + 1]}`;
}
