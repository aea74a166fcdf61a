/**
 * Secrets as the language knows them: by their names alone. What they are worth is in a store
 * of the machine (`runtime/secrets/`), and comes to a program when it starts.
 */
import type { Code } from "../core/diagnostic.ts";
import type { ProblemHint } from "./problem.ts";
import { quote } from "./quote.ts";
import type { Secret, SecretText, Value } from "./value.ts";

/** How a name of a secret is, for people. */
export const secretNameForm = "letters, digits, `_`, `-` and `.`, and begins with a letter or `_`";

/** Whether a secret can be called so. It is the name of a file in the store. */
export const isSecretName = (name: string): boolean => /^[A-Za-z_][\w.-]{0,126}$/.test(name);

/** The pieces without empty ones, and no two texts beside each other: equal texts have equal pieces. */
export const joinPieces = (pieces: SecretText): SecretText => {
  const joined: (string | Secret)[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (typeof piece === "string" && typeof last === "string") joined[joined.length - 1] = last + piece;
    else if (piece !== "") joined.push(piece);
  }
  return joined;
};

/** What stands for a secret wherever something is shown. */
export const shownSecret = (name: string): string => `‹secret ${name}›`;

/** A text for people: secrets stand in it by their names. */
export const shownText = (text: string | SecretText): string =>
  typeof text === "string"
    ? text
    : text.map((piece) => (typeof piece === "string" ? piece : shownSecret(piece.secret))).join("");

/** A text as one would write it. */
export const writtenText = (text: string | SecretText): string => {
  if (typeof text === "string") return quote(text);
  const call = ({ secret }: Secret): string => `secret(${quote(secret)})`;
  const [only] = text;
  if (text.length === 1 && typeof only === "object") return call(only);
  const inside = text.map((piece) =>
    typeof piece === "string" ? quote(piece).slice(1, -1) : `\${${call(piece)}}`,
  );
  return `"${inside.join("")}"`;
};

/** The code of a mistake in the kind of a value: a secret in a place that is not for secrets would get out there. */
export const misfitCode = (value: Value): Code => (value._tag === "Secret" ? "secret-leak" : "type-mismatch");

/** Where secrets may stand, as a hint where one stands elsewhere. */
export const secretHint: ProblemHint = {
  message:
    "a secret may stand in `env`, `files` and `secret`, and inside strings there: nothing else keeps it to itself",
};

/** What helps with a mistake in the kind of a value. */
export const misfitHints = (value: Value, hints: readonly ProblemHint[] = []): readonly ProblemHint[] =>
  value._tag === "Secret" ? [secretHint] : hints;
