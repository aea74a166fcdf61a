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
  /** Where it is asked: of a range the first. */
  readonly number: number;
  /** The last of a range; else the same. */
  readonly last: number;
  /** Where its program listens. */
  readonly listens: number;
  /** Whether it runs elsewhere, so that nobody knows its instances. */
  readonly external: boolean;
  /** The name of the host that it is at, where it is external and that is a name; else null. */
  readonly host: string | null;
  /** Whether it stands for all hosts outside and all their ports. */
  readonly anywhere: boolean;
  readonly protocol: Session;
  readonly label: string;
}

export interface MemberFact {
  readonly _tag: "Member";
  readonly automaton: AutomatonValue;
  readonly site: Site;
}

export type WireKind = "request" | "message";

export interface WireFact {
  readonly _tag: "Wire";
  readonly from: string;
  readonly requirement: string;
  readonly kind: WireKind;
  /** One provider, or those of a union; sorted, without repetition. */
  readonly to: readonly Target[];
  readonly site: Site;
}

export interface PublishFact {
  readonly _tag: "Publish";
  /** Of a range of ports the first; the others follow. */
  readonly hostPort: number;
  readonly to: readonly Target[];
  readonly site: Site;
}

/** One thing that a composition says. Sites are no part of its meaning. */
export type Fact = MemberFact | WireFact | PublishFact;

/** Facts that were brought together, and what is known of all of them. Made by `join`. */
export interface Join {
  readonly _tag: "Join";
  readonly parts: readonly Facts[];
  /** Of the list or the operator; null inside of what was written as one. */
  readonly site: Site | null;
  /** Facts in it, one that is there twice counted twice. */
  readonly size: number;
  /** Wires among them. */
  readonly wires: number;
  /** Joins within each other, this one included. */
  readonly height: number;
  /** Whether something in it failed and was reported. */
  readonly poisoned: boolean;
}

/** Stands for facts that are missing because something failed, and was reported. */
export interface Poisoned {
  readonly _tag: "Poisoned";
}

/**
 * The facts of a composition as a tree that mirrors how it was written: versions of a
 * wide composition share subtrees, and a change is found by identity.
 */
export type Facts = Fact | Join | Poisoned;

/** A requirement as an arrow sees it. */
export interface Requirement {
  readonly name: string;
  readonly protocol: Session;
  readonly label: string;
  readonly optional: boolean;
  /** Whether it reaches each instance by itself. */
  readonly each: boolean;
}

/**
 * An automaton where an arrow begins: its requirements, or the one that was picked. Two
 * of equal content are one object, whatever else of the automaton changed.
 */
export interface Caller {
  readonly _tag: "Caller";
  readonly automaton: string;
  readonly requires: readonly Requirement[];
  /** The requirement asked for by name; there is none of that name if `requires` is empty. */
  readonly picked: string | null;
  /** From which it was picked: the automaton, or where another name was picked before, what that came to. */
  readonly whole: Caller | null;
}

/** What a provider offers under one name; a union's port has several targets. */
export interface ProviderPort {
  readonly name: string;
  readonly protocol: Session;
  readonly label: string;
  readonly transport: Transport;
  /** Sorted by automaton and port, without repetition. */
  readonly to: readonly Target[];
}

/** One of the automata that a provider stands for, with the ports that it may use. */
export interface ProvidingAutomaton {
  readonly automaton: string;
  readonly ports: readonly Target[];
  readonly picked: string | null;
}

/** Where an arrow ends: an automaton, or a union of several. One object for equal content. */
export interface Provider {
  readonly _tag: "Provider";
  /** Sorted, without repetition. */
  readonly sources: readonly ProvidingAutomaton[];
  readonly offers: readonly ProviderPort[];
}

/** Ends side by side, as a tree that mirrors the facts'; see `together`. */
export interface Together<End> {
  readonly _tag: "Together";
  readonly parts: readonly Face<End>[];
  readonly count: number;
}

/** Whom an arrow meets. */
export type Face<End> = End | Together<End>;

export interface Composition {
  readonly facts: Facts;
  /** Who is reached from the left. */
  readonly front: Face<Provider>;
  /** Who reaches to the right. */
  readonly back: Face<Caller>;
  /** Of `x.port`: what was picked, and from what. */
  readonly pick: Pick | null;
}

export interface Pick {
  readonly port: string;
  readonly from: Composition;
  /** Whether something in front provides it, and something at the back requires it. */
  readonly provided: boolean;
  readonly required: boolean;
}
