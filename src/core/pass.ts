/**
 * An augmentation pass: an algebra over the system tree that adds one attribute to each
 * member. The tree below an attribute is shared, never copied. Passes are pure: all that
 * an algebra may use is the member, the attributes of earlier passes, and what it reads
 * through `Reader`, which is noted, so that only what read a change is folded again.
 */
import type { CellKey, ReadCell } from "./cell-key.ts";

/** Where passes put what they learn of a member: one attribute a pass, by its name. */
export type Attributes = Readonly<Record<string, unknown>>;

/** How an algebra reads beyond its own member. All that it reads is noted. */
export interface Reader {
  /** An input or observed cell. */
  cell<T>(key: CellKey<T>): T | undefined;
  /** A number of a small space (see `Slots`), held as long as the algebra asks for it. */
  slot(space: string, identity: string): number | null;
  /** Reports a mistake of the program. The attribute returned does not matter then. */
  problem(problem: unknown): void;
}

/** The same for a pass that reads `Reads` of earlier ones: of its own member, and of any other. */
export interface PassReader<Reads> extends Reader {
  /** A field of what an earlier pass said of a member; undefined where there is no such member. */
  attribute<Name extends keyof Reads & string, Field extends keyof Reads[Name] & string>(
    member: string,
    pass: Name,
    field: Field,
  ): Reads[Name][Field] | undefined;
}

/** A summary of subtrees. The laws of a monoid are tested for every pass. */
export interface Monoid<S> {
  readonly empty: S;
  readonly combine: (a: S, b: S) => S;
}

/** A bound on the summary of the whole tree, which is a sum then: what goes beyond it is refused before it is built. */
export interface Budget {
  readonly most: (cell: ReadCell) => number;
  /** Of a system that takes more: `this system has more than …`. */
  readonly exceeded: (most: number) => string;
}

/** A pass: `Name` is that of its attribute `Adds`, `Reads` what it reads of earlier ones. */
export interface Pass<Name extends string, Member, Reads, Adds, Sum = unknown> {
  readonly name: Name;
  /** The earlier attributes that it reads, of the member or of others. */
  readonly reads: readonly (keyof Reads & string)[];
  readonly algebra: (member: Member, attributes: Reads, read: PassReader<Reads>) => Adds;
  readonly equal: (a: Adds, b: Adds) => boolean;
  readonly summary: Monoid<Sum> & { readonly of: (adds: Adds) => Sum };
  readonly budget?: Sum extends number ? Budget : never;
}

/** What a pass of whatever types reads with. */
// biome-ignore lint/suspicious/noExplicitAny: the parameter of an existential type.
export type AnyReader = PassReader<any>;

/** A pass of whatever types. */
// biome-ignore lint/suspicious/noExplicitAny: the parameters of an existential type.
export type AnyPass<Member> = Pass<string, Member, any, any, any>;

/** Passes in order. `with` accepts a pass only if all that it reads has been added. */
export interface Chain<Member, Has> {
  readonly passes: readonly AnyPass<Member>[];
  with<Name extends string, Reads, Adds, Sum>(
    pass: Has extends Reads ? Pass<Name, Member, Reads, Adds, Sum> : never,
  ): Chain<Member, Has & { readonly [K in Name]: Adds }>;
}

const chain = <Member, Has>(passes: readonly AnyPass<Member>[]): Chain<Member, Has> => ({
  passes,
  with: (pass) => chain([...passes, pass as AnyPass<Member>]),
});

/** The chain without passes. */
// biome-ignore lint/complexity/noBannedTypes: no attribute at all.
export const start = <Member>(): Chain<Member, {}> => chain([]);
