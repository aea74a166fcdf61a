/** From the words of a command line to a call, or to what is wrong with them. */
import { parseArgs } from "node:util";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { nearest } from "../core/nearest.ts";
import type { Argument, Call, Command, Misuse, Option } from "./command.ts";

/** The key of an argument among the words: `FILE` is at `file`, `AUTOMATON[.INDEX]` at `automaton`. */
export const wordOf = ({ name }: Argument): string => /^[A-Z]+/.exec(name)![0].toLowerCase();

/** Every command and option takes it, so no table lists it. */
export const helpOption: Option = { name: "help", short: "h", summary: "Show this help" };

interface Sorted {
  readonly given: Map<string, string | true | string[]>;
  readonly positionals: string[];
  readonly rest: string[];
}

const misuse = (command: Command, message: string, hint: string | null = null): Misuse => ({
  message,
  hint,
  command,
});

const sort = (command: Command, args: readonly string[]): Either<Misuse, Sorted> => {
  const options = [...command.options, helpOption];
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(
      options.map(({ name, short, value }) => [
        name,
        { type: value === undefined ? "boolean" : "string", ...(short === undefined ? {} : { short }) },
      ]),
    ),
  });
  const sorted: Sorted = { given: new Map(), positionals: [], rest: [] };
  let ended = false;
  for (const token of tokens) {
    if (token.kind === "option-terminator") {
      ended = true;
    } else if (token.kind === "positional") {
      (ended && command.rest !== undefined ? sorted.rest : sorted.positionals).push(token.value);
    } else {
      const option = options.find(({ name }) => name === token.name);
      if (option === undefined) {
        const meant = nearest(
          token.name,
          options.map(({ name }) => name),
        );
        return left(
          misuse(
            command,
            `unknown option ${token.rawName}`,
            meant === null ? null : `did you mean --${meant}?`,
          ),
        );
      }
      const { rawName, value, inlineValue } = token;
      // What follows may begin with a dash, as `-1 / 2` does; another option means that the value was left out.
      const isLeftOut = inlineValue !== true && value !== undefined && isOption(value, options);
      const wrong = take(option, rawName, isLeftOut ? undefined : value, sorted.given);
      if (wrong !== null) return left(misuse(command, wrong));
    }
  }
  return right(sorted);
};

/** Whether a word is one of the options, or ends them. */
const isOption = (word: string, options: readonly Option[]): boolean =>
  word === "--" ||
  options.some(
    ({ name, short }) => word === `--${name}` || word.startsWith(`--${name}=`) || word === `-${short}`,
  );

/** Notes an option, or says what is wrong with it. */
const take = (
  option: Option,
  written: string,
  value: string | undefined,
  given: Sorted["given"],
): string | null => {
  if (option.value === undefined) {
    if (value !== undefined) return `${written} takes no value`;
    given.set(option.name, true);
    return null;
  }
  if (value === undefined) return `${written} needs a value: ${written} ${option.value}`;
  const earlier = given.get(option.name);
  if (option.many === true) given.set(option.name, Array.isArray(earlier) ? [...earlier, value] : [value]);
  else if (earlier !== undefined) return `${written} is given twice`;
  else given.set(option.name, value);
  return null;
};

/** Sorts the words behind a command's name. With `--help` whatever else is there is forgiven. */
export const parse = (command: Command, args: readonly string[]): Either<Misuse, Call | "help"> => {
  const sorted = sort(command, args);
  if (sorted._tag === "Left") {
    const end = args.indexOf("--");
    const asksHelp = (end < 0 ? args : args.slice(0, end)).some((word) => word === "--help" || word === "-h");
    return asksHelp ? right("help") : sorted;
  }
  const { given, positionals, rest } = sorted.right;
  if (given.has(helpOption.name)) return right("help");
  const words: Record<string, string | true | readonly string[]> = Object.fromEntries(given);
  for (const argument of command.arguments) {
    const taken = argument.many === true ? positionals.splice(0) : positionals.splice(0, 1);
    if (taken.length === 0 && argument.required)
      return left(misuse(command, `${argument.name} is missing: ${argument.summary.toLowerCase()}`));
    if (taken.length > 0) words[wordOf(argument)] = argument.many === true ? taken : taken[0]!;
  }
  if (positionals.length > 0)
    return left(
      misuse(
        command,
        `there is no place for ${JSON.stringify(positionals[0])}`,
        command.rest === undefined ? null : `write the command behind --`,
      ),
    );
  if (command.rest !== undefined) {
    if (rest.length === 0 && command.rest.required)
      return left(misuse(command, `${command.rest.name} is missing behind --`));
    words[wordOf(command.rest)] = rest;
  }
  return right({ command, words });
};
