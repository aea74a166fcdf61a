/** The clauses `provides` and `requires`. */
import type { Provides, Requires } from "../../core/syntax/clauses.ts";
import type { Term } from "../../core/term.ts";
import { describe } from "../describe.ts";
import { pathOf } from "../path.ts";
import type { Site } from "../problem.ts";
import { showSession } from "../protocol/show.ts";
import { focusAt, kidAt, siteAt } from "../site.ts";
import type { ProvidedPort } from "../value.ts";
import { checkPort } from "./checks.ts";
import type { Doing, Draft, Place } from "./draft.ts";
import { ask, type Machine } from "./machine.ts";

/** The protocol of a port with its name for people; null where it failed. */
function* readProtocol(
  term: Term,
  at: number,
  { scope, machine }: Place,
): Doing<Pick<ProvidedPort, "protocol" | "label"> | null> {
  const value = yield ask(term, at, scope);
  if (value._tag === "Protocol") {
    return { protocol: value.session, label: pathOf(term) ?? showSession(value.session, { length: 60 }) };
  }
  if (value._tag !== "Poison") {
    const hints = value._tag === "Type" ? [{ message: "a payload is sent or received: `!T` or `?T`" }] : [];
    const message = `a port speaks a protocol, but this is ${describe(value)}`;
    machine.report("type-mismatch", message, siteAt(scope.origin, at), hints);
  }
  return null;
}

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
  const kept: readonly Pick<ProvidedPort, "name" | "site">[] = draft.base?.[kind] ?? [];
  const ports = [...draft[kind].values(), ...kept.filter((port) => port.name !== name)];
  const other = ports.find((port) => port.name.toLowerCase() === name.toLowerCase());
  if (other === undefined) return false;
  const message =
    other.name === name
      ? `this automaton ${kind} \`${name}\` twice`
      : `\`${name}\` and \`${other.name}\` differ in case only, so they would share a host name and variables`;
  machine.report("duplicate-name", message, site, [{ message: "the first one is here", site: other.site }]);
  return true;
};

export function* readProvides(node: Provides<Term>, place: Place, draft: Draft): Doing<void> {
  const { term, at, scope, machine } = place;
  const { name, transport } = node;
  const site = focusAt(scope.origin, at);
  const spoken = yield* readProtocol(node.kids[0], at + 1, place);
  const numberAt = kidAt(term, at, 1);
  const number = checkPort(yield ask(node.kids[1], numberAt, scope), siteAt(scope.origin, numberAt), machine);
  if (spoken === null || number === null) draft.broken = true;
  else if (!isTaken("provides", name, draft, site, machine)) {
    draft.provides.set(name, { name, ...spoken, transport, number, site });
  }
}

export function* readRequires(node: Requires<Term>, place: Place, draft: Draft): Doing<void> {
  const { at, scope, machine } = place;
  const { name, optional } = node;
  const site = focusAt(scope.origin, at);
  const spoken = yield* readProtocol(node.kids[0], at + 1, place);
  if (spoken === null) draft.broken = true;
  else if (!isTaken("requires", name, draft, site, machine)) {
    draft.requires.set(name, { name, ...spoken, optional, site });
  }
}
