/** Automata and compositions as they would be written. */
import { automatonText } from "./clause-text.ts";
import type { Composition, Fact, Target } from "./composition/composition.ts";
import { isPoisoned, leaves } from "./composition/facts.ts";
import { factKey } from "./composition/meaning.ts";
import { quote } from "./quote.ts";
import { type AutomatonValue, isExternal } from "./value.ts";

/** With its clauses, one a line; what is an equation, a term, stands as `…`. */
export const showAutomaton = (automaton: AutomatonValue): string =>
  automatonText(
    isExternal(automaton) ? `external ${automaton.name}` : `automaton ${quote(automaton.name)}`,
    automaton,
    () => "…",
  );

const portsText = (to: readonly Target[]): string =>
  to.map(({ automaton, port }) => `${automaton}.${port}`).join(" | ");

const factText = (fact: Fact): string => {
  switch (fact._tag) {
    case "Member":
      return fact.automaton.name;
    case "Wire":
      return `${fact.from}.${fact.requirement} ${fact.kind === "request" ? "=>" : "->"} ${portsText(fact.to)}`;
    case "Publish":
      return `publish(${portsText(fact.to)}, ${fact.hostPort})`;
  }
};

/** What a composition says, each once. */
export const factsOf = ({ facts }: Composition): readonly Fact[] => {
  const found = new Map<string, Fact>();
  for (const fact of leaves(facts)) found.set(`${fact._tag} ${factKey(fact)}`, fact);
  return [...found.values()];
};

/** The automata on one line, then wires and publications, at most `most` of them. */
export const showComposition = (composition: Composition, most: number): string => {
  const facts = factsOf(composition);
  const members = facts.filter(({ _tag }) => _tag === "Member");
  const others = [
    ...facts.filter(({ _tag }) => _tag === "Wire"),
    ...facts.filter(({ _tag }) => _tag === "Publish"),
  ];
  const some = (of: readonly Fact[]): readonly string[] => {
    const rest = of.length - most;
    const texts = of.slice(0, most).map(factText);
    return rest > 0 ? [...texts, `… ${rest.toLocaleString("en")} more`] : texts;
  };
  const lines = members.length === 0 ? [] : [some(members).join(", ")];
  lines.push(...some(others));
  if (isPoisoned(composition.facts)) lines.push("<error>");
  if (others.length === 0) return `[${lines.join(", ")}]`;
  return `[\n${lines.map((line) => `  ${line},\n`).join("")}]`;
};
