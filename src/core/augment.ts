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
import type { Exceeded } from "./budgets.ts";
import type { Cause } from "./cause.ts";
import type { CellKey, CellSource } from "./cell-key.ts";
import { hashString } from "./hash.ts";
import type { AnyPass } from "./pass.ts";
import { Seq } from "./seq.ts";
import { isLeaf, type SeqKind, type SeqNode, unmeasured } from "./seq-node.ts";
import { type Held, Slots, type Space } from "./slots.ts";
import { type Augmented, type Context, Stage, type StageRecord } from "./stage.ts";
import { namedIn, Readers, type Trace } from "./trace.ts";

/** A member as it was and as it is; null on the side where it is not. */
export interface MemberChange<Member> {
  readonly key: string;
  readonly before: Augmented<Member> | null;
  readonly after: Augmented<Member> | null;
  /** Why the last pass ran for it; of a member that is gone, why it is. */
  readonly cause: Cause;
}

/** What a pass did for one batch, counted. */
export interface PassRan {
  /** Algebras run and nodes summed. */
  readonly folded: number;
  /** Members whose attribute stood. */
  readonly reused: number;
  /** Algebras whose result came out equal. */
  readonly cutOff: number;
}

/** What a batch of changes comes to, before it is kept. */
export interface Batch<Member> {
  /** Sorted by key. */
  readonly changes: readonly MemberChange<Member>[];
  readonly problems: readonly unknown[];
  /** A budget of a pass that the batch goes beyond: then it cannot be kept. */
  readonly exceeded: Exceeded | null;
}

/** That an identity has a number of a space. */
export interface Numbered extends Held {
  readonly space: string;
}

/** What a batch comes to: the tree with it, and what ran. */
export interface BatchResult<Member> {
  readonly tree: Seq<Augmented<Member>, null>;
  readonly passes: ReadonlyMap<string, PassRan>;
}

const none: readonly Trace[] = [];

/** What passes remember of a node of the sequence, in their order. */
type Sums = readonly unknown[];

/** What a pass last read of and for a member, with the pass's name. */
export interface PassTrace extends Trace {
  readonly pass: string;
}

const seqKind = <Member>(): SeqKind<Augmented<Member>, null> => ({
  hash: (item) => hashString(item.key),
  measure: unmeasured,
});

/** Runs a chain of passes over members, and keeps their attributes. `Member`: what is augmented. */
export class Augmentation<Member> {
  readonly #passes: readonly AnyPass<Member>[];
  readonly #slots = new Map<string, Slots>();
  readonly #kept = new Map<string, StageRecord<Member>>();
  readonly #readers = new Readers();
  readonly #context: Context<Member>;
  #tree: Seq<Augmented<Member>, null> = Seq.from(seqKind<Member>(), []);
  #stage: Stage<Member> | null = null;
  /** Members that have other numbers than when they were folded. */
  readonly #renumbered = new Set<string>();

  constructor(passes: readonly AnyPass<Member>[], spaces: Readonly<Record<string, Space>>, cell: CellSource) {
    this.#passes = passes;
    for (const [name, space] of Object.entries(spaces)) this.#slots.set(name, new Slots(space));
    const readBy = passes.map(({ name }, number) =>
      [...passes.keys()].filter((other) => other > number && passes[other]!.reads.includes(name)),
    );
    this.#context = {
      passes,
      readBy,
      kept: this.#kept,
      readers: this.#readers,
      slots: this.#slots,
      cell,
      summaryOf: (pass) => this.#summaryOf(pass),
    };
  }

  get tree(): Seq<Augmented<Member>, null> {
    return this.#tree;
  }

  get(key: string): Augmented<Member> | undefined {
    return this.#kept.get(key)?.node;
  }

  /** Whether any algebra read the cell. */
  reads(cell: CellKey): boolean {
    const named = this.#kept.get(namedIn(cell))?.traces ?? none;
    return this.#readers.has(cell) || named.some(({ reads }) => reads.includes(cell));
  }

  /** What each pass last read for a member, and why it last ran. */
  trace(key: string): readonly PassTrace[] {
    const traces = this.#kept.get(key)?.traces ?? [];
    return traces.map((trace, i) => ({ pass: this.#passes[i]!.name, ...trace }));
  }

  slots(space: string): Slots {
    return this.#slots.get(space)!;
  }

  /**
   * What has a number in the world keeps it, and from now on whatever gets one. Returns
   * whether that is another for some member: then the next batch folds it.
   */
  adopt(numbers: readonly Numbered[]): boolean {
    for (const [space, slots] of this.#slots) {
      const held = numbers.filter((one) => one.space === space);
      slots.adopt(held, this.#renumbered);
    }
    return this.#renumbered.size > 0;
  }

  /**
   * Folds what the given members and cells reach. `why` says what befell a member that was
   * there before. Nothing is kept until `commit`; call `rollback` to forget the batch.
   */
  stage(
    members: ReadonlyMap<string, Member | null>,
    cells: ReadonlyMap<string, Cause>,
    why: (key: string) => Cause,
  ): Batch<Member> {
    if (this.#stage !== null) throw new Error("a batch is staged already");
    const stage = new Stage(this.#context);
    this.#stage = stage;
    try {
      stage.run(members, cells, why, this.#renumbered);
    } catch (error) {
      this.rollback();
      throw error;
    }
    const { problems, exceeded } = stage;
    if (exceeded !== null) return { changes: [], problems, exceeded };
    const changes: MemberChange<Member>[] = [];
    for (const [key, entry] of stage.entries) {
      const { member, attributes, traces, changed } = entry;
      if (!changed) continue;
      const before = this.#kept.get(key)?.node ?? null;
      const after = member === null ? null : { key, member, attributes };
      entry.node = after;
      changes.push({ key, before, after, cause: traces.at(-1)?.why ?? why(key) });
    }
    changes.sort((a, b) => (a.key < b.key ? -1 : 1));
    return { changes, problems, exceeded };
  }

  /** What the staged batch would make of the state. The summaries are shared with every version of the tree. */
  result(batch: Batch<Member>): BatchResult<Member> {
    const stage = this.#stage!;
    const tree = this.#graft(batch.changes);
    const summed = this.#sum(tree);
    const passes = new Map(
      this.#passes.map(({ name }, number) => {
        const algebras = stage.folded[number]!;
        const folded = algebras + summed;
        const reused = Math.max(0, tree.length - algebras);
        return [name, { folded, reused, cutOff: stage.cutOff[number]! }];
      }),
    );
    return { tree, passes };
  }

  /** Makes the staged batch the state, and says what ran. */
  commit(batch: Batch<Member>, result = this.result(batch)): ReadonlyMap<string, PassRan> {
    const stage = this.#stage!;
    this.#stage = null;
    for (const slots of this.#slots.values()) slots.commit();
    for (const [key, entry] of stage.entries) {
      const kept = this.#kept.get(key);
      const traces = entry.traces as Trace[];
      this.#index(key, kept?.traces ?? none, traces);
      if (entry.member === null) this.#kept.delete(key);
      else this.#kept.set(key, { node: entry.node ?? kept!.node, traces });
    }
    this.#renumbered.clear();
    this.#tree = result.tree;
    return result.passes;
  }

  rollback(): void {
    this.#stage = null;
    for (const slots of this.#slots.values()) slots.rollback();
  }

  /** A pass's summary of the whole tree; given a result, that of the tree which a batch would make. */
  summary(pass: string, { tree }: Pick<BatchResult<Member>, "tree"> = this): unknown {
    const number = this.#passes.findIndex(({ name }) => name === pass);
    return this.#summaryOf(number, tree);
  }

  #summaryOf(pass: number, { root } = this.#tree): unknown {
    return root === null ? this.#passes[pass]!.summary.empty : (root.memo as Sums)[pass];
  }

  /** Keeps the readers' index to what was read last. */
  #index(key: string, before: readonly Trace[], after: readonly Trace[]): void {
    for (let pass = 0; pass < this.#passes.length; pass++) {
      const [old, made] = [before[pass], after[pass]];
      if (old === made) continue;
      if (old !== undefined) this.#readers.forget(key, pass, old.reads);
      if (made !== undefined) this.#readers.note(key, pass, made.reads);
    }
  }

  #graft(changes: readonly MemberChange<Member>[]): Seq<Augmented<Member>, null> {
    let tree = this.#tree;
    if (this.#kept.size === 0) {
      const all = changes.flatMap(({ after }) => after ?? []);
      return Seq.from(tree.kind, all);
    }
    for (const { key, before, after } of changes) {
      const index = tree.lowerBound((item) => item.key < key);
      tree = tree.splice(index, before === null ? 0 : 1, after === null ? [] : [after]);
    }
    return tree;
  }

  /** Fills the summaries that are missing; returns of how many nodes. */
  #sum({ root }: Seq<Augmented<Member>, null>): number {
    const passes = this.#passes;
    let summed = 0;
    const visit = (node: SeqNode<Augmented<Member>, null>): Sums => {
      if (node.memo !== null) return node.memo as Sums;
      summed++;
      const sums: unknown[] = passes.map(({ summary }) => summary.empty);
      if (isLeaf(node))
        for (const { attributes } of node.items)
          for (let i = 0; i < sums.length; i++) {
            const { name, summary } = passes[i]!;
            sums[i] = summary.combine(sums[i], summary.of(attributes[name]));
          }
      else
        for (const child of node.children) {
          const theirs = visit(child);
          for (let i = 0; i < sums.length; i++) sums[i] = passes[i]!.summary.combine(sums[i], theirs[i]);
        }
      node.memo = sums;
      return sums;
    };
    if (root !== null) visit(root);
    return summed;
  }
}
