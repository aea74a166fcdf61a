/** Protocols for tests: read from their notation, or made at random. */
import * as fc from "fast-check";
import { Document } from "../../../grammar/document.ts";
import type { TermF } from "../../../src/core/syntax.ts";
import { type Term, Terms } from "../../../src/core/term.ts";
import type { Site } from "../../../src/language/problem.ts";
import { buildPayload, buildSession } from "../../../src/language/protocol/build.ts";
import type { Scope } from "../../../src/language/protocol/scope.ts";
import type { Payload, Session, State } from "../../../src/language/protocol/session.ts";
import type { Value } from "../../../src/language/value.ts";
import type { EvaluationResult } from "../../../src/language/world.ts";

export const terms = new Terms();
export const term = (node: TermF<Term>): Term => terms.intern(node);
export const site: Site = { module: "test.arch", declaration: "protocol P", at: 1 };

/** The session term that the language's own parser reads. */
export const parse = (text: string): Term => {
  const [declaration] = Document.parse(`protocol P = ${text}\n`, terms).declarations;
  const { term: read, errors } = declaration!;
  if (read === null) throw new Error(`"${text}" does not parse: ${errors[0]?.message}`);
  return read.node.children[0] as Term;
};

/** A scope in which the given names have values; other expressions are poison. */
export const scopeOf = (names: Readonly<Record<string, Value>> = {}, limit = 100_000): Scope => ({
  lookup: (name) => names[name],
  names: () => [Object.keys(names)],
  evaluate: (): EvaluationResult => ({ value: { _tag: "Poison" }, problems: [] }),
  limit,
});

export const build = (text: string, names: Readonly<Record<string, Value>> = {}): EvaluationResult =>
  buildSession(parse(text), site, scopeOf(names));

export const session = (text: string, names: Readonly<Record<string, Value>> = {}): Session => {
  const { value, problems } = build(text, names);
  if (value._tag !== "Protocol")
    throw new Error(`"${text}": ${problems.map((one) => one.message).join("; ")}`);
  return value.session;
};

export const payload = (text: string, names: Readonly<Record<string, Value>> = {}): Payload => {
  const sent = parse(`!${text}`).node.children[0] as Term;
  const { value, problems } = buildPayload(sent, site, scopeOf(names));
  if (value._tag !== "Type") throw new Error(`"${text}": ${problems.map((one) => one.message).join("; ")}`);
  return value.payload;
};

const base = (name: "Int" | "Bool"): Payload => ({ _tag: "Base", name });

/** Payloads with few differences, so that comparisons go deep. */
export const payloads: fc.Arbitrary<Payload> = fc.letrec<{ payload: Payload }>((tie) => ({
  payload: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.constantFrom(base("Int"), base("Bool")),
    tie("payload").map((of): Payload => ({ _tag: "ListOf", of })),
    fc
      .dictionary(fc.constantFrom("a", "b", "c"), tie("payload"), { maxKeys: 2 })
      .map((fields): Payload => ({ _tag: "RecordOf", fields: new Map(Object.entries(fields)) })),
  ),
})).payload;

/** Graphs of states, not minimal, in any order, with unreachable states. */
export const graphs = (
  said: fc.Arbitrary<Payload>,
  most = 6,
): fc.Arbitrary<{ states: State[]; start: number }> =>
  fc.integer({ min: 1, max: most }).chain((size) => {
    const to = fc.nat({ max: size - 1 });
    const state: fc.Arbitrary<State> = fc.oneof(
      { weight: 1, arbitrary: fc.constant<State>({ _tag: "End" }) },
      {
        weight: 3,
        arbitrary: fc
          .tuple(fc.constantFrom("Send" as const, "Receive" as const), said, to)
          .map(([_tag, payload, next]): State => ({ _tag, payload, next })),
      },
      {
        weight: 3,
        arbitrary: fc
          .tuple(
            fc.constantFrom("Select" as const, "Offer" as const),
            fc.dictionary(fc.constantFrom("a", "b", "c"), to, { minKeys: 1, maxKeys: 3 }),
          )
          .map(([_tag, branches]): State => ({ _tag, branches: new Map(Object.entries(branches)) })),
      },
    );
    return fc.record({ states: fc.array(state, { minLength: size, maxLength: size }), start: to });
  });
