/** Open graphs of automata: what `[x, y]`, `=>`, `->`, `|`, `x(r = y)` and `publish` make. */
import type { Transport } from "../../core/resource.ts";
import type { Site } from "../problem.ts";
import type { Session } from "../protocol/session.ts";
import type { AutomatonValue } from "../value.ts";

/** A provided port as a wire sees it. */
export interface Target {
  readonly automaton: string;
  readonly port: string;
  readonly transport: Transport;
  readonly number: number;
  readonly protocol: Session;
  readonly label: string;
}

/** One thing that a composition says. Sites are no part of its meaning. */
export type Fact =
  | { readonly _tag: "Member"; readonly automaton: AutomatonValue; readonly site: Site }
  | {
      readonly _tag: "Wire";
      readonly from: string;
      readonly requirement: string;
      readonly kind: "request" | "message";
      /** One provider, or those of a union; sorted, without repetition. */
      readonly to: readonly Target[];
      readonly site: Site;
    }
  | {
      readonly _tag: "Publish";
      readonly hostPort: number;
      readonly to: readonly Target[];
      readonly site: Site;
    };

/**
 * The facts of a composition as a tree that mirrors how it was written: versions of a
 * wide composition share subtrees, and a change is found by identity.
 */
export type Facts =
  | Fact
  | { readonly _tag: "Join"; readonly parts: readonly Facts[]; readonly site: Site | null }
  | { readonly _tag: "Poisoned" };

/** Whom an arrow meets: automata, each with the ports that it may use there. */
export interface Face {
  readonly parts: readonly unknown[];
}

export interface Composition {
  readonly facts: Facts;
  readonly front: Face;
  readonly back: Face;
}
