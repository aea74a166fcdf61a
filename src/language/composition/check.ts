/**
 * Whether a whole composition makes sense: what no operation can see, because the parts
 * meet only here. From scratch, in O(facts) and as much again for every fifteen
 * conflicts.
 */

import { numbersOf } from "../../core/port-range.ts";
import { counted } from "../../core/tally.ts";
import { hostName } from "../host-name.ts";
import { hostPortsOf } from "../member.ts";
import type { Problem, Site } from "../problem.ts";
import { mismatchOf } from "../protocol/subtype.ts";
import type { AutomatonValue } from "../value.ts";
import type { Composition, Fact, MemberFact, PublishFact, WireFact } from "./composition.ts";
import { duplicateName, hostNameClash, portConflict, unsatisfied } from "./conflict.ts";
import { isPoisoned, leaves } from "./facts.ts";
import { sameFact } from "./meaning.ts";
import { type Encounter, lowestMeetings } from "./meeting.ts";
import { cyclicPredecessors, missingPredecessors, scheduledPredecessors } from "./ordering.ts";
import { samePorts } from "./unite.ts";
import { alreadyWired } from "./wiring-errors.ts";

/** So many conflicts are told; a last hint counts the others. */
const told = 60;

/** What facts may not be in conflict about: facts of one key must say the same. */
const claimsOf = (fact: Fact): readonly string[] => {
  switch (fact._tag) {
    case "Member":
      return [`host ${hostName(fact.automaton.name)}`];
    case "Wire":
      return [`requirement ${fact.from}.${fact.requirement}`];
    case "Publish":
      return numbersOf(hostPortsOf(fact.hostPort, fact.to)).map(
        (port) => `port ${fact.to[0]!.transport} ${port}`,
      );
  }
};

/** Facts of one claim that say something else than the first, each meaning once, a few at most. */
interface Claim {
  readonly first: Fact;
  readonly others: Fact[];
}

/** Whether facts of one claim can both hold. A wire may be there for requests and for messages. */
const agree = (one: Fact, other: Fact): boolean =>
  one._tag === "Wire" && other._tag === "Wire" ? samePorts(one.to, other.to) : sameFact(one, other);

const claims = (composition: Composition): Iterable<Claim> => {
  const found = new Map<string, Claim>();
  for (const fact of leaves(composition.facts)) {
    // Of two ranges with many ports in common it is told once.
    const against = new Set<Fact>();
    for (const key of claimsOf(fact)) {
      const claim = found.get(key);
      if (claim === undefined) found.set(key, { first: fact, others: [] });
      else if (
        claim.others.length < 3 &&
        !against.has(claim.first) &&
        ![claim.first, ...claim.others].some((other) => agree(other, fact))
      ) {
        against.add(claim.first);
        claim.others.push(fact);
      }
    }
  }
  return found.values();
};

const conflict = (one: Fact, other: Fact, site: Site): Problem => {
  switch (one._tag) {
    case "Member": {
      const [a, b] = [one.automaton, (other as MemberFact).automaton];
      return a.name === b.name ? duplicateName(a, b, site) : hostNameClash(a, b, site);
    }
    case "Wire":
      return alreadyWired(one, (other as WireFact).to, other.site);
    case "Publish":
      return portConflict(one, other as PublishFact, other.site);
  }
};

/**
 * Conflicts between facts: `duplicate-name` where two automata meet, else
 * `requirement-already-wired` and `port-conflict` at the second. In the order of the
 * text of what came first.
 */
export const conflicts = (composition: Composition): readonly Problem[] => {
  const pairs: Encounter[] = [];
  for (const { first, others } of claims(composition)) {
    for (const other of others) pairs.push([first, other]);
  }
  const shown = pairs.slice(0, told);
  const sites = lowestMeetings(composition.facts, shown);
  const problems = shown.map(([one, other], i) => conflict(one, other, sites[i]!));
  if (pairs.length === shown.length) return problems;
  const last = problems[problems.length - 1]!;
  const hint = {
    message: `this composition has ${counted(pairs.length - shown.length, "more conflict")}`,
  };
  return [...problems.slice(0, -1), { ...last, hints: [...last.hints, hint] }];
};

/** Ports that a requirement could be wired to, a few at most. */
const fitting = (
  automata: Iterable<AutomatonValue>,
  self: AutomatonValue,
  name: string,
): readonly string[] => {
  const { protocol } = self.requires.find((one) => one.name === name)!;
  const found: string[] = [];
  for (const one of automata) {
    if (one.name === self.name) continue;
    for (const port of one.provides) {
      if (mismatchOf(port.protocol, protocol) === null) found.push(`${one.name}.${port.name}`);
      if (found.length > 3) return [];
    }
  }
  return found;
};

/** The automata of a composition by name; of several of one name the first. */
const automataOf = (composition: Composition): ReadonlyMap<string, AutomatonValue> => {
  const automata = new Map<string, AutomatonValue>();
  for (const fact of leaves(composition.facts))
    if (fact._tag === "Member" && !automata.has(fact.automaton.name))
      automata.set(fact.automaton.name, fact.automaton);
  return automata;
};

/**
 * Requirements of a system that are wired to nobody, at the system's own place; none
 * where something failed, since it might have wired them.
 */
export const unsatisfiedRequirements = (composition: Composition, site: Site): readonly Problem[] => {
  if (isPoisoned(composition.facts)) return [];
  const automata = automataOf(composition);
  const wired = new Set<string>();
  for (const fact of leaves(composition.facts))
    if (fact._tag === "Wire") wired.add(`${fact.from}.${fact.requirement}`);
  const problems: Problem[] = [];
  for (const automaton of automata.values()) {
    for (const requirement of automaton.requires) {
      if (requirement.optional || wired.has(`${automaton.name}.${requirement.name}`)) continue;
      const providers = problems.length < told ? fitting(automata.values(), automaton, requirement.name) : [];
      problems.push(unsatisfied(automaton, requirement, providers, site));
    }
  }
  return problems;
};

/** What keeps automata of a system from being started in the order that they ask for. */
export const orderProblems = (composition: Composition, site: Site): readonly Problem[] => {
  if (isPoisoned(composition.facts)) return [];
  const automata = automataOf(composition);
  return [
    ...missingPredecessors(automata, site),
    ...scheduledPredecessors(automata, site),
    ...cyclicPredecessors(automata, site),
  ];
};

/** All that is wrong with a composition as a whole; with that of a system if its place is given. */
export const check = (composition: Composition, system: Site | null): readonly Problem[] => [
  ...conflicts(composition),
  ...(system === null
    ? []
    : [...unsatisfiedRequirements(composition, system), ...orderProblems(composition, system)]),
];
