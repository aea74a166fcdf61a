/** Mistakes inside one construct: what is missing or too much in it. */
import { wordsBeforeValue } from "../../src/core/clause-words.ts";
import { choiceOf, clauseKeywords, clauseOfOption, clauseOfWord } from "../../src/core/clauses.ts";
import { nearest } from "../../src/core/nearest.ts";
import * as T from "../tokens.ts";
import { type ErrorRule, here, inSession, insertBefore, insertBehind, replace, rule } from "./context.ts";
import { shown } from "./words.ts";

/** `:` for `=` in records, `=` for `:` in payloads and choices. */
export const colonOrEquals: ErrorRule = (context) => {
  const { found, expected } = context;
  if (found?.tokenType === T.Colon && expected.has(T.Equals)) {
    return here(context, "`=`, not `:`, stands before a value.", replace(found, "=", "Write `=`."));
  }
  if (found?.tokenType === T.Equals && expected.has(T.Colon)) {
    return here(context, "`:`, not `=`, stands before a type.", replace(found, ":", "Write `:`."));
  }
  return null;
};

/** Words behind which neither `=` nor `:` stands; a port has its name there. */
const takeValues: ReadonlySet<unknown> = new Set(
  T.wordTypes([
    ...[...clauseKeywords].filter((word) => clauseOfWord(word)!.follows !== "port"),
    ...wordsBeforeValue,
  ]),
);

/** `instances = 2` */
export const clauseEquals: ErrorRule = (context) => {
  const { found, previous } = context;
  if (found === null || previous === null || !takeValues.has(previous.tokenType)) return null;
  if (found.tokenType !== T.Equals && found.tokenType !== T.Colon) return null;
  return here(
    context,
    `No ${shown(found)} stands behind ${shown(previous)}.`,
    replace(found, "", "Take it away."),
  );
};

/** `=` in the middle of an expression. */
export const comparison: ErrorRule = (context) => {
  const { found, expected } = context;
  if (found?.tokenType !== T.Equals || expected.has(T.Equals) || expected.has(T.NumberLiteral)) return null;
  return here(context, "`=` defines a name; `==` compares.", replace(found, "==", "Write `==`."));
};

export const missingIn: ErrorRule = (context) => {
  if (!context.expected.has(T.In)) return null;
  if (rule(context) === "loop") return null;
  return here(
    context,
    "This `let` has no `in`: inside an expression, `let x = … in …` says what `x` is for.",
  );
};

export const missingBranch: ErrorRule = (context) => {
  const { expected } = context;
  if (!expected.has(T.Then) && !expected.has(T.Else)) return null;
  const missing = expected.has(T.Then) ? "then" : "else";
  return here(
    context,
    `The \`${missing}\` of this \`if\` is missing: every \`if\` has a \`then\` and an \`else\`.`,
  );
};

export const missingTransport: ErrorRule = (context) => {
  const { found, expected } = context;
  if (!expected.has(T.Word.on) || rule(context) !== "provides") return null;
  const message = "The port is missing: a provided port ends with `on tcp` or `on udp` and a number.";
  if (found?.tokenType === T.Word.tcp || found?.tokenType === T.Word.udp) {
    return here(context, message, insertBefore(found, "on ", "Write `on`."));
  }
  return here(context, message);
};

export const missingCommand: ErrorRule = (context) => {
  const { found, expected, previous } = context;
  if (!expected.has(T.Word.exec) || expected.size > 1 || previous?.tokenType !== T.Word.runs) return null;
  const message = "`exec` should follow `runs`.";
  const near = found !== null && T.isName(found) ? nearest(found.image, ["exec", "once"]) : null;
  if (near !== null) return here(context, message, replace(found!, near, `Did you mean \`${near}\`?`));
  return found === null
    ? here(context, message)
    : here(context, message, insertBefore(found, "exec ", "Write `runs exec […]`."));
};

/** `t . !Int`: a name has no continuation. */
export const continuedName: ErrorRule = (context) => {
  const { previous } = context;
  if (previous?.tokenType !== T.Dot || rule(context) !== "reference") return null;
  return here(context, "A name ends a session: only what sends or receives goes on behind a `.`.");
};

export const namelessAutomaton: ErrorRule = (context) => {
  const { found, previous, expected } = context;
  if (previous?.tokenType !== T.Automaton) return null;
  if (expected.has(T.Text)) {
    return here(
      context,
      'A string should follow `automaton`: inside an expression its name is one, `automaton "name" { … }`.',
    );
  }
  if (found?.tokenType !== T.Text || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(found.text)) return null;
  return here(
    context,
    "A declared automaton's name is written without quotes.",
    replace(found, found.text, `Write \`automaton ${found.text}\`.`),
  );
};

export const leadingDot: ErrorRule = (context) => {
  const { found, tokens, at } = context;
  const next = tokens[at + 1];
  if (found?.tokenType !== T.Dot || next?.tokenType !== T.NumberLiteral || next.startOffset !== found.end)
    return null;
  return here(
    context,
    "A number begins with a digit.",
    insertBefore(found, "0", `Write \`0.${next.image}\`.`),
  );
};

/** `!Int ?Bool` */
export const missingDot: ErrorRule = (context) => {
  const { found, previous } = context;
  if (found === null || previous === null || !inSession(context) || context.expected.size > 0) return null;
  if (!stepStarts.has(found.tokenType)) return null;
  return here(
    context,
    `A \`.\` is missing before ${shown(found)}.`,
    insertBehind(previous, " .", "A `.` stands between the steps of a session."),
  );
};
const stepStarts: ReadonlySet<unknown> = new Set([
  T.Bang,
  T.Question,
  T.Plus,
  T.Ampersand,
  T.Mu,
  T.End,
  T.Dual,
]);

export const importedAs: ErrorRule = (context) => {
  if (rule(context) !== "importDeclaration" || !context.expected.has(T.As)) return null;
  return here(context, "An import says what it brings: `as name`, or `{ name, name }`.");
};

/** Behind a clause that is one of a few words, another. */
export const unknownPolicy: ErrorRule = (context) => {
  const { found, expected } = context;
  const clause = clauseOfWord(rule(context));
  if (clause === null || clause.decides === null || found === null || !T.isName(found)) return null;
  const words = Object.keys(choiceOf(clause)!);
  const last = words.at(-1)!;
  if (!T.wordTypes([last]).some((type) => expected.has(type))) return null;
  const near = nearest(found.image, words);
  const others = words.slice(0, -1).map((word) => `\`${word}\``);
  return here(
    context,
    `There is no \`${clause.word} ${found.image}\`: ${clause.decides} ${others.join(", ")} or \`${last}\`.`,
    ...(near === null ? [] : [replace(found, near, `Did you mean \`${near}\`?`)]),
  );
};

export const twice: ErrorRule = (context) => {
  const { found } = context;
  const clause = clauseOfWord(rule(context));
  if (clause === null || found === null || clauseOfOption(found.image) !== clause) return null;
  return here(context, `\`${clause.word}\` has ${shown(found)} only once.`);
};

/** `(1, 2)` */
export const tuple: ErrorRule = (context) => {
  const { found, opener } = context;
  if (found?.tokenType !== T.Comma || opener?.tokenType !== T.LParen || rule(context) !== "operand")
    return null;
  return here(context, "Parentheses hold one expression; a list is written `[a, b]`.");
};
