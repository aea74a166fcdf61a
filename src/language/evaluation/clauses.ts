/** The clauses of an automaton, read into a draft of it. */
import type { Env, Health, Instances } from "../../core/syntax/clauses.ts";
import type { Term } from "../../core/term.ts";
import { describe } from "../describe.ts";
import type { Site } from "../problem.ts";
import { focusAt, kidAt, siteAt } from "../site.ts";
import type { AutomatonValue, HealthClause } from "../value.ts";
import {
  checkArgv,
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
  const draft: Draft = { base, provides: new Map(), requires: new Map(), env: new Map(), broken: false };
  const first = new Map<string, Site>();
  let at = from;
  for (const term of clauses) {
    const place = { term, at, scope, machine };
    const word = clauseWords[term.node._tag];
    const earlier = word === undefined ? undefined : first.get(word);
    if (word !== undefined && earlier !== undefined) {
      const hints = [{ message: "the first one is here", site: earlier }];
      const message = `an automaton has one \`${word}\` clause; this is a second one`;
      machine.report("duplicate-clause", message, focusAt(scope.origin, at), hints);
      checkNames(term, at, scope, machine);
    } else {
      if (word !== undefined) first.set(word, focusAt(scope.origin, at));
      yield* readClause(place, draft);
    }
    at += term.size;
  }
  return draft;
}

function* readClause(place: Place, draft: Draft): Doing<void> {
  const { term, at, scope, machine } = place;
  const { node } = term;
  switch (node._tag) {
    case "Provides":
      return yield* readProvides(node, place, draft);
    case "Requires":
      return yield* readRequires(node, place, draft);
    case "Runs":
      draft.runs = yield* say(node.kids[0], at + 1, scope, machine, checkArgv("runs exec"));
      return;
    case "Env":
      return yield* readEnv(node, place, draft);
    case "Instances":
      return yield* readInstances(node, place, draft);
    case "Health":
      draft.health = yield* readHealth(node, place);
      draft.healthSite = focusAt(scope.origin, at);
      return;
    case "Restart":
      draft.restart = node.policy;
      return;
    case "Named": {
      const name = checkName(yield ask(node.kids[0], at + 1, scope), siteAt(scope.origin, at + 1), machine);
      if (name === null) draft.broken = true;
      else draft.name = name;
      return;
    }
    default:
      throw new Error(`a ${node._tag} is no clause`);
  }
}

function* readEnv(node: Env<Term>, { at: from, scope, machine }: Place, draft: Draft): Doing<void> {
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
      if (variable !== null) draft.env.set(said.name, variable);
    } else if (said._tag === "Spread") {
      const site = siteAt(scope.origin, at + 1);
      const value = yield ask(said.kids[0], at + 1, scope);
      if (value._tag === "Record") {
        for (const [name, field] of value.fields) {
          const content = checkVariable(field, site, machine);
          if (content !== null) draft.env.set(name, { _tag: "Known", value: content });
        }
      } else if (value._tag !== "Poison") {
        machine.report("type-mismatch", `\`...\` takes a record here, not ${describe(value)}`, site);
      }
    }
    at += kid.size;
  }
}

function* readInstances(node: Instances<Term>, place: Place, draft: Draft): Doing<void> {
  const { term, at, scope, machine } = place;
  const [countTerm, settleTerm] = node.kids;
  const count = yield* say(countTerm, at + 1, scope, machine, checkCount);
  const settle =
    settleTerm === undefined ? null : yield* say(settleTerm, kidAt(term, at, 1), scope, machine, checkSettle);
  draft.instances = { count, settle };
}

function* readHealth(node: Health<Term>, place: Place): Doing<HealthClause> {
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
  return { how: node.how, path, argv, every, timeout };
}
