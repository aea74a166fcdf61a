/** Slips inside one construct: what is missing or too much in it. */

import { nearest } from "../../src/core/nearest.ts";
import * as T from "../tokens.ts";
import { here, inSession, insertBefore, insertBehind, type Reading, replace, rule } from "./slip.ts";
import { shown } from "./words.ts";

/** `:` for `=` in records, `=` for `:` in payloads and choices. */
export const colonOrEquals: Reading = (slip) => {
  const { found, expected } = slip;
  if (found?.tokenType === T.Colon && expected.has(T.Equals)) {
    return here(slip, "`=`, not `:`, stands before a value.", replace(found, "=", "Write `=`."));
  }
  if (found?.tokenType === T.Equals && expected.has(T.Colon)) {
    return here(slip, "`:`, not `=`, stands before a type.", replace(found, ":", "Write `:`."));
  }
  return null;
};

const takeValues: ReadonlySet<unknown> = new Set([
  T.InstancesWord,
  T.SettleWord,
  T.EveryWord,
  T.TimeoutWord,
  T.NameWord,
  T.RunsWord,
  T.EnvWord,
  T.HealthWord,
  T.RestartWord,
  T.ExecWord,
  T.HttpWord,
]);

/** `instances = 2` */
export const clauseEquals: Reading = (slip) => {
  const { found, previous } = slip;
  if (found === null || previous === null || !takeValues.has(previous.tokenType)) return null;
  if (found.tokenType !== T.Equals && found.tokenType !== T.Colon) return null;
  return here(
    slip,
    `No ${shown(found)} stands behind ${shown(previous)}.`,
    replace(found, "", "Take it away."),
  );
};

/** `=` in the middle of an expression. */
export const comparison: Reading = (slip) => {
  const { found, expected } = slip;
  if (found?.tokenType !== T.Equals || expected.has(T.Equals) || expected.has(T.NumberLiteral)) return null;
  return here(slip, "`=` defines a name; `==` compares.", replace(found, "==", "Write `==`."));
};

export const missingIn: Reading = (slip) => {
  if (!slip.expected.has(T.In)) return null;
  if (rule(slip) === "qualifier") return null;
  return here(slip, "This `let` has no `in`: inside an expression, `let x = … in …` says what `x` is for.");
};

export const missingBranch: Reading = (slip) => {
  const { expected } = slip;
  if (!expected.has(T.Then) && !expected.has(T.Else)) return null;
  const missing = expected.has(T.Then) ? "then" : "else";
  return here(
    slip,
    `The \`${missing}\` of this \`if\` is missing: every \`if\` has a \`then\` and an \`else\`.`,
  );
};

export const missingTransport: Reading = (slip) => {
  const { found, expected } = slip;
  if (!expected.has(T.OnWord) || rule(slip) !== "provides") return null;
  const message = "The port is missing: a provided port ends with `on tcp` or `on udp` and a number.";
  if (found?.tokenType === T.TcpWord || found?.tokenType === T.UdpWord) {
    return here(slip, message, insertBefore(found, "on ", "Write `on`."));
  }
  return here(slip, message);
};

export const missingCommand: Reading = (slip) => {
  const { found, expected, previous } = slip;
  if (!expected.has(T.ExecWord) || expected.size > 1 || previous?.tokenType !== T.RunsWord) return null;
  const message = "`exec` should follow `runs`.";
  return found === null
    ? here(slip, message)
    : here(slip, message, insertBefore(found, "exec ", "Write `runs exec […]`."));
};

/** `t . !Int`: a name has no continuation. */
export const continuedName: Reading = (slip) => {
  const { previous } = slip;
  if (previous?.tokenType !== T.Dot || rule(slip) !== "reference") return null;
  return here(slip, "A name ends a session: only what sends or receives goes on behind a `.`.");
};

export const namelessAutomaton: Reading = (slip) => {
  const { found, previous, expected } = slip;
  if (previous?.tokenType !== T.Automaton) return null;
  if (expected.has(T.Text)) {
    return here(
      slip,
      'A string should follow `automaton`: inside an expression its name is one, `automaton "name" { … }`.',
    );
  }
  if (found?.tokenType !== T.Text || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(found.text)) return null;
  return here(
    slip,
    "A declared automaton's name is written without quotes.",
    replace(found, found.text, `Write \`automaton ${found.text}\`.`),
  );
};

export const leadingDot: Reading = (slip) => {
  const { found, tokens, at } = slip;
  const next = tokens[at + 1];
  if (found?.tokenType !== T.Dot || next?.tokenType !== T.NumberLiteral || next.startOffset !== found.end)
    return null;
  return here(slip, "A number begins with a digit.", insertBefore(found, "0", `Write \`0.${next.image}\`.`));
};

/** `!Int ?Bool` */
export const missingDot: Reading = (slip) => {
  const { found, previous } = slip;
  if (found === null || previous === null || !inSession(slip) || slip.expected.size > 0) return null;
  if (!stepStarts.has(found.tokenType)) return null;
  return here(
    slip,
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

export const importedAs: Reading = (slip) => {
  if (rule(slip) !== "importDeclaration" || !slip.expected.has(T.As)) return null;
  return here(slip, "An import says what it brings: `as name`, or `{ name, name }`.");
};

const policies = ["always", "on-failure", "never"];

export const unknownPolicy: Reading = (slip) => {
  const { found, expected } = slip;
  if (rule(slip) !== "restart" || !expected.has(T.NeverWord) || found === null || !T.isName(found))
    return null;
  const near = nearest(found.image, policies);
  return here(
    slip,
    `There is no policy ${shown(found)}: an automaton restarts \`always\`, \`on-failure\` or \`never\`.`,
    ...(near === null ? [] : [replace(found, near, `Did you mean \`${near}\`?`)]),
  );
};

export const twice: Reading = (slip) => {
  const { found } = slip;
  if (rule(slip) !== "health" || found === null) return null;
  if (found.tokenType !== T.EveryWord && found.tokenType !== T.TimeoutWord) return null;
  return here(slip, `\`health\` has ${shown(found)} only once.`);
};

/** `(1, 2)` */
export const tuple: Reading = (slip) => {
  const { found, opener } = slip;
  if (found?.tokenType !== T.Comma || opener?.tokenType !== T.LParen || rule(slip) !== "operand") return null;
  return here(slip, "Parentheses hold one expression; a list is written `[a, b]`.");
};
