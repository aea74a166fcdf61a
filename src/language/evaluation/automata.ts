/** Automata: declared, as expressions, and changed by `with`. */
import type { AutomatonDecl } from "../../core/syntax/declarations.ts";
import type { Automaton, With } from "../../core/syntax/expressions.ts";
import type { Term } from "../../core/term.ts";
import { byText } from "../compare.ts";
import { describe } from "../describe.ts";
import type { Site } from "../problem.ts";
import { focusAt, siteAt } from "../site.ts";
import { type AutomatonValue, isExternal, poison, type SharedPath, text, type Value } from "../value.ts";
import { blank } from "./blank.ts";
import { checkName } from "./checks.ts";
import type { Draft } from "./draft.ts";
import { checkNames } from "./lookup.ts";
import { type Ask, ask, type Machine, type Rule } from "./machine.ts";
import { reportMisfit } from "./misfit.ts";
import { readClauses } from "./read-clauses.ts";
import { checkWhole } from "./whole.ts";

/** What is there under each name, of which the later map has the last word; by name. */
const merged = <Name extends string, T>(
  before: ReadonlyMap<Name, T>,
  said: ReadonlyMap<Name, T> | null,
): ReadonlyMap<Name, T> => {
  if (said === null) return before;
  const all = before.size === 0 ? said : new Map([...before, ...said]);
  return all.size === 1 ? all : new Map([...all].sort(([a], [b]) => byText(a, b)));
};

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

/** The same of what is shared, by where it is seen. */
const shared = (before: readonly SharedPath[], said: readonly SharedPath[]): readonly SharedPath[] => {
  if (said.length === 0) return before;
  const at = new Set(said.map(({ path }) => path));
  return [...before.filter(({ path }) => !at.has(path)), ...said].sort((a, b) => byText(a.path, b.path));
};

/** What was said, over what `base` says, at a place of its own. */
const over = (base: AutomatonValue, draft: Draft, site: Site): AutomatonValue => ({
  _tag: "Automaton",
  name: draft.name ?? base.name,
  provides: ports(base.provides, draft.provides),
  requires: ports(base.requires, draft.requires),
  runs: draft.runs === undefined ? base.runs : draft.runs,
  once: draft.once ?? base.once,
  schedule: draft.schedule === undefined ? base.schedule : draft.schedule,
  env: merged(base.env, draft.env),
  files: merged(base.files, draft.files),
  reload: draft.reload === undefined ? base.reload : draft.reload,
  user: draft.user === undefined ? base.user : draft.user,
  directory: draft.directory === undefined ? base.directory : draft.directory,
  state: ports(base.state, draft.state),
  scratch: merged(base.scratch, draft.scratch),
  secrets: ports(base.secrets, draft.secrets),
  limits: merged(base.limits, draft.limits),
  grants: draft.grants ?? base.grants,
  readOnly: draft.readOnly ?? base.readOnly,
  shares: shared(base.shares, draft.shares),
  instances: draft.instances === undefined ? base.instances : draft.instances.count,
  settle: draft.instances === undefined ? base.settle : draft.instances.settle,
  health: draft.health === undefined ? base.health : draft.health,
  restart: draft.restart === undefined ? base.restart : draft.restart,
  update: draft.update === undefined ? base.update : draft.update,
  stop: draft.stop === undefined ? base.stop : draft.stop,
  start: draft.start === undefined ? base.start : draft.start,
  hostname: draft.hostname === undefined ? base.hostname : draft.hostname,
  resolves: draft.resolves === undefined ? base.resolves : draft.resolves,
  after: draft.after ?? base.after,
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
  const [nameTerm, ...clauses] = node.children;
  const name = checkName(yield ask(nameTerm, at + 1, scope), siteAt(scope.origin, at + 1), machine);
  const draft = yield* readClauses(clauses, at + 1 + nameTerm.size, scope, machine, name ?? "");
  const site = focusAt(scope.origin, at);
  return name === null ? poison : finish(blank(name, site), draft, site, machine);
}

/** `automaton name { … }`, `external name { … }` */
export function* evaluateAutomatonDecl(
  node: AutomatonDecl<Term>,
  { at, scope }: Ask,
  machine: Machine,
): Rule {
  const site = focusAt(scope.origin, at);
  const name = checkName(text(node.name), site, machine);
  const draft = yield* readClauses(node.children, at + 1, scope, machine, node.name, null, node.external);
  if (node.external && draft.provides.length === 0 && draft.lost.provides.length === 0) {
    const hints = [{ message: '`provides PORT: PROTOCOL on tcp NUMBER at "HOST OR ADDRESS"`' }];
    return machine.report(
      "type-mismatch",
      `\`${node.name}\` has no ports: an external automaton is what it provides`,
      site,
      hints,
    );
  }
  return name === null ? poison : finish(blank(name, site), draft, site, machine);
}

/** `e with { … }`: ports by name and variables by name, all other clauses as a whole. */
export function* evaluateWith(node: With<Term>, { at, scope }: Ask, machine: Machine): Rule {
  const [baseTerm, ...clauses] = node.children;
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
    return reportMisfit(base, message, siteAt(scope.origin, at + 1), machine, hints);
  }
  // All that it has is put together anew.
  const size = base.env.size + base.files.size + base.provides.length + base.requires.length;
  if (!machine.charge(size >>> 2)) return poison;
  const draft = yield* readClauses(clauses, from, scope, machine, base.name, base, isExternal(base));
  return finish(base, draft, focusAt(scope.origin, at), machine);
}
