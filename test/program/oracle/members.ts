/** From the facts of a composition to the members that passes augment; plainly. */
import type { Composition, Fact, Target } from "../../../src/language/composition/composition.ts";
import { leaves } from "../../../src/language/composition/facts.ts";
import { type Member, ownerOf, serviceId, transportOf, type WireOut } from "../../../src/language/member.ts";

/** Of several facts under one key the last counts: where they differ, the program is in error. */
const grouped = <F extends Fact>(
  facts: readonly F[],
  owner: (fact: F) => string,
  key: (fact: F) => string,
): Map<string, Map<string, F>> => {
  const groups = new Map<string, Map<string, F>>();
  for (const fact of facts) {
    const group = groups.get(owner(fact)) ?? new Map<string, F>();
    group.set(key(fact), fact);
    groups.set(owner(fact), group);
  }
  return groups;
};

export const membersOf = ({ facts }: Composition): readonly Member[] => {
  const all = [...leaves(facts)];
  const publishes = grouped(
    all.filter((fact) => fact._tag === "Publish"),
    ({ to }) => ownerOf(to),
    ({ to, hostPort }) => `${transportOf(to)}/${hostPort}`,
  );
  const wires = grouped(
    // Written both ways, a wire is a request.
    all
      .filter((fact) => fact._tag === "Wire")
      .sort((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0)),
    ({ from }) => from,
    ({ requirement }) => requirement,
  );
  const publications = (owner: string) =>
    [...(publishes.get(owner)?.values() ?? [])]
      .map(({ hostPort, to }) => ({ hostPort, to }))
      .sort((a, b) => a.hostPort - b.hostPort || (transportOf(a.to) < transportOf(b.to) ? -1 : 1));
  const members = new Map<string, Member>();
  const union = (targets: readonly Target[]): void => {
    const key = serviceId(targets);
    if (targets.length > 1)
      members.set(key, { _tag: "Union", key, targets, publications: publications(key) });
  };
  for (const fact of all) {
    if (fact._tag !== "Member") {
      union(fact.to);
      continue;
    }
    const { automaton } = fact;
    const key = automaton.name;
    const out = [...(wires.get(key)?.values() ?? [])]
      .map(({ requirement, kind, to }): WireOut => ({ requirement, kind, to }))
      .sort((a, b) => (a.requirement < b.requirement ? -1 : 1));
    members.set(key, { _tag: "Automaton", key, automaton, wires: out, publications: publications(key) });
  }
  return [...members.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
};
