/** What the words of a call may be: decoders for options and arguments. */
import { left, right } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { baseKind, baseKinds, defaultBase } from "../bases.ts";
import type { BaseKind } from "../core/base-kind.ts";
import type { Assignment } from "../program/setting.ts";
import type { ExitCode, Implementation, Misunderstood } from "./command.ts";
import { readTime } from "./moment.ts";
import type { Terminal } from "./terminal.ts";

/** A decoder from one word; `said` tells what it must be. */
const word = <A>(name: string, said: string, read: (text: string) => A | null): t.Type<A, string, unknown> =>
  new t.Type<A, string, unknown>(
    name,
    (_): _ is A => false,
    (input, context) => {
      const value = typeof input === "string" ? read(input) : null;
      return value === null ? t.failure(input, context, said) : t.success(value);
    },
    String,
  );

export const flag = new t.Type<boolean, boolean, unknown>(
  "flag",
  t.boolean.is,
  (input) => t.success(input === true),
  t.identity,
);

/** `input` where the word is not given. */
export const orElse = <A>(decoder: t.Decoder<unknown, A>, fallback: A): t.Type<A, unknown, unknown> =>
  new t.Type<A, unknown, unknown>(
    "optional",
    (_): _ is A => false,
    (input, context) => (input === undefined ? t.success(fallback) : decoder.validate(input, context)),
    t.identity,
  );

export const optional = <A>(decoder: t.Decoder<unknown, A>): t.Type<A | null, unknown, unknown> =>
  orElse<A | null>(decoder, null);

export const oneOf = <const A extends string>(values: readonly A[]): t.Type<A, string, unknown> =>
  word<A>("choice", `must be one of ${values.join(", ")}`, (text) => values.find((v) => v === text) ?? null);

const nameOf = (text: string): string | null => (/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(text) ? text : null);

export const systemName = word("system", "must be the name of a system", nameOf);

/** The name of a base case; the default where none is named. */
export const base = new t.Type<BaseKind, string, unknown>(
  "base",
  (_): _ is BaseKind => false,
  (input, context) => {
    const kind = baseKind(input === undefined ? defaultBase : String(input));
    const names = baseKinds().map(({ name }) => name);
    return kind === null ? t.failure(input, context, `must be one of ${names.join(", ")}`) : t.success(kind);
  },
  ({ name }) => name,
);

/** A whole number of 0 or more. */
export const count = word("count", "must be a whole number", (text) =>
  /^\d{1,9}$/.test(text) ? Number(text) : null,
);

/** A moment in milliseconds since 1970: so long ago (`5m`), or a time (`12:30`, `2026-01-31 12:30`, `…T12:30:00Z`). */
export const moment = word(
  "moment",
  "must be how long ago (90s, 5m, 1h), or a time (12:30, 2026-01-31 12:30, 2026-01-31T12:30:00Z)",
  (text) => {
    const ago = durationOf(text);
    return ago === null ? readTime(text) : Date.now() - ago;
  },
);

const unit: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 60e3, h: 3600e3, d: 86400e3 };

const durationOf = (text: string): number | null => {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  return parts === null ? null : Number(parts[1]) * unit[parts[2]!]!;
};

/** A duration in milliseconds: `90s`, `5m`, `1.5h`. */
export const duration = word("duration", "must be a duration such as 90s, 5m or 1h", durationOf);

/** `NAME=VALUE`. The name of an input is any string without `=`; what the value means depends on the input. */
export const assignment = word<Assignment>("assignment", "must be NAME=VALUE", (text) => {
  const at = text.indexOf("=");
  return at < 1 ? null : { name: text.slice(0, at), text: text.slice(at + 1) };
});

/** `NAME=NUMBER`, of these names. */
export const bound = <const A extends string>(
  names: readonly A[],
): t.Type<readonly [A, number], string, unknown> =>
  word<readonly [A, number]>(
    "bound",
    `must be one of ${names.join(", ")}, and a whole number: ${names[0]}=1000`,
    (text) => {
      const [, name, number] = /^(\w+)=(\d{1,12})$/.exec(text) ?? [];
      const known = names.find((each) => each === name);
      return known === undefined ? null : [known, Number(number)];
    },
  );

export interface InstanceReference {
  readonly automaton: string;
  readonly index: number | null;
}

/** `AUTOMATON` or `AUTOMATON.INDEX`. */
export const instanceReference = word<InstanceReference>(
  "place",
  "must be AUTOMATON or AUTOMATON.INDEX",
  (text) => {
    const parts = /^([^./\s]+)(?:\.(\d{1,9}))?$/.exec(text);
    return parts === null
      ? null
      : { automaton: parts[1]!, index: parts[2] === undefined ? null : Number(parts[2]) };
  },
);

/** A regular expression, as JavaScript reads it. */
export const pattern = word("pattern", "must be a regular expression", (text) => {
  try {
    return new RegExp(text, "u");
  } catch {
    return null;
  }
});

/** A word as it is. */
export const text = t.string;
export const texts = t.array(t.string);

/** The first thing that was not understood. */
const misunderstood = (errors: t.Errors): Misunderstood => {
  const { context, message, value } = errors[0]!;
  const word = context.map(({ key }) => key).find((key) => key !== "") ?? "";
  const shown = typeof value === "string" ? `, not ${JSON.stringify(value)}` : "";
  return { word, message: `${message ?? "is missing"}${shown}` };
};

/** A command from the decoder of its words and what it does with them. */
export const implement =
  <A>(
    decoder: t.Decoder<unknown, A>,
    run: (words: A, terminal: Terminal) => Promise<ExitCode>,
  ): Implementation =>
  async (words, terminal) => {
    const decoded = decoder.decode(words);
    if (decoded._tag === "Left") return left(misunderstood(decoded.left));
    return right(await run(decoded.right, terminal));
  };
