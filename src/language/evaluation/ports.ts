/** The clauses `provides` and `requires`. */

import { maxRangeLength } from "../../core/port-range.ts";
import {
  computedName,
  type Provides,
  type ProvidesParts,
  partsOfProvides,
  type Requires,
} from "../../core/syntax/clauses.ts";
import type { Term } from "../../core/term.ts";
import { describe } from "../describe.ts";
import { pathOf } from "../path.ts";
import type { Site } from "../problem.ts";
import { showSession } from "../protocol/show.ts";
import { childAt, focusAt, sameSite, siteAt } from "../site.ts";
import type { ProvidedPort, Value } from "../value.ts";
import { checkPort, isHostName } from "./checks.ts";
import type { ClauseContext, Doing, Draft } from "./draft.ts";
import { fitsEach } from "./each.ts";
import { checkElsewhere } from "./elsewhere.ts";
import { ask, type Machine } from "./machine.ts";
import { reportMisfit } from "./misfit.ts";
import { checkPortName } from "./names.ts";

/** The protocol of a port with its name for people; null where it failed. */
const protocolOf = (
  value: Value,
  term: Term,
  at: number,
  { scope, machine }: ClauseContext,
): Pick<ProvidedPort, "protocol" | "label"> | null => {
  if (value._tag === "Protocol") {
    return { protocol: value.session, label: pathOf(term) ?? showSession(value.session, { length: 60 }) };
  }
  if (value._tag !== "Poison") {
    const hints = value._tag === "Type" ? [{ message: "a payload is sent or received: `!T` or `?T`" }] : [];
    const message = `a port speaks a protocol, but this is ${describe(value)}`;
    reportMisfit(value, message, siteAt(scope.origin, at), machine, hints);
  }
  return null;
};

/** The name of a port, written or computed; null where that is none, which then is reported. */
function* nameOf(
  node: Provides<Term> | Requires<Term>,
  { at, scope, machine }: ClauseContext,
): Doing<string | null> {
  const term = computedName(node);
  if (term === null) return node.name;
  const value = machine.immediate(term, at + 1, scope) ?? (yield ask(term, at + 1, scope));
  return checkPortName(value, siteAt(scope.origin, at + 1), machine);
}

type Named = Pick<ProvidedPort, "name" | "site">;

/** Of lists of ports that only grow, and have no two of one name: the ports by their names in lower case. */
const indexes = new WeakMap<readonly Named[], Map<string, Named>>();

/** Lists of fewer are looked through. */
const few = 8;

/** The port that has this name in lower case. */
const portOf = (ports: readonly Named[], word: string): Named | undefined => {
  if (ports.length < few) return ports.find(({ name }) => name.toLowerCase() === word);
  let index = indexes.get(ports);
  if (index === undefined) {
    index = new Map();
    indexes.set(ports, index);
  }
  for (const port of ports.slice(index.size)) index.set(port.name.toLowerCase(), port);
  return index.get(word);
};

/**
 * Reports a port whose name is taken. Letters that differ in case only would make one
 * host name and one variable of two. A port of the automaton that is changed is replaced
 * by one of its name.
 */
const isTaken = (
  kind: "provides" | "requires",
  name: string,
  draft: Draft,
  site: Site,
  machine: Machine,
): boolean => {
  if (draft[kind].length === 0 && draft.base === null) return false;
  const kept: readonly Named[] = draft.base?.[kind] ?? [];
  const word = name.toLowerCase();
  const before = portOf(kept, word);
  const other = portOf(draft[kind], word) ?? (before?.name === name ? undefined : before);
  if (other === undefined) return false;
  const message =
    other.name === name
      ? `this automaton ${kind} \`${name}\` twice`
      : `\`${name}\` and \`${other.name}\` differ in case only, so they would share a host name and variables`;
  const hint = sameSite(site, other.site)
    ? { message: 'each element of the `for` needs a name of its own, as in `"shard_${i}"`' }
    : { message: "the first one is here", site: other.site };
  machine.report("duplicate-name", message, site, [hint]);
  return true;
};

const failed = Symbol("failed");

/** Where a port is: an external automaton says it of each, and no other of any. */
function* whereOf(
  name: string,
  whereTerm: Term | null,
  { term, at, scope, machine }: ClauseContext,
  { external }: Draft,
): Doing<ProvidedPort["at"] | typeof failed> {
  if (whereTerm === null) {
    if (!external) return null;
    const message = `\`${name}\` is a port of an external automaton: say where it is`;
    const hints = [{ message: '`at "HOST OR ADDRESS"` goes behind its number; `at host` is this machine' }];
    machine.report("type-mismatch", message, focusAt(scope.origin, at), hints);
    return failed;
  }
  const position = childAt(term, at, term.node.children.length - 1);
  const site = siteAt(scope.origin, position);
  const value = yield ask(whereTerm, position, scope);
  if (external) return checkElsewhere(value, site, machine) ?? failed;
  const hints = [{ message: "what runs elsewhere is declared as `external NAME { … }`" }];
  machine.report(
    "type-mismatch",
    `\`at\` says where a port is that runs elsewhere; the instances of this automaton have \`${name}\``,
    site,
    hints,
  );
  return failed;
}

/** The last number of a range that begins at one; null where it is none, which then is reported. */
const checkLast = (value: Value, first: number, site: Site, machine: Machine): number | null => {
  const last = checkPort(value, site, machine);
  if (last === null) return null;
  const length = last - first + 1;
  if (length >= 1 && length <= maxRangeLength) return last;
  machine.report(
    "type-mismatch",
    length < 1
      ? `a range of ports goes up: ${last} is below ${first}`
      : `a range has at most ${maxRangeLength.toLocaleString("en")} ports; this one has ${length.toLocaleString("en")}`,
    site,
  );
  return null;
};

/** Reports what a range cannot have. */
const fitsRange = (parts: ProvidesParts<Term>, site: Site, machine: Machine): boolean => {
  const wrong =
    parts.listens !== null
      ? "what is spoken at a range of ports names their numbers: its program listens where it is asked, not `from` elsewhere"
      : parts.at !== null
        ? "a range of ports is of the system's own instances; of what runs elsewhere, each port is provided by itself"
        : null;
  if (wrong !== null) machine.report("type-mismatch", wrong, site);
  return wrong === null;
};

export function* readProvides(node: Provides<Term>, context: ClauseContext, draft: Draft): Doing<void> {
  const { at, scope, machine } = context;
  const { transport } = node;
  const parts = partsOfProvides(node);
  const { protocol: protocolTerm, number: numberTerm, last: lastTerm, listens: listensTerm } = parts;
  const site = focusAt(scope.origin, at);
  const name = yield* nameOf(node, context);
  const protocolAt = at + 1 + (parts.name?.size ?? 0);
  const said =
    machine.immediate(protocolTerm, protocolAt, scope) ?? (yield ask(protocolTerm, protocolAt, scope));
  const spoken = protocolOf(said, protocolTerm, protocolAt, context);
  const numberAt = protocolAt + protocolTerm.size;
  const counted = machine.immediate(numberTerm, numberAt, scope) ?? (yield ask(numberTerm, numberAt, scope));
  const number = checkPort(counted, siteAt(scope.origin, numberAt), machine);
  let last = number;
  if (lastTerm !== null) {
    const lastAt = numberAt + numberTerm.size;
    const value: Value = yield ask(lastTerm, lastAt, scope);
    const lastSite = siteAt(scope.origin, lastAt);
    if (number !== null) last = checkLast(value, number, lastSite, machine);
    if (last !== null && number !== null && last > number && !fitsRange(parts, site, machine)) last = null;
  }
  let listens = number;
  if (listensTerm !== null) {
    const listensAt = numberAt + numberTerm.size + (lastTerm?.size ?? 0);
    const value: Value = yield ask(listensTerm, listensAt, scope);
    listens = checkPort(value, siteAt(scope.origin, listensAt), machine);
  }
  const where = yield* whereOf(name ?? "this", parts.at, context, draft);
  if (
    name === null ||
    spoken === null ||
    number === null ||
    last === null ||
    listens === null ||
    where === failed
  ) {
    draft.broken = true;
    draft.lost.provides.push(name);
  } else if (!isTaken("provides", name, draft, site, machine)) {
    const { protocol, label } = spoken;
    draft.provides.push({ name, protocol, label, transport, number, last, listens, at: where, site });
  }
}

export function* readRequires(node: Requires<Term>, context: ClauseContext, draft: Draft): Doing<void> {
  const { at, scope, machine } = context;
  const { optional, each } = node;
  const computed = computedName(node);
  const term = node.children[computed === null ? 0 : 1]!;
  const termAt = at + 1 + (computed?.size ?? 0);
  const site = focusAt(scope.origin, at);
  const name = yield* nameOf(node, context);
  const said = machine.immediate(term, termAt, scope) ?? (yield ask(term, termAt, scope));
  const spoken = protocolOf(said, term, termAt, context);
  const isName =
    name !== null &&
    isHostName("a requirement", name, site, machine) &&
    (!each || fitsEach(name, site, machine));
  if (name === null || !isName || spoken === null) {
    draft.broken = true;
    draft.lost.requires.push(name);
  } else if (!isTaken("requires", name, draft, site, machine)) {
    const { protocol, label } = spoken;
    draft.requires.push({ name, protocol, label, optional, each, site });
  }
}
