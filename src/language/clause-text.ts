/** The clauses of an automaton as they would be written. */
import { type ClauseTag, clauseTags } from "../core/clauses.ts";
import { limitsThereAre, limitText, sizeText } from "../core/limits.ts";
import type { Term } from "../core/term.ts";
import { showQuantity } from "./number/unit.ts";
import { providedText, requiredText } from "./port-text.ts";
import { plain } from "./quantity.ts";
import { quote } from "./quote.ts";
import { writtenText } from "./secret.ts";
import type { AutomatonValue, ClauseValue, FileContent, Predecessor } from "./value.ts";

/** How an equation's term is shown. */
export type ShowTerm = (term: Term) => string;

type Text = (automaton: AutomatonValue, term: ShowTerm) => readonly string[];

const clauseText = <T>(clause: ClauseValue<T>, show: (value: T) => string, term: ShowTerm): string =>
  clause._tag === "Known" ? show(clause.value) : term(clause.closure.term);

/** Milliseconds with a unit: `2.5s`. */
export const durationText = (milliseconds: number): string => {
  const { numerator, denominator } = plain(milliseconds * 1_000_000);
  return showQuantity({ dimension: "duration", numerator, denominator });
};

const argv = (words: readonly string[]): string => `[${words.map(quote).join(", ")}]`;

/** `store.kv` */
export const predecessorText = ({ automaton, port }: Predecessor): string =>
  port === null ? automaton : `${automaton}.${port}`;
const fileText = ({ text, mode, owner }: FileContent): string => {
  if (mode === null && owner === null) return writtenText(text);
  const written = { text, ...(mode === null ? {} : { mode }), ...(owner === null ? {} : { owner }) };
  return `{ ${Object.entries(written)
    .map(([name, value]) => `${name} = ${writtenText(value)}`)
    .join(", ")} }`;
};

/** Of one that is not there, nothing. */
const texts: Readonly<Record<ClauseTag, Text>> = {
  Provides: ({ provides }) => provides.map(providedText),
  Requires: ({ requires }) => requires.map(requiredText),
  Runs: ({ runs, once }, term) =>
    runs === null ? [] : [`runs ${once ? "once " : ""}exec ${clauseText(runs, argv, term)}`],
  Schedule: ({ schedule }) => (schedule === null ? [] : [`schedule ${quote(schedule)}`]),
  Env: ({ env }, term) => {
    const entries = [...env].map(
      ([name, variable]) => `${name} = ${clauseText(variable, writtenText, term)}`,
    );
    return entries.length === 0 ? [] : [`env { ${entries.join(", ")} }`];
  },
  Files: ({ files, reload }, term) => {
    const entries = [...files].map(([path, file]) => `${quote(path)} = ${clauseText(file, fileText, term)}`);
    const signal = reload === null ? "" : ` reload ${reload}`;
    return entries.length === 0 && reload === null ? [] : [`files { ${entries.join(", ")} }${signal}`];
  },
  User: ({ user }) => (user === null ? [] : [`user ${quote(user)}`]),
  Directory: ({ directory }) => (directory === null ? [] : [`directory ${quote(directory)}`]),
  State: ({ state }) =>
    state.map(({ name, path, size, formerly }) => {
      const most = size === null ? "" : ` size ${sizeText(size)}`;
      const before = formerly === null ? "" : ` formerly ${quote(formerly)}`;
      return `state ${name} at ${quote(path)}${most}${before}`;
    }),
  Scratch: ({ scratch }) =>
    [...scratch].map(
      ([path, size]) => `scratch at ${quote(path)}${size === null ? "" : ` size ${sizeText(size)}`}`,
    ),
  Secret: ({ secrets }) => secrets.map(({ name, content }) => `secret ${name} = ${writtenText(content)}`),
  Limits: ({ limits }) => {
    const all = limitsThereAre(Object.fromEntries(limits)).map((limit) => limitText(...limit));
    return all.length === 0 ? [] : [`limits { ${all.join(", ")} }`];
  },
  Grants: ({ grants }) => (grants.length === 0 ? [] : [`grants [${grants.join(", ")}]`]),
  ReadOnly: ({ readOnly }) => (readOnly ? ["read-only"] : []),
  Shares: ({ shares }) =>
    shares.map(({ source, path }) => `shares ${quote(source)}${source === path ? "" : ` at ${quote(path)}`}`),
  Instances: ({ instances, settle }, term) => {
    if (instances === null) return [];
    const after = settle === null ? "" : ` settle ${clauseText(settle, durationText, term)}`;
    return [`instances ${clauseText(instances, String, term)}${after}`];
  },
  Health: ({ health }, term) => {
    if (health === null) return [];
    const { how, path, service, argv: words, every, timeout, failures, successes } = health;
    const parts = [`health ${how}`];
    if (path !== null) parts.push(clauseText(path, quote, term));
    if (service !== null) parts.push(clauseText(service, quote, term));
    if (words !== null) parts.push(clauseText(words, argv, term));
    if (every !== null) parts.push(`every ${clauseText(every, durationText, term)}`);
    if (timeout !== null) parts.push(`timeout ${clauseText(timeout, durationText, term)}`);
    if (failures !== null) parts.push(`failures ${clauseText(failures, String, term)}`);
    if (successes !== null) parts.push(`successes ${clauseText(successes, String, term)}`);
    return [parts.join(" ")];
  },
  Restart: ({ restart }) => (restart === null ? [] : [`restart ${restart}`]),
  Update: ({ update }) => (update === null ? [] : [`update ${update}`]),
  Hostname: ({ hostname }, term) =>
    hostname === null ? [] : [`hostname ${clauseText(hostname, quote, term)}`],
  Resolves: ({ resolves }) => (resolves === null ? [] : [`resolves ${resolves}`]),
  Stop: ({ stop }) => {
    if (stop === null) return [];
    const { signal, within } = stop;
    return [within === null ? `stop ${signal}` : `stop ${signal} within ${durationText(within)}`];
  },
  Start: ({ start }) => (start === null ? [] : [`start within ${durationText(start)}`]),
  After: ({ after }) => (after.length === 0 ? [] : [`after ${after.map(predecessorText).join(", ")}`]),
  // It stands at the head.
  Named: () => [],
};

/** The clauses of an automaton in the order of the table, each as a line. */
export const clauseTexts = (automaton: AutomatonValue, term: ShowTerm): readonly string[] =>
  clauseTags.flatMap((tag) => texts[tag](automaton, term));

/** An automaton in braces behind its head, a clause a line. */
export const automatonText = (head: string, automaton: AutomatonValue, term: ShowTerm): string => {
  const clauses = clauseTexts(automaton, term);
  return clauses.length === 0
    ? `${head} {}`
    : `${head} {\n${clauses.map((clause) => `  ${clause}\n`).join("")}}`;
};
