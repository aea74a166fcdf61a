/** What a value is, in the middle of a sentence: `a duration (2.5s)`. */
import { dimensionNames } from "./quantity.ts";
import { quote } from "./quote.ts";
import { show } from "./show.ts";
import type { SecretValue, Value } from "./value.ts";

const short = (value: Value): string =>
  show(value, { width: Infinity, elements: 3, depth: 2, characters: 30 });

/** The kind of a value: `a list`. */
export const kindOf = (value: Value): string => {
  switch (value._tag) {
    case "Quantity":
      return value.quantity.dimension === "plain" ? "a number" : dimensionNames[value.quantity.dimension];
    case "String":
      return "a string";
    case "Secret":
      return "a secret";
    case "Bool":
      return "a truth value";
    case "List":
      return "a list";
    case "Record":
      return "a record";
    case "Fn":
      return "a function";
    case "Builtin":
      return "a built-in function";
    case "Protocol":
      return "a protocol";
    case "Type":
      return "a payload type";
    case "Automaton":
      return "an automaton";
    case "Composition":
      return "a composition";
    case "Module":
      return "an imported file";
    case "Self":
      return "`self`";
    case "Host":
      return "`host`";
    case "Poison":
      return "an error";
  }
};

const describeSecret = ({ pieces }: SecretValue): string => {
  const names = pieces.flatMap((piece) => (typeof piece === "string" ? [] : [`\`${piece.secret}\``]));
  return `${pieces.length === 1 ? "the secret" : "a string with the secret"} ${[...new Set(names)].join(", ")}`;
};

/** The kind of a value, and which one it is where that is short to say. */
export const describe = (value: Value): string => {
  switch (value._tag) {
    case "Quantity":
    case "String":
    case "Bool":
      return `${kindOf(value)} (${short(value)})`;
    case "Secret":
      return describeSecret(value);
    case "List":
      return value.length === 0 ? "the empty list" : `a list (${short(value)})`;
    case "Record":
      return `a record (${short(value)})`;
    case "Fn":
      return value.name === null ? "a function" : `the function \`${value.name}\``;
    case "Builtin":
      return `the built-in function \`${value.name}\``;
    case "Automaton":
      return `the automaton \`${value.name}\``;
    case "Module":
      return `the imported file ${quote(value.file)}`;
    case "Protocol":
    case "Type":
    case "Composition":
    case "Self":
    case "Host":
    case "Poison":
      return kindOf(value);
  }
};
