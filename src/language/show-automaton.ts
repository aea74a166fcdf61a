/** Automata and compositions as they would be written. */
import type { Composition, Fact, Target } from "./composition/composition.ts";
import { isPoisoned, leaves } from "./composition/facts.ts";
import { factKey } from "./composition/meaning.ts";
import { showQuantity } from "./number/unit.ts";
import { plain } from "./quantity.ts";
import { quote } from "./quote.ts";
import type { AutomatonValue, HealthClause, Said } from "./value.ts";

/** An equation is a term, and terms are not shown here. */
const said = <T>(clause: Said<T>, show: (value: T) => string): string =>
  clause._tag === "Known" ? show(clause.value) : "…";

const duration = (milliseconds: number): string => {
  const { numerator, denominator } = plain(milliseconds * 1_000_000);
  return showQuantity({ dimension: "duration", numerator, denominator });
};

const argv = (clause: Said<readonly string[]>): string =>
  said(clause, (words) => `[${words.map(quote).join(", ")}]`);

const healthText = ({ how, path, argv: command, every, timeout }: HealthClause): string => {
  const parts = [`health ${how}`];
  if (path !== null) parts.push(said(path, quote));
  if (command !== null) parts.push(argv(command));
  if (every !== null) parts.push(`every ${said(every, duration)}`);
  if (timeout !== null) parts.push(`timeout ${said(timeout, duration)}`);
  return parts.join(" ");
};

const clausesOf = (automaton: AutomatonValue): readonly string[] => {
  const { provides, requires, runs, env, instances, settle, health, restart } = automaton;
  const variables = [...env].map(([name, variable]) => `${name} = ${said(variable, quote)}`);
  return [
    ...provides.map(
      ({ name, label, transport, number }) => `provides ${name}: ${label} on ${transport} ${number}`,
    ),
    ...requires.map(({ name, label, optional }) => `requires ${name}${optional ? "?" : ""}: ${label}`),
    ...(runs === null ? [] : [`runs exec ${argv(runs)}`]),
    ...(variables.length === 0 ? [] : [`env { ${variables.join(", ")} }`]),
    ...(instances === null
      ? []
      : [
          `instances ${said(instances, String)}${settle === null ? "" : ` settle ${said(settle, duration)}`}`,
        ]),
    ...(health === null ? [] : [healthText(health)]),
    ...(restart === null ? [] : [`restart ${restart}`]),
  ];
};

/** With its clauses, one a line; what is an equation stands as `…`. */
export const showAutomaton = (automaton: AutomatonValue): string => {
  const clauses = clausesOf(automaton);
  const head = `automaton ${quote(automaton.name)}`;
  return clauses.length === 0
    ? `${head} {}`
    : `${head} {\n${clauses.map((clause) => `  ${clause}\n`).join("")}}`;
};

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
