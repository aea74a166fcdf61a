/** The clauses of an automaton, read into a draft of it. */
import type { Env, Health, Instances, Provides, Requires } from "../../core/syntax.ts";
import type { Term } from "../../core/term.ts";
import { describe } from "../describe.ts";
import type { Site } from "../problem.ts";
import { showSession } from "../protocol/show.ts";
import { focusAt, kidAt, siteAt } from "../site.ts";
import type { AutomatonValue, HealthClause, ProvidedPort, RequiredPort, Said, Value } from "../value.ts";
import {
  checkArgv,
  checkCount,
  checkEvery,
  checkName,
  checkPath,
  checkPort,
  checkSettle,
  checkTimeout,
  checkVariable,
} from "./checks.ts";
import { say } from "./equations.ts";
import { checkNames } from "./lookup.ts";
import { type Ask, ask, type Machine, type Rule } from "./machine.ts";
import type { Scope } from "./scope.ts";

/** What clauses say; undefined where there is none. */
export interface Draft {
  name?: string;
  readonly provides: Map<string, ProvidedPort>;
  readonly requires: Map<string, RequiredPort>;
  readonly env: Map<string, Said<string>>;
  runs?: AutomatonValue["runs"];
  instances?: { readonly count: AutomatonValue["instances"]; readonly settle: AutomatonValue["settle"] };
  health?: HealthClause | null;
  restart?: AutomatonValue["restart"];
  /** A port or the name failed: the automaton itself is poison. */
  broken: boolean;
}

/** A step of evaluation that ends in something else than a value. */
type Doing<T> = Generator<Ask | Rule, T, Value>;

interface Place {
  readonly term: Term;
  readonly at: number;
  readonly scope: Scope;
  readonly machine: Machine;
}

const clauseWords: Readonly<Record<string, string>> = {
  Runs: "runs",
  Env: "env",
  Instances: "instances",
  Health: "health",
  Restart: "restart",
  Named: "name",
};

/** Reads clauses in order. The second of one that may stand once is reported and left out. */
export function* readClauses(
  clauses: readonly Term[],
  from: number,
  scope: Scope,
  machine: Machine,
): Doing<Draft> {
  const draft: Draft = { provides: new Map(), requires: new Map(), env: new Map(), broken: false };
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

/** The protocol of a port with its name for people; null where it failed. */
function* readProtocol(
  term: Term,
  at: number,
  { scope, machine }: Place,
): Doing<Pick<ProvidedPort, "protocol" | "label"> | null> {
  const value = yield ask(term, at, scope);
  if (value._tag === "Protocol") {
    return { protocol: value.session, label: nameOf(term) ?? showSession(value.session, { length: 60 }) };
  }
  if (value._tag !== "Poison") {
    const hints = value._tag === "Type" ? [{ message: "a payload is sent or received: `!T` or `?T`" }] : [];
    const message = `a port speaks a protocol, but this is ${describe(value)}`;
    machine.report("type-mismatch", message, siteAt(scope.origin, at), hints);
  }
  return null;
}

/** `Store`, `lib.Store` */
const nameOf = (term: Term): string | null => {
  const fields: string[] = [];
  let inner = term;
  while (inner.node._tag === "Field") {
    fields.unshift(inner.node.name);
    inner = inner.node.kids[0];
  }
  return inner.node._tag === "Name" ? [inner.node.name, ...fields].join(".") : null;
};

/**
 * Reports a port whose name is taken. Letters that differ in case only would make one
 * host name and one variable of two.
 */
const isTaken = (
  kind: "provides" | "requires",
  name: string,
  ports: ReadonlyMap<string, { readonly name: string; readonly site: Site }>,
  site: Site,
  machine: Machine,
): boolean => {
  const other = [...ports.values()].find((port) => port.name.toLowerCase() === name.toLowerCase());
  if (other === undefined) return false;
  const message =
    other.name === name
      ? `this automaton ${kind} \`${name}\` twice`
      : `\`${name}\` and \`${other.name}\` differ in case only, so they would share a host name and variables`;
  machine.report("duplicate-name", message, site, [{ message: "the first one is here", site: other.site }]);
  return true;
};

function* readProvides(node: Provides<Term>, place: Place, draft: Draft): Doing<void> {
  const { term, at, scope, machine } = place;
  const { name, transport } = node;
  const site = focusAt(scope.origin, at);
  const spoken = yield* readProtocol(node.kids[0], at + 1, place);
  const numberAt = kidAt(term, at, 1);
  const number = checkPort(yield ask(node.kids[1], numberAt, scope), siteAt(scope.origin, numberAt), machine);
  if (spoken === null || number === null) draft.broken = true;
  else if (!isTaken("provides", name, draft.provides, site, machine)) {
    draft.provides.set(name, { name, ...spoken, transport, number, site });
  }
}

function* readRequires(node: Requires<Term>, place: Place, draft: Draft): Doing<void> {
  const { at, scope, machine } = place;
  const { name, optional } = node;
  const site = focusAt(scope.origin, at);
  const spoken = yield* readProtocol(node.kids[0], at + 1, place);
  if (spoken === null) draft.broken = true;
  else if (!isTaken("requires", name, draft.requires, site, machine)) {
    draft.requires.set(name, { name, ...spoken, optional, site });
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
