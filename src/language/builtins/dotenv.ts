/** Variables as files of them have them: `KEY=value` a line. */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { quote } from "../quote.ts";
import { poison, record, text } from "../value.ts";
import { type Builtin, textOf } from "./builtin.ts";
import { pathOfText } from "./file-texts.ts";

/** Why a text is no list of variables. */
interface Malformed {
  /** From 1. */
  readonly line: number;
  /** A sentence: `"A" is no NAME=value`. */
  readonly reason: string;
}

const blank = /[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y;
const head = /[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_]\w*)[^\S\n]*=[^\S\n]*/y;
const single = /'([^']*)'/y;
const double = /"([^"\\]*(?:\\[\s\S][^"\\]*)*)"/y;
const bare = /[^\n]*/y;

/** So much of a line is shown. */
const mostShown = 40;

/** The first words of the line that begins there: none of its value. */
const wordsAt = (content: string, at: number): string => {
  const [words = ""] = /^[^=\n]*/.exec(content.slice(at, at + 1_000)) ?? [];
  const short = words.trim();
  return short.length <= mostShown ? short : `${short.slice(0, mostShown)}…`;
};

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** The next piece of a text that has a form; null where something else stands there. */
const next = (form: RegExp, content: string, at: number): RegExpExecArray | null => {
  form.lastIndex = at;
  return form.exec(content);
};

/** The value of a variable, and where it ends; null where a quote is never closed. */
const valueAt = (content: string, at: number): readonly [value: string, end: number] | null => {
  const quote = content[at];
  if (quote === "'" || quote === '"') {
    const found = next(quote === "'" ? single : double, content, at);
    if (found === null) return null;
    const [whole, inside = ""] = found;
    const value =
      quote === "'" ? inside : inside.replace(/\\([\s\S])/g, (_, sign: string) => escapes[sign] ?? sign);
    return [value, at + whole.length];
  }
  const [line = ""] = next(bare, content, at) ?? [];
  // A comment has white space in front of it: `a#b` has none.
  const value = line.replace(/(?:^|\s)#[^\n]*$/, "").trim();
  return [value, at + line.length];
};

/** The variables of a text; of two of one name the later counts. */
export const parseVariables = (given: string): Either<Malformed, ReadonlyMap<string, string>> => {
  const content = given.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const variables = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const nothing = next(blank, content, at);
    if (nothing !== null && nothing[0] !== "") {
      at += nothing[0].length;
      continue;
    }
    const malformed = (reason: string): Either<Malformed, never> =>
      left({ line: content.slice(0, at).split("\n").length, reason });
    const found = next(head, content, at);
    if (found === null) return malformed(`${quote(wordsAt(content, at))} is no \`NAME=value\``);
    const [whole, name = ""] = found;
    const value = valueAt(content, at + whole.length);
    if (value === null) return malformed(`the quote of ${name} is never closed`);
    const rest = next(blank, content, value[1]);
    if (rest === null) return malformed(`something stands behind the quote of ${name}`);
    variables.set(name, value[0]);
    at = value[1] + rest[0].length;
  }
  return right(variables);
};

/** `dotenv(text)` */
export const dotenv: Builtin = {
  parameters: ["text"],
  doc: "a record of the variables in a text that has `NAME=value` in each line",
  run: ([textArg], context) => {
    const content = textOf(textArg!, context, 'a text, like `read("./.env")`');
    if (content === null) return poison;
    const { machine } = context;
    if (!machine.charge(content.length >>> 4)) return poison;
    const parsed = parseVariables(content);
    if (parsed._tag === "Left") {
      const { line, reason } = parsed.left;
      const path = pathOfText(textArg!.value);
      return machine.report(
        "type-mismatch",
        `${path === null ? `line ${line} of this text` : `${path}:${line}`} is no variable: ${reason}`,
        textArg!.site(),
      );
    }
    return record(new Map([...parsed.right].map(([name, value]) => [name, text(value)])));
  },
};
