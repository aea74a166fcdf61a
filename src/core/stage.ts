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
  /** Null: it is gone. */
  readonly member: Member | null;
  readonly attributes: Record<string, unknown>;
  readonly traces: (Trace | undefined)[];
  changed: boolean;
}

const none: readonly string[] = [];

/** Notes what one algebra reads, holds and reports. */
class Tracer implements Reader {
  reads: string[] | null = null;
  claims: string[] | null = null;
  readonly #stage: Stage<unknown>;
  readonly #key: string;

  constructor(stage: Stage<unknown>, key: string) {
    this.#stage = stage;
    this.#key = key;
  }

  cell(name: string): unknown {
    this.reads ??= [];
    this.reads.push(cellRead(name));
    return this.#stage.ground.cell(name);
  }

  attribute(member: string, pass: string, field: string): unknown {
    this.reads ??= [];
    this.reads.push(attributeRead(member, pass, field));
    return (this.#stage.attributesOf(member)?.[pass] as Record<string, unknown> | undefined)?.[field];
  }

  slot(space: string, identity: string): number | null {
    this.claims ??= [];
    this.claims.push(`${space} ${identity}`);
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
  /** For each pass, who is to be folded, and why. */
  readonly #due: readonly Map<string, string>[];

  constructor(ground: Ground<Member>) {
    this.ground = ground;
    this.folded = ground.passes.map(() => 0);
    this.cutOff = ground.passes.map(() => 0);
    this.#due = ground.passes.map(() => new Map<string, string>());
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
      const attributes = { ...kept?.node.attributes };
      this.entries.set(key, { member, attributes, traces: [...(kept?.traces ?? [])], changed: true });
      const why = kept === undefined ? "it is new" : "its definition or wires changed";
      for (const due of this.#due) due.set(key, why);
    } else if (kept !== undefined) {
      this.entries.set(key, { member: null, attributes: {}, traces: [], changed: true });
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

  #entry(key: string): Entry<Member> | null {
    const known = this.entries.get(key);
    if (known !== undefined) return known;
    const kept = this.ground.kept.get(key);
    if (kept === undefined) return null;
    const { member, attributes } = kept.node;
    const entry = { member, attributes: { ...attributes }, traces: [...kept.traces], changed: false };
    this.entries.set(key, entry);
    return entry;
  }

  /** Makes the readers of something due, in passes from `from` on. */
  #wake(read: string, why: string, from: number): void {
    for (const { key, pass } of this.ground.readers.of(read)) {
      const due = this.#due[pass]!;
      if (pass >= from && !due.has(key)) due.set(key, why);
    }
  }

  #wakeFields(key: string, pass: string, fields: readonly string[], why: string, from: number): void {
    for (const field of fields) this.#wake(attributeRead(key, pass, field), why, from);
  }

  #pass(number: number): void {
    this.moved.clear();
    // Whoever goes gives its numbers back first, so that newcomers can have them.
    for (const [key, { member }] of this.entries) {
      if (member === null) this.#release(this.ground.kept.get(key)!.traces[number]!.claims);
    }
    const due = this.#due[number]!;
    const again = (): void => {
      for (const key of this.moved) if (!due.has(key)) due.set(key, "another took its number");
      this.moved.clear();
    };
    again();
    // Who becomes due on the way is visited too.
    for (const [key, why] of due) {
      due.delete(key);
      const entry = this.#entry(key);
      if (entry !== null && entry.member !== null) this.#fold(number, key, entry, entry.member, why);
      again();
    }
  }

  #fold(number: number, key: string, entry: Entry<Member>, member: Member, why: string): void {
    const pass = this.ground.passes[number]!;
    const tracer = new Tracer(this as Stage<unknown>, key);
    this.folded[number]!++;
    const adds = pass.algebra(member, entry.attributes, tracer);
    const before = entry.traces[number];
    const trace: Trace = { reads: tracer.reads ?? none, claims: tracer.claims ?? none, why };
    entry.traces[number] = trace;
    if (before !== undefined && before.claims.length > 0) {
      const held = new Set(trace.claims);
      this.#release(before.claims.filter((claim) => !held.has(claim)));
    }
    const old = entry.attributes[pass.name];
    if (before !== undefined && pass.equal(old, adds)) {
      this.cutOff[number]!++;
      return;
    }
    entry.attributes[pass.name] = adds;
    entry.changed = true;
    for (let index = number + 1; index < this.ground.passes.length; index++) {
      const due = this.#due[index]!;
      if (due.has(key) || !this.ground.passes[index]!.reads.includes(pass.name)) continue;
      due.set(key, `its ${pass.name} changed`);
    }
    if (this.ground.readers.none) return;
    this.#wakeFields(
      key,
      pass.name,
      changedFields(old, adds),
      `the ${pass.name} of ${key} changed`,
      number + 1,
    );
  }

  #release(claims: readonly string[]): void {
    for (const claim of claims) {
      const blank = claim.indexOf(" ");
      this.ground.slots.get(claim.slice(0, blank))!.release(claim.slice(blank + 1), this.moved);
    }
  }
}
