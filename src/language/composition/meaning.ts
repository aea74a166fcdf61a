/** Whether two things mean the same, wherever they were written. */
import { clauseFields, wordOfField } from "../../core/clauses.ts";
import { equal } from "../equality.ts";
import type { AutomatonValue } from "../value.ts";
import type { Caller, Composition, Fact, Provider, Target } from "./composition.ts";
import { ends } from "./face.ts";
import { isPoisoned, leaves } from "./facts.ts";

/**
 * Whether two automata of one name are one automaton. What failed in one of them may be
 * anything, so it makes no difference.
 */
export const sameMeaning = (a: AutomatonValue, b: AutomatonValue): boolean =>
  a === b || (a.name === b.name && equal(a, b) !== false);

/** The ports of a wire or a publication, as a text that is equal for equal ones. */
export const targetsKey = (to: readonly Target[]): string =>
  to.map((target) => `${target.automaton}.${target.port}`).join("|");

/** A text that facts share iff they say the same, but for what automata of one name are. */
export const factKey = (fact: Fact): string => {
  switch (fact._tag) {
    case "Member":
      return fact.automaton.name;
    case "Wire":
      return `${fact.from}.${fact.requirement} ${fact.kind} ${targetsKey(fact.to)}`;
    case "Publish":
      return `${fact.hostPort} ${targetsKey(fact.to)}`;
  }
};

export const sameFact = (a: Fact, b: Fact): boolean => {
  if (a === b) return true;
  if (a._tag === "Member" && b._tag === "Member") return sameMeaning(a.automaton, b.automaton);
  return a._tag === b._tag && factKey(a) === factKey(b);
};

const callerKey = ({ automaton, requires }: Caller): string =>
  `${automaton}(${requires.map((one) => one.name).join(",")})`;

const providerKey = ({ offers }: Provider): string => offers.map((offer) => targetsKey(offer.to)).join(", ");

const sameKeys = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((key) => b.has(key));

/** Whether two compositions are equal as sets of facts with two faces. O(n). */
export const sameComposition = (a: Composition, b: Composition): boolean => {
  if (a === b) return true;
  if (isPoisoned(a.facts) !== isPoisoned(b.facts)) return false;
  const one = factsByKey(a);
  const other = factsByKey(b);
  if (one.size !== other.size) return false;
  for (const [key, fact] of one) {
    const twin = other.get(key);
    if (twin === undefined || !sameFact(fact, twin)) return false;
  }
  const fronts = [a, b].map(({ front }) => new Set([...ends(front)].map(providerKey))) as [
    Set<string>,
    Set<string>,
  ];
  const backs = [a, b].map(({ back }) => new Set([...ends(back)].map(callerKey))) as [
    Set<string>,
    Set<string>,
  ];
  return sameKeys(...fronts) && sameKeys(...backs);
};

const factsByKey = ({ facts }: Composition): ReadonlyMap<string, Fact> => {
  const found = new Map<string, Fact>();
  for (const fact of leaves(facts)) {
    const key = `${fact._tag} ${factKey(fact)}`;
    if (!found.has(key)) found.set(key, fact);
  }
  return found;
};

/** The words of the clauses in which two automata differ. */
export const differences = (a: AutomatonValue, b: AutomatonValue): readonly string[] =>
  clauseFields.filter((field) => equal(b[field], a[field]) === false).map(wordOfField);
