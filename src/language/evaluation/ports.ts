/** The clauses `provides` and `requires`. */
import type { Provides, Requires } from "../../core/syntax/clauses.ts";
import type { Term } from "../../core/term.ts";
import { describe } from "../describe.ts";
import { pathOf } from "../path.ts";
import type { Site } from "../problem.ts";
import { showSession } from "../protocol/show.ts";
import { focusAt, siteAt } from "../site.ts";
import type { ProvidedPort, Value } from "../value.ts";
import { checkPort } from "./checks.ts";
import type { Doing, Draft, Place } from "./draft.ts";
import { ask, type Machine } from "./machine.ts";

/** The protocol of a port with its name for people; null where it failed. */
const protocolOf = (
  value: Value,
  term: Term,
  at: number,
  { scope, machine }: Place,
): Pick<ProvidedPort, "protocol" | "label"> | null => {
  if (value._tag === "Protocol") {
    return { protocol: value.session, label: pathOf(term) ?? showSession(value.session, { length: 60 }) };
  }
  if (value._tag !== "Poison") {
    const hints = value._tag === "Type" ? [{ message: "a payload is sent or received: `!T` or `?T`" }] : [];
    const message = `a port speaks a protocol, but this is ${describe(value)}`;
    machine.report("type-mismatch", message, siteAt(scope.origin, at), hints);
  }
  return null;
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
  const kept: readonly Pick<ProvidedPort, "name" | "site">[] = draft.base?.[kind] ?? [];
  const word = name.toLowerCase();
  const isIt = (port: Pick<ProvidedPort, "name">): boolean => port.name.toLowerCase() === word;
  const other = draft[kind].find(isIt) ?? kept.find((port) => port.name !== name && isIt(port));
  if (other === undefined) return false;
  const message =
    other.name === name
      ? `this automaton ${kind} \`${name}\` twice`
      : `\`${name}\` and \`${other.name}\` differ in case only, so they would share a host name and variables`;
  machine.report("duplicate-name", message, site, [{ message: "the first one is here", site: other.site }]);
  return true;
};

export function* readProvides(node: Provides<Term>, place: Place, draft: Draft): Doing<void> {
  const { at, scope, machine } = place;
  const { name, transport } = node;
  const [protocolTerm, numberTerm] = node.kids;
  const site = focusAt(scope.origin, at);
  const said = machine.immediate(protocolTerm, at + 1, scope) ?? (yield ask(protocolTerm, at + 1, scope));
  const spoken = protocolOf(said, protocolTerm, at + 1, place);
  const numberAt = at + 1 + protocolTerm.size;
  const counted = machine.immediate(numberTerm, numberAt, scope) ?? (yield ask(numberTerm, numberAt, scope));
  const number = checkPort(counted, siteAt(scope.origin, numberAt), machine);
  if (spoken === null || number === null) draft.broken = true;
  else if (!isTaken("provides", name, draft, site, machine)) {
    const { protocol, label } = spoken;
    draft.provides.push({ name, protocol, label, transport, number, site });
  }
}

export function* readRequires(node: Requires<Term>, place: Place, draft: Draft): Doing<void> {
  const { at, scope, machine } = place;
  const { name, optional } = node;
  const [term] = node.kids;
  const site = focusAt(scope.origin, at);
  const said = machine.immediate(term, at + 1, scope) ?? (yield ask(term, at + 1, scope));
  const spoken = protocolOf(said, term, at + 1, place);
  if (spoken === null) draft.broken = true;
  else if (!isTaken("requires", name, draft, site, machine)) {
    const { protocol, label } = spoken;
    draft.requires.push({ name, protocol, label, optional, site });
  }
}
