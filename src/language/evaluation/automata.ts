/** Automata: declared, as expressions, and changed by `with`. */
import type { AutomatonDecl } from "../../core/syntax/declarations.ts";
import type { Automaton, With } from "../../core/syntax/expressions.ts";
import type { Term } from "../../core/term.ts";
import { byText } from "../compare.ts";
import { describe } from "../describe.ts";
import type { Site } from "../problem.ts";
import { focusAt, siteAt } from "../site.ts";
import { type AutomatonValue, poison, text, type Value } from "../value.ts";
import { checkName } from "./checks.ts";
import { readClauses } from "./clauses.ts";
import type { Draft } from "./draft.ts";
import { checkNames } from "./lookup.ts";
import { type Ask, ask, type Machine, type Rule } from "./machine.ts";
import { checkWhole } from "./whole.ts";

const nothing: ReadonlyMap<string, never> = new Map<string, never>();

/** What is there under each name, of which the later map has the last word; by name. */
const merged = <T>(
  before: ReadonlyMap<string, T>,
  said: ReadonlyMap<string, T> | null,
): ReadonlyMap<string, T> => {
  if (said === null) return before;
  const all = before.size === 0 ? said : new Map([...before, ...said]);
  return all.size === 1 ? all : new Map([...all].sort(([a], [b]) => byText(a, b)));
};

const none: readonly never[] = [];

/** The same of ports, of which no two in a list are of one name. */
const ports = <T extends { readonly name: string }>(
  before: readonly T[],
  said: readonly T[],
): readonly T[] => {
  if (said.length === 0) return before;
  const names = before.length === 0 ? null : new Set(said.map(({ name }) => name));
  const all = names === null ? said.slice() : before.filter(({ name }) => !names.has(name)).concat(said);
  return all.length === 1 ? all : all.sort((a, b) => byText(a.name, b.name));
};

/** What was said, over what `base` says, at a place of its own. */
const over = (base: AutomatonValue, draft: Draft, site: Site): AutomatonValue => ({
  _tag: "Automaton",
  name: draft.name ?? base.name,
  provides: ports(base.provides, draft.provides),
  requires: ports(base.requires, draft.requires),
  runs: draft.runs === undefined ? base.runs : draft.runs,
  env: merged(base.env, draft.env),
  instances: draft.instances === undefined ? base.instances : draft.instances.count,
  settle: draft.instances === undefined ? base.settle : draft.instances.settle,
  health: draft.health === undefined ? base.health : draft.health,
  restart: draft.restart === undefined ? base.restart : draft.restart,
  site,
});

/** An automaton that says nothing but its name. */
const blank = (name: string, site: AutomatonValue["site"]): AutomatonValue => ({
  _tag: "Automaton",
  name,
  provides: none,
  requires: none,
  runs: null,
  env: nothing,
  instances: null,
  settle: null,
  health: null,
  restart: null,
  site,
});

const finish = (base: AutomatonValue, draft: Draft, site: Site, machine: Machine): Value => {
  if (draft.broken) return poison;
  const automaton = over(base, draft, site);
  checkWhole(automaton, draft, machine);
  return automaton;
};

/** `automaton "name" { … }` */
export function* evaluateAutomaton(node: Automaton<Term>, { at, scope }: Ask, machine: Machine): Rule {
  const [nameTerm, ...clauses] = node.kids;
  const name = checkName(yield ask(nameTerm, at + 1, scope), siteAt(scope.origin, at + 1), machine);
  const draft = yield* readClauses(clauses, at + 1 + nameTerm.size, scope, machine);
  const site = focusAt(scope.origin, at);
  return name === null ? poison : finish(blank(name, site), draft, site, machine);
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
  return name === null ? poison : finish(blank(name, site), draft, site, machine);
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
  return finish(base, draft, focusAt(scope.origin, at), machine);
}
