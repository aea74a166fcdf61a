import test from "ava";
import * as fc from "fast-check";
import type { Code } from "../../../src/core/diagnostic.ts";
import type { Term } from "../../../src/core/term.ts";
import type { Problem } from "../../../src/language/problem.ts";
import { buildSession } from "../../../src/language/protocol/build.ts";
import { canonical, dual } from "../../../src/language/protocol/canonical.ts";
import { sends } from "../../../src/language/protocol/sends.ts";
import type { Session, State } from "../../../src/language/protocol/session.ts";
import { showSession } from "../../../src/language/protocol/show.ts";
import type { Value } from "../../../src/language/value.ts";
import { holds } from "../cases.ts";
import { stopwatch } from "../spent.ts";
import { build, graphs, parse, payload, payloads, scopeOf, session, site, term } from "./notation.ts";

const sessions = graphs(payloads).map(({ states, start }) => canonical(states, start));

const shown = (text: string, names: Readonly<Record<string, Value>> = {}): string =>
  showSession(session(text, names));

/** The term at a pre-order position, so that a test can say what a problem points at. */
const termAt = (root: Term, at: number): Term => {
  let [here, position] = [root, 0];
  while (position < at) {
    position++;
    for (const child of here.node.children as readonly Term[]) {
      if (at < position + child.size) {
        here = child;
        break;
      }
      position += child.size;
    }
  }
  return here;
};

const problems = (text: string, names: Readonly<Record<string, Value>> = {}): readonly Problem[] => {
  const { value, problems: found } = build(text, names);
  if (value._tag !== "Poison") throw new Error(`"${text}" is a protocol`);
  return found;
};

const protocol = (text: string): Value => ({ _tag: "Protocol", session: session(text) });
const type = (text: string): Value => ({ _tag: "Type", payload: payload(text) });

test("a sequence puts the second in the place of the first's ends", (t) => {
  t.is(shown("+{ a: !Int, b: end } ; ?Bool"), "+{ a: !Int . ?Bool, b: ?Bool }");
  t.is(shown("end ; !Int"), "!Int");
  t.is(shown("(!Int ; ?Int) ; !Bool"), shown("!Int ; (?Int ; !Bool)"));
  t.is(shown("(mu t. &{ again: t, done: end }) ; !Int"), "mu t. &{ again: t, done: !Int }");
  t.is(shown("mu t. !Int . (&{ a: end, b: ?Int } ; t)"), "mu t. !Int . &{ a: t, b: ?Int . t }");
});

test("dual turns every step and leaves payloads; a variable below it means the other side of the whole", (t) => {
  t.is(shown("dual (?Int . +{ a: end })"), "!Int . &{ a: end }");
  t.is(shown("dual dual !Int"), "!Int");
  t.is(shown("dual (!Int ; ?Bool)"), "?Int . !Bool");
  t.is(shown("(dual !Int) ; ?Bool"), "?Int . ?Bool");
  t.is(shown("mu t. !Int . dual (?Bool . t)"), "mu t. !Int . !Bool . ?Int . ?Bool . t");
  t.is(shown("mu t. !Int . dual t"), "mu t. !Int . ?Int . t");
});

/** Random closed protocols under the names A, B and C. */
const three = fc.tuple(sessions, sessions, sessions).map(([a, b, c]) => {
  const value = (of: Session): Value => ({ _tag: "Protocol", session: of });
  return { A: value(a), B: value(b), C: value(c) };
});

/** The second in the place of every end of the first, graph by graph. */
const naiveThen = (first: Session, second: Session): Session => {
  const shift = first.states.length;
  const to = (next: number): number => (first.states[next]!._tag === "End" ? shift + second.start : next);
  const moved = (state: State, place: (next: number) => number): State => {
    if (state._tag === "End") return state;
    if ("next" in state) return { ...state, next: place(state.next) };
    return { ...state, branches: new Map([...state.branches].map(([label, next]) => [label, place(next)])) };
  };
  const states = [
    ...first.states.map((state) => moved(state, to)),
    ...second.states.map((state) => moved(state, (next) => shift + next)),
  ];
  return canonical(states, to(first.start));
};

for (const [left, right] of [
  ["(A ; B) ; C", "A ; (B ; C)"],
  ["A ; end", "A"],
  ["end ; A", "A"],
  ["dual (A ; B)", "dual A ; dual B"],
  ["dual dual A", "A"],
  ["mu t. !Int . &{ a: t, b: A }", "!Int . &{ b: A, a: mu t. !Int . &{ a: t, b: A } }"],
  [
    "mu t. +{ a: A ; t, b: dual t }",
    "+{ a: A ; mu t. +{ a: A ; t, b: dual t }, b: dual (mu t. +{ a: A ; t, b: dual t }) }",
  ],
] as const) {
  test(`${left} = ${right}`, (t) => {
    holds(
      t,
      fc.property(three, (names) => session(left, names).key === session(right, names).key),
    );
  });
}

test("a sequence is the graph of the first with the second in the place of its ends", (t) => {
  const agrees = fc.property(sessions, sessions, (a, b) => {
    const names: Record<string, Value> = {
      A: { _tag: "Protocol", session: a },
      B: { _tag: "Protocol", session: b },
    };
    return (
      session("A ; B", names).key === naiveThen(a, b).key && session("dual A", names).key === dual(a).key
    );
  });
  holds(t, agrees);
});

test("names are protocols, of this module or of another", (t) => {
  const rpc = protocol("?Bytes . !Bytes");
  const lib: Value = {
    _tag: "Module",
    file: "lib.arch",
    fields: new Map([
      ["Rpc", rpc],
      ["Key", type("String")],
    ]),
  };
  t.is(shown("&{ call: Rpc, quit: end }", { Rpc: rpc }), "&{ call: ?Bytes . !Bytes, quit: end }");
  t.is(shown("!Int . lib.Rpc", { lib }), "!Int . ?Bytes . !Bytes");
  t.is(shown("!lib.Key . lib.Rpc", { lib }), "!String . ?Bytes . !Bytes");
  t.is(shown("mu t. !lib.Key . t", { lib }), "mu t. !String . t");
  t.is(shown("mu t. !lib.Key.t", { lib }), "mu t. !String . t");
  t.is(shown("mu t. !Bytes.t"), "mu t. !Bytes . t");
  t.is(shown("!Bytes.lib.Rpc", { lib }), "!Bytes . ?Bytes . !Bytes");
  t.is(
    shown("mu t. !Bytes . lib.Key", { t: rpc, lib: { ...lib, fields: new Map([["Key", rpc]]) } }),
    "!Bytes . ?Bytes . !Bytes",
  );
});

test("a name bound by mu goes before all others, but is no payload", (t) => {
  t.is(shown("mu Rpc. !Int . Rpc", { Rpc: protocol("?Bool") }), "mu t. !Int . t");
  t.is(shown("mu Key. !Key . Key", { Key: type("String") }), "mu t. !String . t");
  t.is(shown("mu t. !Int . mu t. ?Int . t"), "!Int . mu t. ?Int . t");
  t.is(shown("mu t. &{ a: mu t. ?Int . t, b: t }"), "mu t. &{ a: mu u. ?Int . u, b: t }");
});

test("mu t. end is end", (t) => {
  t.is(shown("mu t. end"), "end");
});

/** Text, the code, and the term that is underlined, as a tag and a name. */
const mistakes: readonly (readonly [text: string, code: Code, at: string, message: RegExp])[] = [
  ["mu t. t", "invalid-protocol", "Name t", /`t` stands for itself/],
  ["mu t. mu u. t", "invalid-protocol", "Name t", /stands for itself/],
  ["mu t. dual t", "invalid-protocol", "Name t", /stands for itself/],
  ["mu t. end ; t", "invalid-protocol", "Name t", /stands for itself/],
  ["mu t. (mu u. end) ; t", "invalid-protocol", "Name t", /stands for itself/],
  ["!Int . mu t. t", "invalid-protocol", "Name t", /stands for itself/],
  ["!Int . x", "invalid-protocol", "Path Int.x", /no `mu` binds `x`/],
  ["&{ a: x }", "invalid-protocol", "Name x", /no `mu` binds `x`/],
  ["(mu t. !Int) ; t", "invalid-protocol", "Name t", /no `mu` binds `t`/],
  ["mu t. t ; !Int", "invalid-protocol", "Name t", /left of `;`/],
  ["mu t. &{ a: t, b: end } ; !Int", "invalid-protocol", "Name t", /left of `;`/],
  ["mu t. !Int . (mu u. &{ a: t, b: u, c: end }) ; ?Int", "invalid-protocol", "Name t", /left of `;`/],
  ["&{ a: end, b: end, a: end }", "invalid-protocol", "Branch a", /the label `a` stands twice/],
  ["+{ }", "invalid-protocol", "Select", /nothing to choose from/],
  ["!Int . &{ }", "invalid-protocol", "Offer", /nothing to choose from/],
  ["!{ a: Int, a: Bool }", "invalid-protocol", "FieldOf a", /the field `a` stands twice/],
  ["Stroe", "unknown-name", "Name Stroe", /there is no protocol `Stroe`/],
  ["!Kye", "unknown-name", "Path Kye", /there is no payload type `Kye`/],
  ["!Int . Stroe", "unknown-name", "Path Int.Stroe", /there is no protocol `Stroe`/],
  ["!lib.Kye", "unknown-field", "Path lib.Kye", /`lib` has no `Kye`/],
  ["!Int . lib.Stroe", "unknown-field", "Path Int.lib.Stroe", /`lib` has no `Stroe`/],
  ["!n", "type-mismatch", "Path n", /`n` is a truth value/],
  ["!Store", "type-mismatch", "Path Store", /`Store` is a protocol/],
  ["&{ a: Key }", "type-mismatch", "Name Key", /`Key` is a payload type/],
  ["&{ a: n }", "type-mismatch", "Name n", /`n` is a truth value/],
];

const known: Readonly<Record<string, Value>> = {
  Store: protocol("?Int"),
  Key: type("String"),
  n: { _tag: "Bool", value: true },
  lib: {
    _tag: "Module",
    file: "lib.arch",
    fields: new Map([
      ["Key", type("String")],
      ["Store", protocol("?Int")],
    ]),
  },
};

for (const [text, code, at, message] of mistakes) {
  test(`${text} is wrong at ${at}`, (t) => {
    const found = problems(text, known);
    t.is(found.length, 1, found.map((one) => one.message).join("; "));
    const [problem] = found as [Problem];
    t.is(problem.code, code);
    t.regex(problem.message, message);
    const { node } = termAt(parse(text), problem.site.at - site.at);
    const name = "name" in node ? ` ${node.name}` : "names" in node ? ` ${node.names.join(".")}` : "";
    t.is(`${node._tag}${name}`, at);
  });
}

test("a slip is answered by the nearest name, a doubled label by the first", (t) => {
  const fixOf = (text: string): string | undefined => problems(text, known)[0]!.hints[0]!.fix;
  t.is(problems("Stroe", known)[0]!.hints[0]!.message, "did you mean `Store`?");
  t.is(fixOf("Stroe"), "Store");
  t.is(fixOf("!Strin"), "String");
  t.is(fixOf("!lib.Kye"), "lib.Key");
  t.is(fixOf("!lib.Key . Stroe"), "lib.Key . Store");
  t.is(fixOf("!Int . lib.Stroe"), "Int.lib.Store");
  t.is(fixOf("mu tail. !Int . tial"), "Int . tail");
  const [label] = problems("&{ a: end, b: end, a: end }");
  const first = label!.hints[0]!.site!;
  t.deepEqual(termAt(parse("&{ a: end, b: end, a: end }"), first.at - site.at).node._tag, "Branch");
  t.true(first.at < label!.site.at);
});

test("all that is wrong is reported, in the order of the text", (t) => {
  const found = problems("&{ a: !Nope . x, b: +{ }, c: mu t. t }", {});
  t.deepEqual(
    found.map(({ code }) => code),
    ["unknown-name", "invalid-protocol", "invalid-protocol"],
  );
  const places = found.map((one) => one.site.at);
  t.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
  );
});

test("what failed elsewhere is not reported again", (t) => {
  const { value, problems: found } = build("&{ a: P, b: !T }", {
    P: { _tag: "Poison" },
    T: { _tag: "Poison" },
  });
  t.is(value._tag, "Poison");
  t.deepEqual(found, []);
});

test("another expression is left to the evaluator, with its place", (t) => {
  const call = term({ _tag: "Call", children: [term({ _tag: "Name", name: "f", children: [] })] });
  const whole = term({
    _tag: "Offer",
    children: [term({ _tag: "Branch", name: "a", children: [call] })],
  });
  const asked: number[] = [];
  const { value } = buildSession(whole, site, {
    ...scopeOf(),
    evaluate: (one, where) => {
      t.is(one, call);
      asked.push(where.at);
      return { value: protocol("?Int"), problems: [] };
    },
  });
  t.deepEqual(asked, [site.at + 2]);
  t.is(value._tag === "Protocol" ? showSession(value.session) : "", "&{ a: ?Int }");
});

test("a protocol that doubles with every step meets the limit", (t) => {
  let step: Value = protocol("!Int . ?Bool");
  const double = parse("P ; P");
  for (let i = 0; i < 40; i++) {
    const made = buildSession(double, site, scopeOf({ P: step }, 1000));
    if (made.value._tag === "Poison") {
      t.deepEqual(
        made.problems.map(({ code }) => code),
        ["limit-exceeded"],
      );
      t.regex(made.problems[0]!.message, /more than 1000 states/);
      return;
    }
    step = made.value;
  }
  t.fail("40 doublings went through");
});

const nested = (depth: number, wrap: (inner: Term) => Term): Term => {
  let whole = term({ _tag: "End", children: [] });
  for (let i = 0; i < depth; i++) whole = wrap(whole);
  return whole;
};

test("ten thousand levels of anything are no trouble", (t) => {
  const int = term({ _tag: "Path", names: ["Int"], children: [] });
  const said = term({ _tag: "Send", children: [int] });
  const size = (whole: Term): number => {
    const { value } = buildSession(whole, site, scopeOf());
    return value._tag === "Protocol" ? value.session.states.length : -1;
  };
  const depth = 10_000;
  const elapsed = stopwatch();
  t.is(size(nested(depth, (inner) => term({ _tag: "Send", children: [int, inner] }))), depth + 1);
  t.is(size(nested(depth, (inner) => term({ _tag: "Then", children: [inner, said] }))), depth + 1);
  t.is(size(nested(depth, (inner) => term({ _tag: "Then", children: [said, inner] }))), depth + 1);
  t.is(size(nested(depth, (inner) => term({ _tag: "Dual", children: [inner] }))), 1);
  t.is(size(nested(depth, (inner) => term({ _tag: "Mu", name: "t", children: [inner] }))), 1);
  const branch = (name: string, body: Term): Term => term({ _tag: "Branch", name, children: [body] });
  t.is(
    size(
      nested(depth, (inner) => term({ _tag: "Offer", children: [branch("a", inner), branch("b", said)] })),
    ),
    depth + 2,
  );
  const deepPayload = nested(depth, (inner) =>
    term({ _tag: "ListOf", children: [inner.node._tag === "End" ? int : inner] }),
  );
  t.is(size(term({ _tag: "Send", children: [deepPayload] })), 2);
  t.true(elapsed() < 10_000);
});

test("a provider that only listens never sends; one that chooses does", (t) => {
  t.false(sends(session("mu t. &{ line: ?String . t, bye: end }")));
  t.false(sends(session("end")));
  t.true(sends(session("mu t. &{ line: ?String . !Bool . t, bye: end }")));
  t.true(sends(session("?Int . +{ ok: end }")));
});
