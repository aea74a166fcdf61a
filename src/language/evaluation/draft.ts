/** An automaton while its clauses are read. */
import type { Term } from "../../core/term.ts";
import type { Site } from "../problem.ts";
import type { AutomatonValue, HealthClause, ProvidedPort, RequiredPort, Said, Value } from "../value.ts";
import type { Ask, Machine, Rule } from "./machine.ts";
import type { Scope } from "./scope.ts";

/** What clauses say; undefined where there is none. */
export interface Draft {
  /** The automaton that the clauses change, if they change one. */
  readonly base: AutomatonValue | null;
  name?: string;
  /** No two of one name. */
  readonly provides: ProvidedPort[];
  readonly requires: RequiredPort[];
  env: Map<string, Said<string>> | null;
  runs?: AutomatonValue["runs"];
  instances?: { readonly count: AutomatonValue["instances"]; readonly settle: AutomatonValue["settle"] };
  health?: HealthClause | null;
  healthSite?: Site;
  restart?: AutomatonValue["restart"];
  /** A port or the name failed: the automaton itself is poison. */
  broken: boolean;
}

/** A step of evaluation that ends in something else than a value. */
export type Doing<T> = Generator<Ask | Rule, T, Value>;

/** A clause, and where it stands. */
export interface Place {
  readonly term: Term;
  readonly at: number;
  readonly scope: Scope;
  readonly machine: Machine;
}
