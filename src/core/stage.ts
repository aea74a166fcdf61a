/** One batch of changes on its way through the passes, before it is kept. */

import { Budgets, type Exceeded } from "./budgets.ts";
import { type Cause, follows, written } from "./cause.ts";
import type { CellSource } from "./cell-key.ts";
import { sameJson } from "./json.ts";
import type { AnyPass, Attributes } from "./pass.ts";
import type { Slots } from "./slots.ts";
import { attributeRead, namedIn, type Readers, type Trace } from "./trace.ts";
import { type Staged, Tracer } from "./tracer.ts";

/** A member with all that the passes added. Immutable: a change makes a new one. */
export interface Augmented<Member> {
  readonly key: string;
  readonly member: Member;
  readonly attributes: Attributes;
}

/** What is kept of a member between batches. */
export interface StageRecord<Member> {
  readonly node: Augmented<Member>;
  readonly traces: readonly Trace[];
}

/** What a batch works on, and leaves as it is. */
export interface Context<Member> {
  readonly passes: readonly AnyPass<Member>[];
  /** Of each pass: the later ones that read its attribute. */
  readonly readBy: readonly (readonly number[])[];
  readonly kept: ReadonlyMap<string, StageRecord<Member>>;
  readonly readers: Readers;
  readonly slots: ReadonlyMap<string, Slots>;
  readonly cell: CellSource;
  /** A pass's summary of the tree before the batch. */
  readonly summaryOf: (pass: number) => unknown;
}

/** A member as the batch leaves it. */
export interface Entry<Member> {
  readonly key: string;
  /** Null: it is gone. */
  readonly member: Member | null;
  readonly attributes: Record<string, unknown>;
  readonly traces: (Trace | undefined)[];
  /** By pass that is yet to fold it: why. */
  readonly due: (Cause | undefined)[];
  changed: boolean;
  /** Passes whose attribute came out different, by their bits; none of a member that is new. */
  passes: number;
  /** What is to be kept of it, once all passes ran; null where that is nothing, or what there was. */
  node: Augmented<Member> | null;
}

/** Of every member that was not there before: all share it. */
export const newcomer = written("it", "new", null);
const adopted: Cause = { what: "what runs has other numbers", happened: null, from: null };
const outranked: Cause = { what: "another automaton took its number", happened: null, from: null };
const attributeName = (pass: string, key: string): string => `${pass} of ${key}`;

/** The fields of an attribute that differ from those it had before. */
const changedFields = (before: unknown, after: unknown): string[] => {
  const [old, made] = [(before ?? {}) as Record<string, unknown>, (after ?? {}) as Record<string, unknown>];
  const fields = new Set([...Object.keys(old), ...Object.keys(made)]);
  return [...fields].filter((field) => !sameJson(old[field], made[field]));
};

/** Folds one batch without touching what is kept. */
export class Stage<Member> implements Staged {
  readonly budgets: Budgets;
  /** A budget that the batch goes beyond: then later passes did not run. */
  exceeded: Exceeded | null = null;
  readonly context: Context<Member>;
  readonly entries = new Map<string, Entry<Member>>();
  readonly problems: unknown[] = [];
  /** Members whose slot another took, or gave back, since the pass looked. */
  readonly moved = new Set<string>();
  readonly folded: number[];
  readonly cutOff: number[];
  /** For each pass, the members to fold. */
  readonly #due: readonly Entry<Member>[][];
  /** Nothing of any pass: copied for each member. */
  readonly #blank: readonly undefined[];
  /** The same of attributes: their objects have all places from the beginning. */
  readonly #bare: Attributes;
  /** Members that go. */
  readonly #gone: StageRecord<Member>[] = [];
  readonly #tracer = new Tracer(this);

  constructor(context: Context<Member>) {
    this.context = context;
    this.budgets = new Budgets(context.passes, context.summaryOf, context.cell);
    this.folded = context.passes.map(() => 0);
    this.cutOff = context.passes.map(() => 0);
    this.#due = context.passes.map(() => []);
    this.#blank = context.passes.map(() => undefined);
    this.#bare = Object.fromEntries(context.passes.map(({ name }) => [name, undefined]));
  }

  /**
   * Folds what the given members and cells reach, and members that were renumbered. `why` says what
   * befell a member that was there before.
   */
  run(
    members: ReadonlyMap<string, Member | null>,
    cells: ReadonlyMap<string, Cause>,
    why: (key: string) => Cause,
    renumbered: Iterable<string>,
  ): void {
    for (const [key, member] of members) this.#enter(key, member, why);
    for (const [cell, cause] of cells) this.#wakeCell(cell, cause);
    for (const key of renumbered) this.#renumber(key);
    for (const number of this.context.passes.keys()) {
      this.#pass(number);
      this.exceeded ??= this.budgets.exceeded(number, true);
      if (this.exceeded !== null) return;
    }
  }

  attributesOf(key: string): Attributes | undefined {
    return this.entries.get(key)?.attributes ?? this.context.kept.get(key)?.node.attributes;
  }

  #enter(key: string, member: Member | null, causeOf: (key: string) => Cause): void {
    const kept = this.context.kept.get(key);
    if (member !== null) {
      const entry = this.#open(key, member, kept, true);
      const why = kept === undefined ? newcomer : causeOf(key);
      for (const number of this.#due.keys()) this.#want(entry, number, why);
    } else if (kept !== undefined) {
      this.#gone.push(kept);
      this.entries.set(key, {
        key,
        member: null,
        attributes: {},
        traces: [],
        due: [],
        changed: true,
        passes: 0,
        node: null,
      });
      const why = causeOf(key);
      for (const [number, { name }] of this.context.passes.entries()) {
        this.budgets.replace(number, kept.node.attributes[name], undefined);
        this.#wakeFields(key, name, changedFields(kept.node.attributes[name], null), why, number + 1);
      }
    }
  }

  #open(key: string, member: Member, kept: StageRecord<Member> | undefined, changed: boolean): Entry<Member> {
    const attributes = { ...(kept?.node.attributes ?? this.#bare) };
    const traces = kept === undefined ? this.#blank.slice() : kept.traces.slice();
    const due = this.#blank.slice();
    const entry = { key, member, attributes, traces, due, changed, passes: 0, node: null };
    this.entries.set(key, entry);
    return entry;
  }

  #entry(key: string): Entry<Member> | null {
    const known = this.entries.get(key);
    if (known !== undefined) return known;
    const kept = this.context.kept.get(key);
    return kept === undefined ? null : this.#open(key, kept.node.member, kept, false);
  }

  #want(entry: Entry<Member>, pass: number, why: Cause): void {
    if (entry.due[pass] !== undefined) return;
    entry.due[pass] = why;
    this.#due[pass]!.push(entry);
  }

  #renumber(key: string): void {
    const entry = this.#entry(key);
    for (const [number, trace] of entry?.traces.entries() ?? [])
      if (trace !== undefined && trace.claims.length > 0) this.#want(entry!, number, adopted);
  }

  /** Makes the readers of something due, in passes from `from` on. */
  #wake(read: string, why: () => Cause, from: number): void {
    for (const { key, pass } of this.context.readers.of(read)) {
      const entry = pass >= from ? this.#entry(key) : null;
      if (entry !== null) this.#want(entry, pass, why());
    }
  }

  #wakeCell(cell: string, why: Cause): void {
    this.#wake(cell, () => why, 0);
    const named = namedIn(cell);
    for (const [pass, { reads }] of this.context.kept.get(named)?.traces.entries() ?? [])
      if (reads.includes(cell)) this.#want(this.#entry(named)!, pass, why);
  }

  #wakeFields(key: string, pass: string, fields: readonly string[], why: Cause, from: number): void {
    let cause: Cause | null = null;
    const because = (): Cause => {
      cause ??= follows(attributeName(pass, key), why);
      return cause;
    };
    for (const field of fields) this.#wake(attributeRead(key, pass, field), because, from);
  }

  #pass(number: number): void {
    this.moved.clear();
    // Whoever goes gives its numbers back first, so that newcomers can have them.
    for (const { traces } of this.#gone) this.#release(traces[number]!.claims);
    const again = (): void => {
      for (const key of this.moved) {
        const entry = this.#entry(key);
        if (entry !== null) this.#want(entry, number, outranked);
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
      this.exceeded = this.budgets.exceeded(number, false);
      if (this.exceeded !== null) return;
    }
  }

  #fold(number: number, entry: Entry<Member>, member: Member, due: Cause): void {
    const pass = this.context.passes[number]!;
    const tracer = this.#tracer;
    this.folded[number]!++;
    tracer.begin(entry.key);
    const adds = pass.algebra(member, entry.attributes, tracer);
    const before = entry.traces[number];
    const why = this.#nearest(pass, entry) ?? due;
    const trace = tracer.end(why);
    entry.traces[number] = trace;
    if (before !== undefined) this.#releaseOthers(before.claims, trace.claims);
    const old = entry.attributes[pass.name];
    if (before !== undefined && pass.equal(old, adds)) {
      this.cutOff[number]!++;
      return;
    }
    this.budgets.replace(number, old, adds);
    entry.attributes[pass.name] = adds;
    entry.changed = true;
    if (before !== undefined) entry.passes |= 1 << number;
    for (const reader of this.context.readBy[number]!) this.#want(entry, reader, why);
    if (this.context.readers.none) return;
    this.#wakeFields(entry.key, pass.name, changedFields(old, adds), why, number + 1);
  }

  /** The first of the attributes that a pass reads of its own member which came out different in this batch. */
  #nearest(pass: AnyPass<Member>, { key, passes, traces }: Entry<Member>): Cause | null {
    if (passes === 0) return null;
    const number = this.context.passes.findIndex(
      ({ name }, index) => (passes & (1 << index)) !== 0 && pass.reads.includes(name),
    );
    if (number < 0) return null;
    return follows(attributeName(this.context.passes[number]!.name, key), traces[number]!.why);
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
      this.context.slots.get(claims[i]!)!.release(claims[i + 1]!, this.moved);
    }
  }
}

function* pairs(claims: readonly string[]): Iterable<string> {
  for (let i = 0; i < claims.length; i += 2) yield `${claims[i]} ${claims[i + 1]}`;
}
