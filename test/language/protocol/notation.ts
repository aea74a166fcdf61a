/** Protocols for tests: read from their notation, or made at random. */
import * as fc from "fast-check";
import type { TermF } from "../../../src/core/syntax.ts";
import { type Term, Terms } from "../../../src/core/term.ts";
import type { Site } from "../../../src/language/problem.ts";
import { buildPayload, buildSession } from "../../../src/language/protocol/build.ts";
import type { Scope } from "../../../src/language/protocol/scope.ts";
import type { Payload, Session, State } from "../../../src/language/protocol/session.ts";
import type { Value } from "../../../src/language/value.ts";
import type { Outcome } from "../../../src/language/world.ts";

export const terms = new Terms();
export const term = (node: TermF<Term>): Term => terms.intern(node);
export const site: Site = { module: "test.arch", declaration: "protocol P", at: 1 };

const tokens = (text: string): string[] => text.match(/[A-Za-z_]\w*|[^\s\w]/g) ?? [];

/** A parser of the notation of sessions alone, by recursion: for short texts. */
export const parse = (text: string): Term => {
  const input = tokens(text);
  let at = 0;
  const peek = (): string => input[at] ?? "";
  const take = (): string => input[at++] ?? "";
  const expect = (token: string): void => {
    const found = take();
    if (found !== token) throw new Error(`"${text}": ${token} was expected, not ${found}`);
  };
  const entries = (tag: "Branch" | "FieldOf", inner: () => Term): Term[] => {
    expect("{");
    const kids: Term[] = [];
    while (peek() !== "}") {
      const name = take();
      expect(":");
      kids.push(term({ _tag: tag, name, kids: [inner()] }));
      if (peek() === ",") take();
    }
    expect("}");
    return kids;
  };
  const payload = (): Term => {
    if (peek() === "{") return term({ _tag: "RecordOf", kids: entries("FieldOf", payload) });
    if (peek() === "[") {
      take();
      const of = payload();
      expect("]");
      return term({ _tag: "ListOf", kids: [of] });
    }
    const names = [take()];
    while (
      peek() === "." &&
      /^[A-Za-z_]/.test(input[at + 1] ?? "") &&
      !["mu", "end", "dual"].includes(input[at + 1]!)
    ) {
      take();
      names.push(take());
    }
    return term({ _tag: "Path", names, kids: [] });
  };
  const one = (): Term => {
    const token = take();
    switch (token) {
      case "!":
      case "?": {
        const _tag = token === "!" ? "Send" : "Receive";
        const said = payload();
        if (peek() !== ".") return term({ _tag, kids: [said] });
        take();
        return term({ _tag, kids: [said, one()] });
      }
      case "+":
        return term({ _tag: "Select", kids: entries("Branch", session) });
      case "&":
        return term({ _tag: "Offer", kids: entries("Branch", session) });
      case "mu": {
        const name = take();
        expect(".");
        return term({ _tag: "Mu", name, kids: [session()] });
      }
      case "end":
        return term({ _tag: "End", kids: [] });
      case "dual":
        return term({ _tag: "Dual", kids: [one()] });
      case "(": {
        const inner = session();
        expect(")");
        return inner;
      }
      default:
        return term({ _tag: "Name", name: token, kids: [] });
    }
  };
  const session = (): Term => {
    let left = one();
    while (peek() === ";") {
      take();
      left = term({ _tag: "Then", kids: [left, one()] });
    }
    return left;
  };
  const whole = session();
  if (at < input.length)
    throw new Error(`"${text}": nothing was expected after ${input.slice(0, at).join(" ")}`);
  return whole;
};

/** A scope in which the given names have values; other expressions are poison. */
export const scopeOf = (names: Readonly<Record<string, Value>> = {}, limit = 100_000): Scope => ({
  lookup: (name) => names[name],
  names: () => Object.keys(names),
  evaluate: (): Outcome => ({ value: { _tag: "Poison" }, problems: [] }),
  limit,
});

export const build = (text: string, names: Readonly<Record<string, Value>> = {}): Outcome =>
  buildSession(parse(text), site, scopeOf(names));

export const session = (text: string, names: Readonly<Record<string, Value>> = {}): Session => {
  const { value, problems } = build(text, names);
  if (value._tag !== "Protocol")
    throw new Error(`"${text}": ${problems.map((one) => one.message).join("; ")}`);
  return value.session;
};

export const payload = (text: string, names: Readonly<Record<string, Value>> = {}): Payload => {
  const sent = parse(`!${text}`).node.kids[0] as Term;
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

export const runs = Number(process.env.FUZZ_RUNS ?? 300);
