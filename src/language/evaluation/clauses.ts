/** The clauses of an automaton, read into a draft of it. */
import type { Env, Health, Instances, Named, Runs } from "../../core/syntax/clauses.ts";
import type { Term } from "../../core/term.ts";
import { describe } from "../describe.ts";
import type { Site } from "../problem.ts";
import { focusAt, kidAt, siteAt } from "../site.ts";
import type { AutomatonValue, Said } from "../value.ts";
import {
  checkArgv,
  checkCommand,
  checkCount,
  checkEvery,
  checkName,
  checkPath,
  checkSettle,
  checkTimeout,
  checkVariable,
} from "./checks.ts";
import type { Doing, Draft, Place } from "./draft.ts";
import { say } from "./equations.ts";
import { checkNames } from "./lookup.ts";
import { ask, type Machine } from "./machine.ts";
import { readProvides, readRequires } from "./ports.ts";
import type { Scope } from "./scope.ts";

const clauseWords: Readonly<Record<string, string>> = {
  Runs: "runs",
  Env: "env",
  Instances: "instances",
  Health: "health",
  Restart: "restart",
  Named: "name",
};

/**
 * Reads clauses in order, of a new automaton or over those of `base`. The second of one
 * that may stand once is reported and left out.
 */
export function* readClauses(
  clauses: readonly Term[],
  from: number,
  scope: Scope,
  machine: Machine,
  base: AutomatonValue | null = null,
): Doing<Draft> {
  const draft: Draft = { base, provides: [], requires: [], env: null, broken: false };
  const first: { [word: string]: number } = {};
  let at = from;
  for (const term of clauses) {
    const place = { term, at, scope, machine };
    const word = clauseWords[term.node._tag];
    const earlier = word === undefined ? undefined : first[word];
    if (word !== undefined && earlier !== undefined) {
      const hints = [{ message: "the first one is here", site: focusAt(scope.origin, earlier) }];
      const message = `an automaton has one \`${word}\` clause; this is a second one`;
      machine.report("duplicate-clause", message, focusAt(scope.origin, at), hints);
      checkNames(term, at, scope, machine);
    } else {
      if (word !== undefined) first[word] = at;
      const doing = readClause(place, draft);
      if (doing !== null) yield* doing;
    }
    at += term.size;
  }
  return draft;
}

/** Reads a clause into the draft, or gives the steps that do. */
const readClause = (place: Place, draft: Draft): Doing<void> | null => {
  const { node } = place.term;
  switch (node._tag) {
    case "Provides":
      return readProvides(node, place, draft);
    case "Requires":
      return readRequires(node, place, draft);
    case "Runs":
      return readRuns(node, place, draft);
    case "Env":
      return readEnv(node, place, draft);
    case "Instances":
      return readInstances(node, place, draft);
    case "Health":
      return readHealth(node, place, draft);
    case "Restart":
      draft.restart = node.policy;
      return null;
    case "Named":
      return readName(node, place, draft);
    default:
      throw new Error(`a ${node._tag} is no clause`);
  }
};

function* readRuns(node: Runs<Term>, { at, scope, machine }: Place, draft: Draft): Doing<void> {
  draft.runs = yield* say(node.kids[0], at + 1, scope, machine, checkCommand);
}

function* readName(node: Named<Term>, { at, scope, machine }: Place, draft: Draft): Doing<void> {
  const name = checkName(yield ask(node.kids[0], at + 1, scope), siteAt(scope.origin, at + 1), machine);
  if (name === null) draft.broken = true;
  else draft.name = name;
}

function* readEnv(node: Env<Term>, { at: from, scope, machine }: Place, draft: Draft): Doing<void> {
  const env = new Map<string, Said<string>>();
  const written = new Map<string, Site>();
  let at = from + 1;
  for (const kid of node.kids) {
    const said = kid.node;
    if (said._tag === "Entry") {
      const site = focusAt(scope.origin, at);
      const first = written.get(said.name);
      if (first === undefined) written.set(said.name, site);
      else {
        const hints = [{ message: "it stands here already", site: first }];
        machine.report("duplicate-name", `\`${said.name}\` stands twice in this \`env\``, site, hints);
      }
      const variable = yield* say(said.kids[0], at + 1, scope, machine, checkVariable);
      if (variable !== null) env.set(said.name, variable);
    } else if (said._tag === "Spread") {
      const site = siteAt(scope.origin, at + 1);
      const value = yield ask(said.kids[0], at + 1, scope);
      if (value._tag === "Record") {
        for (const [name, field] of value.fields) {
          const content = checkVariable(field, site, machine);
          if (content !== null) env.set(name, { _tag: "Known", value: content });
        }
      } else if (value._tag !== "Poison") {
        machine.report("type-mismatch", `\`...\` takes a record here, not ${describe(value)}`, site);
      }
    }
    at += kid.size;
  }
  if (env.size > 0) draft.env = env;
}

function* readInstances(node: Instances<Term>, place: Place, draft: Draft): Doing<void> {
  const { term, at, scope, machine } = place;
  const [countTerm, settleTerm] = node.kids;
  const count = yield* say(countTerm, at + 1, scope, machine, checkCount);
  const settle =
    settleTerm === undefined ? null : yield* say(settleTerm, kidAt(term, at, 1), scope, machine, checkSettle);
  draft.instances = { count, settle };
}

function* readHealth(node: Health<Term>, place: Place, draft: Draft): Doing<void> {
  const { term, at, scope, machine } = place;
  let next = 0;
  const taken = (): [Term, number] => {
    const index = next++;
    return [node.kids[index]!, kidAt(term, at, index)];
  };
  const path = node.how === "http" ? yield* say(...taken(), scope, machine, checkPath) : null;
  const argv = node.how === "exec" ? yield* say(...taken(), scope, machine, checkArgv("health exec")) : null;
  const every = node.every ? yield* say(...taken(), scope, machine, checkEvery) : null;
  const timeout = node.timeout ? yield* say(...taken(), scope, machine, checkTimeout) : null;
  draft.health = { how: node.how, path, argv, every, timeout };
  draft.healthSite = focusAt(scope.origin, at);
}
