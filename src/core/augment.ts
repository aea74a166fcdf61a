/**
 * Runs a chain of passes over the members of a system, and keeps what they add.
 *
 * The members stand in a memoryless sequence sorted by key; each carries its attributes,
 * each node of the sequence memoizes the passes' summaries. For a batch of changes, the
 * work of a pass is its algebra for the members that changed, whose earlier attributes
 * came out different, or that read a cell, an attribute or a slot that changed; then one
 * path of the tree each. A reverse index leads from what is read to its readers, so
 * nothing is walked to find them.
 *
 * A batch is staged: only `commit` makes it the state; an algebra that throws or reports
 * a problem leaves no trace.
 */
import { hashString } from "./hash.ts";
import { sameJson } from "./json.ts";
import type { AnyPass, Attributes, Reader } from "./pass.ts";
import { isLeaf, Seq, type SeqKind, type SeqNode } from "./seq.ts";
import { Slots, type Space } from "./slots.ts";

/** A member with all that the passes added. Immutable: a change makes a new one. */
export interface Augmented<Member> {
  readonly key: string;
  readonly member: Member;
  readonly attributes: Attributes;
}

export interface Change<Member> {
  readonly key: string;
  readonly before: Augmented<Member> | null;
  readonly after: Augmented<Member> | null;
}

export interface PassRan {
  /** Algebras run and nodes summed. */
  readonly folded: number;
  /** Members and nodes whose attribute stood. */
  readonly reused: number;
  /** Algebras whose result came out equal. */
  readonly cutOff: number;
}

export interface Batch<Member> {
  readonly changes: readonly Change<Member>[];
  readonly problems: readonly unknown[];
}

/** What one algebra read and held, for one member. */
interface Trace {
  readonly reads: readonly string[];
  readonly claims: readonly string[];
  readonly why: string;
}

interface State<Member> {
  node: Augmented<Member>;
  readonly traces: Trace[];
}

interface Staged<Member> {
  readonly member: Member | null;
  readonly attributes: Record<string, unknown>;
  readonly traces: (Trace | undefined)[];
  changed: boolean;
}

const seqKind = <Member>(): SeqKind<Augmented<Member>, number> => ({
  hash: (item) => hashString(item.key),
  measure: () => 1,
  empty: 0,
  combine: (a, b) => a + b,
});

const cellName = (name: string): string => `cell ${name}`;
const attributeName = (member: string, pass: string, field: string): string =>
  `${pass}.${field} of ${member}`;

/** The fields of an attribute that differ from those it had before. */
const changedFields = (before: unknown, after: unknown): string[] => {
  const [old, made] = [(before ?? {}) as Record<string, unknown>, (after ?? {}) as Record<string, unknown>];
  return [...new Set([...Object.keys(old), ...Object.keys(made)])].filter(
    (field) => !sameJson(old[field], made[field]),
  );
};

export class Augmentation<Member> {
  readonly #passes: readonly AnyPass<Member>[];
  readonly #cell: (name: string) => unknown;
  readonly #slots = new Map<string, Slots>();
  readonly #states = new Map<string, State<Member>>();
  /** From what is read to who read it: member key and pass number. */
  readonly #readers = new Map<string, Map<string, Set<number>>>();
  #tree: Seq<Augmented<Member>, number> = Seq.from(seqKind<Member>(), []);
  #staged: Map<string, Staged<Member>> | null = null;
  #folded: number[] = [];
  #cutOff: number[] = [];

  constructor(
    passes: readonly AnyPass<Member>[],
    spaces: Readonly<Record<string, Space>>,
    cell: (name: string) => unknown,
  ) {
    this.#passes = passes;
    this.#cell = cell;
    for (const [name, space] of Object.entries(spaces)) this.#slots.set(name, new Slots(space));
  }

  get tree(): Seq<Augmented<Member>, number> {
    return this.#tree;
  }

  get(key: string): Augmented<Member> | undefined {
    return this.#states.get(key)?.node;
  }

  /** Whether any algebra read the cell. */
  reads(cell: string): boolean {
    return this.#readers.has(cellName(cell));
  }

  /** What each pass last read for a member, and why it last ran. */
  trace(
    key: string,
  ): readonly { readonly pass: string; readonly reads: readonly string[]; readonly why: string }[] {
    const state = this.#states.get(key);
    if (state === undefined) return [];
    return this.#passes.map(({ name }, i) => ({
      pass: name,
      reads: state.traces[i]!.reads,
      why: state.traces[i]!.why,
    }));
  }

  slots(space: string): Slots {
    return this.#slots.get(space)!;
  }

  /**
   * Folds what the given members and cells reach. Nothing is kept until `commit`; call
   * `rollback` to forget the batch.
   */
  stage(members: ReadonlyMap<string, Member | null>, cells: Iterable<string>): Batch<Member> {
    if (this.#staged !== null) throw new Error("a batch is staged already");
    const staged = new Map<string, Staged<Member>>();
    this.#staged = staged;
    this.#folded = this.#passes.map(() => 0);
    this.#cutOff = this.#passes.map(() => 0);
    const problems: unknown[] = [];
    const due: Map<string, string>[] = this.#passes.map(() => new Map());
    const stageOf = (key: string): Staged<Member> | null => {
      const known = staged.get(key);
      if (known !== undefined) return known;
      const state = this.#states.get(key);
      if (state === undefined) return null;
      const entry = {
        member: state.node.member,
        attributes: { ...state.node.attributes },
        traces: [...state.traces],
        changed: false,
      };
      staged.set(key, entry);
      return entry;
    };
    const wake = (read: string, why: string, from: number): void => {
      for (const [key, passes] of this.#readers.get(read) ?? []) {
        for (const pass of passes) if (pass >= from && !due[pass]!.has(key)) due[pass]!.set(key, why);
      }
    };

    for (const [key, member] of members) {
      const state = this.#states.get(key);
      if (member === null) {
        if (state === undefined) continue;
        staged.set(key, { member: null, attributes: {}, traces: [], changed: true });
        for (const [pass, { name }] of this.#passes.entries()) {
          for (const field of changedFields(state.node.attributes[name], null)) {
            wake(attributeName(key, name, field), `${key} is gone`, pass + 1);
          }
        }
        continue;
      }
      staged.set(key, {
        member,
        attributes: state === undefined ? {} : { ...state.node.attributes },
        traces: state === undefined ? [] : [...state.traces],
        changed: true,
      });
      const why = state === undefined ? "it is new" : "its definition or wires changed";
      for (const pass of due) pass.set(key, why);
    }
    for (const cell of cells) wake(cellName(cell), `${cell} changed`, 0);

    const release = (claims: readonly string[], moved: Set<string>): void => {
      for (const claim of claims) {
        const split = claim.indexOf(" ");
        this.#slots.get(claim.slice(0, split))!.release(claim.slice(split + 1), moved);
      }
    };
    this.#passes.forEach((pass, number) => {
      const moved = new Set<string>();
      // Whoever goes gives its numbers back first, so that newcomers can have them.
      for (const [key, entry] of staged) {
        if (entry.member === null) release(this.#states.get(key)!.traces[number]!.claims, moved);
      }
      const queue = due[number]!;
      for (;;) {
        for (const key of moved) if (!queue.has(key)) queue.set(key, "another took its number");
        moved.clear();
        const next = queue.entries().next();
        if (next.done) break;
        const [key, why] = next.value;
        queue.delete(key);
        const entry = stageOf(key);
        if (entry === null || entry.member === null) continue;
        const reads = new Set<string>();
        const claims = new Set<string>();
        const reader: Reader = {
          cell: (name) => {
            reads.add(cellName(name));
            return this.#cell(name);
          },
          attribute: (member, from, field) => {
            reads.add(attributeName(member, from, field));
            const other = staged.get(member) ?? this.#states.get(member)?.node;
            return (other?.attributes[from] as Record<string, unknown> | undefined)?.[field];
          },
          slot: (space, identity) => {
            claims.add(`${space} ${identity}`);
            return this.#slots.get(space)!.claim(identity, key, moved);
          },
          problem: (problem) => void problems.push(problem),
        };
        this.#folded[number]!++;
        const adds = pass.algebra(entry.member, entry.attributes, reader);
        const before = entry.traces[number];
        release(
          (before?.claims ?? []).filter((claim) => !claims.has(claim)),
          moved,
        );
        entry.traces[number] = { reads: [...reads], claims: [...claims], why };
        if (before !== undefined && pass.equal(entry.attributes[pass.name], adds)) {
          this.#cutOff[number]!++;
          continue;
        }
        const old = entry.attributes[pass.name];
        entry.attributes[pass.name] = adds;
        entry.changed = true;
        this.#passes.forEach((later, index) => {
          if (index > number && later.reads.includes(pass.name) && !due[index]!.has(key)) {
            due[index]!.set(key, `its ${pass.name} changed`);
          }
        });
        for (const field of changedFields(old, adds)) {
          wake(attributeName(key, pass.name, field), `the ${pass.name} of ${key} changed`, number + 1);
        }
      }
    });

    const changes: Change<Member>[] = [];
    for (const [key, entry] of staged) {
      if (!entry.changed) continue;
      const before = this.#states.get(key)?.node ?? null;
      const after =
        entry.member === null ? null : { key, member: entry.member, attributes: entry.attributes };
      changes.push({ key, before, after });
    }
    return { changes, problems };
  }

  /** Makes the staged batch the state, and says what ran. */
  commit(batch: Batch<Member>): ReadonlyMap<string, PassRan> {
    const staged = this.#staged!;
    this.#staged = null;
    for (const slots of this.#slots.values()) slots.commit();
    for (const [key, entry] of staged) {
      const state = this.#states.get(key);
      state?.traces.forEach((trace, pass) => {
        if (entry.traces[pass] !== trace) this.#forget(key, pass, trace.reads);
      });
      if (entry.member === null) {
        this.#states.delete(key);
        continue;
      }
      entry.traces.forEach((trace, pass) => {
        if (state?.traces[pass] !== trace) this.#note(key, pass, trace!.reads);
      });
      if (state !== undefined && !entry.changed) {
        state.traces.splice(0, state.traces.length, ...(entry.traces as Trace[]));
      }
    }
    const first = this.#states.size === 0;
    for (const { key, after } of batch.changes) {
      if (after !== null) this.#states.set(key, { node: after, traces: staged.get(key)!.traces as Trace[] });
    }
    this.#graft(batch.changes, first);
    const ran = new Map<string, PassRan>();
    this.#passes.forEach((pass, number) => {
      const summed = this.#sum(number);
      const folded = this.#folded[number]! + summed;
      const reused = this.#tree.length - Math.min(this.#folded[number]!, this.#tree.length);
      ran.set(pass.name, { folded, reused, cutOff: this.#cutOff[number]! });
    });
    return ran;
  }

  rollback(): void {
    this.#staged = null;
    for (const slots of this.#slots.values()) slots.rollback();
  }

  /** A pass's summary of the whole tree. */
  summary(pass: string): unknown {
    const number = this.#passes.findIndex(({ name }) => name === pass);
    return this.#tree.root === null ? this.#passes[number]!.summary.empty : this.#tree.root.memo[number];
  }

  #graft(changes: readonly Change<Member>[], fromNothing: boolean): void {
    if (fromNothing) {
      const all = [...this.#states.values()].map(({ node }) => node);
      this.#tree = Seq.from(
        this.#tree.kind,
        all.sort((a, b) => (a.key < b.key ? -1 : 1)),
      );
      return;
    }
    for (const { key, before, after } of changes) {
      const index = this.#tree.lowerBound((item) => item.key < key);
      this.#tree = this.#tree.splice(index, before === null ? 0 : 1, after === null ? [] : [after]);
    }
  }

  /** Fills the summaries of a pass that are missing; returns how many nodes it summed. */
  #sum(number: number): number {
    const { name, summary } = this.#passes[number]!;
    let summed = 0;
    const visit = (node: SeqNode<Augmented<Member>, number>): unknown => {
      if (number in node.memo) return node.memo[number];
      summed++;
      let total: unknown;
      if (isLeaf(node)) {
        total = summary.of(node.items[0]!.attributes[name]);
        for (let i = 1; i < node.items.length; i++) {
          total = summary.combine(total, summary.of(node.items[i]!.attributes[name]));
        }
      } else {
        total = visit(node.kids[0]!);
        for (let i = 1; i < node.kids.length; i++) total = summary.combine(total, visit(node.kids[i]!));
      }
      node.memo[number] = total;
      return total;
    };
    if (this.#tree.root !== null) visit(this.#tree.root);
    return summed;
  }

  #note(key: string, pass: number, reads: readonly string[]): void {
    for (const read of reads) {
      let readers = this.#readers.get(read);
      if (readers === undefined) {
        readers = new Map();
        this.#readers.set(read, readers);
      }
      const passes = readers.get(key);
      if (passes === undefined) readers.set(key, new Set([pass]));
      else passes.add(pass);
    }
  }

  #forget(key: string, pass: number, reads: readonly string[]): void {
    for (const read of reads) {
      const readers = this.#readers.get(read);
      const passes = readers?.get(key);
      passes?.delete(pass);
      if (passes?.size === 0) readers!.delete(key);
      if (readers?.size === 0) this.#readers.delete(read);
    }
  }
}
