/** Values as they would be written in a program: also protocols and automata. */
import { format, print } from "../../grammar/printer.ts";
import { showQuantity } from "../language/number/unit.ts";
import { showPayload, showSession } from "../language/protocol/show.ts";
import { quote } from "../language/quote.ts";
import { show, signature } from "../language/show.ts";
import type { AutomatonValue, HealthClause, Said, Value } from "../language/value.ts";

/** The text of a declaration with its lines set anew, without what stands before it. */
const set = (before: string, text: string): string => {
  const formatted = format(`${before}${text}\n`);
  return formatted._tag === "Formatted" ? formatted.text.trimEnd().slice(before.length) : text;
};

/** Longer protocols are broken off, and so cannot be set in lines. */
const longest = 4000;

const duration = (milliseconds: number): string =>
  showQuantity({ numerator: Math.round(milliseconds * 1_000_000), denominator: 1, dimension: "duration" });

const say = <T>(said: Said<T>, known: (value: T) => string): string =>
  said._tag === "Known" ? known(said.value) : print(said.closure.term);

const argv = (words: readonly string[]): string => `[${words.map(quote).join(", ")}]`;

const healthOf = ({ how, path, argv: words, every, timeout }: HealthClause): string =>
  [
    `health ${how}`,
    ...(path === null ? [] : [say(path, quote)]),
    ...(words === null ? [] : [say(words, argv)]),
    ...(every === null ? [] : [`every ${say(every, duration)}`]),
    ...(timeout === null ? [] : [`timeout ${say(timeout, duration)}`]),
  ].join(" ");

/** The clauses of an automaton, one a line, in the order in which they are usually written. */
const clausesOf = (automaton: AutomatonValue): readonly string[] => {
  const { provides, requires, runs, env, instances, settle, health, restart } = automaton;
  return [
    ...provides.map(
      ({ name, label, transport, number }) => `provides ${name}: ${label} on ${transport} ${number}`,
    ),
    ...requires.map(({ name, label, optional }) => `requires ${name}${optional ? "?" : ""}: ${label}`),
    ...(runs === null ? [] : [`runs exec ${say(runs, argv)}`]),
    ...(env.size === 0
      ? []
      : [`env { ${[...env].map(([key, value]) => `${key} = ${say(value, quote)}`).join(", ")} }`]),
    ...(instances === null
      ? []
      : [`instances ${say(instances, String)}${settle === null ? "" : ` settle ${say(settle, duration)}`}`]),
    ...(health === null ? [] : [healthOf(health)]),
    ...(restart === null ? [] : [`restart ${restart}`]),
  ];
};

const isName = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);

export const writtenAutomaton = (automaton: AutomatonValue): string => {
  const head = `automaton ${isName(automaton.name) ? automaton.name : quote(automaton.name)}`;
  const clauses = clausesOf(automaton);
  return clauses.length === 0
    ? `${head} {}`
    : `${head} {\n${clauses.map((clause) => `  ${clause}\n`).join("")}}`;
};

/** A value as a person would write it, in lines of a width. Compositions are told otherwise. */
export const written = (value: Value, width = 100): string => {
  switch (value._tag) {
    case "Protocol":
      return set("protocol P = ", showSession(value.session, { length: longest }));
    case "Type":
      return set("type T = ", showPayload(value.payload, { length: longest }));
    case "Automaton":
      return writtenAutomaton(value);
    case "Fn":
      return value.name === null
        ? signature("fn", value.closure.term)
        : signature(value.name, value.closure.term);
    default:
      return show(value, { width });
  }
};
