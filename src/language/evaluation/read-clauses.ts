/** The clauses of an automaton in order, each as often as it stands for, read into a draft of it. */
import { type ClauseTag, clauseOf, tagOfClause } from "../../core/clauses.ts";
import type { Term } from "../../core/term.ts";
import { focusAt } from "../site.ts";
import type { AutomatonValue } from "../value.ts";
import { readClause } from "./clauses.ts";
import type { ClauseContext, Doing, Draft } from "./draft.ts";
import { checkNames } from "./lookup.ts";
import type { Machine } from "./machine.ts";
import { forEachElement } from "./repetition.ts";
import type { Scope } from "./scope.ts";

/** Where the first clause stands of each word that may stand once. */
type First = Map<string, number>;

/**
 * Reads clauses in order, of a new automaton or over those of `base`. The second of one
 * that may stand once is reported and left out.
 */
export function* readClauses(
  clauses: readonly Term[],
  from: number,
  scope: Scope,
  machine: Machine,
  called: string,
  base: AutomatonValue | null = null,
  external = false,
): Doing<Draft> {
  const draft: Draft = {
    base,
    external,
    called,
    provides: [],
    requires: [],
    lost: { provides: [], requires: [] },
    env: null,
    envFailed: false,
    files: null,
    fileSites: new Map(),
    state: [],
    scratch: null,
    scratchSites: new Map(),
    secrets: [],
    limits: null,
    shares: [],
    programs: [],
    broken: false,
  };
  const first: First = new Map();
  // Clauses speak of the name and of the ports, wherever these stand.
  yield* readThose(isFace, clauses, from, draft, first, scope, machine);
  yield* readThose((tag) => !isFace(tag), clauses, from, draft, first, scope, machine);
  return draft;
}

const isFace = (tag: ClauseTag): boolean => tag === "Provides" || tag === "Requires" || tag === "Named";

function* readThose(
  isMeant: (tag: ClauseTag) => boolean,
  clauses: readonly Term[],
  from: number,
  draft: Draft,
  first: First,
  scope: Scope,
  machine: Machine,
): Doing<void> {
  let at = from;
  for (const term of clauses) {
    const tag = tagOfClause(term);
    if (isMeant(tag)) {
      const place = { term, at, scope, machine };
      if (draft.external && !ofExternal.has(tag)) refuseOfExternal(tag, place);
      else if (term.node._tag === "Repeated") yield* readRepeated(tag, place, draft, first);
      else yield* readOne(tag, place, draft, first);
    }
    at += term.size;
  }
}

/** The clauses that an external automaton may have. */
const ofExternal: ReadonlySet<string> = new Set<ClauseTag>(["Provides", "Named"]);

const refuseOfExternal = (tag: ClauseTag, { term, at, scope, machine }: ClauseContext): void => {
  const hints = [{ message: "what runs elsewhere has ports, and nothing else that is said here" }];
  const message = `\`${clauseOf(tag).word}\` says nothing of an external automaton`;
  machine.report("type-mismatch", message, focusAt(scope.origin, at), hints);
  checkNames(term, at, scope, machine);
};

/** A clause, or one of those that a `for` makes of it. */
function* readOne(tag: ClauseTag, context: ClauseContext, draft: Draft, first: First): Doing<void> {
  const { term, at, scope, machine } = context;
  const { word, repeats } = clauseOf(tag);
  const earlier = first.get(word);
  if (repeats || earlier === undefined) {
    first.set(word, at);
    const doing = readClause(context, draft);
    if (doing !== null) yield* doing;
    return;
  }
  const site = focusAt(scope.origin, at);
  if (earlier === at) {
    const hints = [{ message: "ports repeat, each under a name of its own" }];
    machine.report(
      "duplicate-clause",
      `an automaton has one \`${word}\` clause; this \`for\` makes several`,
      site,
      hints,
    );
    return;
  }
  const hints = [{ message: "the first one is here", site: focusAt(scope.origin, earlier) }];
  const message = `an automaton has one \`${word}\` clause; this is a second one`;
  machine.report("duplicate-clause", message, site, hints);
  checkNames(term, at, scope, machine);
}

/** A clause for each element of a list. What cannot be told fails the automaton, whose ports are then not all known. */
function* readRepeated(tag: ClauseTag, context: ClauseContext, draft: Draft, first: First): Doing<void> {
  const inner = { ...context, term: (context.term.node.children as readonly Term[])[0]!, at: context.at + 1 };
  const isTold = yield* forEachElement(context, (scope) => readOne(tag, { ...inner, scope }, draft, first));
  if (isTold) return;
  draft.broken = true;
  if (tag === "Provides") draft.lost.provides.push(null);
  if (tag === "Requires") draft.lost.requires.push(null);
}
