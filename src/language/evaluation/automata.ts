/** Automata: declared, as expressions, and changed by `with`. */
import type { Automaton, AutomatonDecl, With } from "../../core/syntax.ts";
import type { Term } from "../../core/term.ts";
import { describe } from "../describe.ts";
import { focusAt, siteAt } from "../site.ts";
import { type AutomatonValue, poison, text, type Value } from "../value.ts";
import { checkName } from "./checks.ts";
import { readClauses } from "./clauses.ts";
import type { Draft } from "./draft.ts";
import { checkNames } from "./lookup.ts";
import { type Ask, ask, type Machine, type Rule } from "./machine.ts";

const sorted = <T>(entries: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
  new Map([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

const ports = <T>(entries: ReadonlyMap<string, T>): readonly T[] => [...sorted(entries).values()];

/** What was said, over what `base` says. */
const over = (base: AutomatonValue, draft: Draft): AutomatonValue => ({
  ...base,
  name: draft.name ?? base.name,
  provides: ports(new Map([...base.provides.map((port) => [port.name, port] as const), ...draft.provides])),
  requires: ports(new Map([...base.requires.map((port) => [port.name, port] as const), ...draft.requires])),
  env: sorted(new Map([...base.env, ...draft.env])),
  ...(draft.runs === undefined ? {} : { runs: draft.runs }),
  ...(draft.instances === undefined
    ? {}
    : { instances: draft.instances.count, settle: draft.instances.settle }),
  ...(draft.health === undefined ? {} : { health: draft.health }),
  ...(draft.restart === undefined ? {} : { restart: draft.restart }),
});

/** An automaton that says nothing but its name. */
const blank = (name: string, site: AutomatonValue["site"]): AutomatonValue => ({
  _tag: "Automaton",
  name,
  provides: [],
  requires: [],
  runs: null,
  env: new Map(),
  instances: null,
  settle: null,
  health: null,
  restart: null,
  site,
});

/** `automaton "name" { … }` */
export function* evaluateAutomaton(node: Automaton<Term>, { at, scope }: Ask, machine: Machine): Rule {
  const [nameTerm, ...clauses] = node.kids;
  const name = checkName(yield ask(nameTerm, at + 1, scope), siteAt(scope.origin, at + 1), machine);
  const draft = yield* readClauses(clauses, at + 1 + nameTerm.size, scope, machine);
  return name === null || draft.broken ? poison : over(blank(name, focusAt(scope.origin, at)), draft);
}

/** `automaton name { … }` */
export function* evaluateAutomatonDecl(
  node: AutomatonDecl<Term>,
  { at, scope }: Ask,
  machine: Machine,
): Rule {
  const site = focusAt(scope.origin, at);
  const name = checkName(text(node.name), site, machine);
  const draft = yield* readClauses(node.kids, at + 1, scope, machine);
  return name === null || draft.broken ? poison : over(blank(name, site), draft);
}

/** `e with { … }`: ports by name and variables by name, all other clauses as a whole. */
export function* evaluateWith(node: With<Term>, { at, scope }: Ask, machine: Machine): Rule {
  const [baseTerm, ...clauses] = node.kids;
  const base: Value = yield ask(baseTerm, at + 1, scope);
  const from = at + 1 + baseTerm.size;
  if (base._tag !== "Automaton") {
    let place = from;
    for (const clause of clauses) {
      checkNames(clause, place, scope, machine);
      place += clause.size;
    }
    if (base._tag === "Poison") return poison;
    const hints =
      base._tag === "Composition" ? [{ message: "change the automaton before it is composed" }] : [];
    const message = `\`with\` changes an automaton, not ${describe(base)}`;
    return machine.report("type-mismatch", message, siteAt(scope.origin, at + 1), hints);
  }
  const draft = yield* readClauses(clauses, from, scope, machine, base);
  return draft.broken ? poison : { ...over(base, draft), site: focusAt(scope.origin, at) };
}
