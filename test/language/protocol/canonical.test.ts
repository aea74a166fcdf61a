import test from "ava";
import * as fc from "fast-check";
import { canonical, dual, payloadKey } from "../../../src/language/protocol/canonical.ts";
import type { Payload, Session, State } from "../../../src/language/protocol/session.ts";
import { showPayload, showSession } from "../../../src/language/protocol/show.ts";
import { holds } from "../cases.ts";
import { stopwatch } from "../spent.ts";
import { graphs, payload, payloads, session } from "./notation.ts";

const sessions = graphs(payloads).map(({ states, start }) => canonical(states, start));

/** Equality by unfolding: states are told apart by what they say, round after round. */
const naiveKey = (states: readonly State[], start: number): string => {
  let names = states.map(() => "?");
  for (let round = 0; round <= states.length; round++) {
    const told = states.map((state) => {
      if (state._tag === "End") return "end";
      if ("next" in state) return `${state._tag} ${payloadKey(state.payload)} ${names[state.next]}`;
      const branches = [...state.branches].map(([label, to]) => `${label}: ${names[to]}`).sort();
      return `${state._tag} ${branches.join(", ")}`;
    });
    names = told.map((text) => `${[...new Set(told)].sort().indexOf(text)}`);
  }
  return names[start]!;
};

test("two graphs have one key iff they mean the same", (t) => {
  let [same, different] = [0, 0];
  const agrees = fc.property(graphs(payloads), fc.nat(5), fc.nat(5), ({ states }, a, b) => {
    const [one, other] = [a % states.length, b % states.length];
    const equal = canonical(states, one).key === canonical(states, other).key;
    // Both starts in one graph, so that the naive names are comparable.
    const expected = naiveKey(states, one) === naiveKey(states, other);
    if (one !== other) expected ? same++ : different++;
    return equal === expected;
  });
  holds(t, agrees, () => [same, different]);
});

/** The same graph with its states in another order, and its labels the other way round. */
const shuffled = (states: readonly State[], draws: readonly number[]): readonly [State[], number[]] => {
  const order = states.map((_, i) => i).sort((a, b) => draws[a]! - draws[b]!);
  const place = states.map((_, i) => order.indexOf(i));
  const moved = order.map((old): State => {
    const state = states[old]!;
    if (state._tag === "End") return state;
    if ("next" in state) return { ...state, next: place[state.next]! };
    const branches = [...state.branches].map(([label, to]) => [label, place[to]!] as const);
    return { ...state, branches: new Map(branches.reverse()) };
  });
  return [moved, place];
};

test("order, numbering and unreachable states leave no trace", (t) => {
  const draws = fc.array(fc.nat(1000), { minLength: 6, maxLength: 6 });
  const traceless = fc.property(graphs(payloads), draws, ({ states, start }, some) => {
    const [moved, place] = shuffled(states, some);
    const [a, b] = [canonical(states, start), canonical(moved, place[start]!)];
    t.deepEqual(a, b);
    return showSession(a) === showSession(b);
  });
  holds(t, traceless);
});

test("a canonical graph starts at 0, is minimal, and is its own canonical graph", (t) => {
  const minimal = fc.property(sessions, (s) => {
    const again = canonical(s.states, s.start);
    const keys = new Set(s.states.map((_, i) => canonical(s.states, i).key));
    return s.start === 0 && again.key === s.key && keys.size === s.states.length;
  });
  holds(t, minimal);
});

test("dual dual S = S, and payloads stay", (t) => {
  const involution = fc.property(sessions, (s) => {
    const other = dual(s);
    t.deepEqual(dual(other), s);
    return other.states.every((state, i) => {
      const own = s.states[i]!;
      if (!("payload" in own)) return true;
      return "payload" in state && payloadKey(state.payload) === payloadKey(own.payload);
    });
  });
  holds(t, involution);
});

test("unfolding changes nothing", (t) => {
  const once = session("mu t. !Int . &{ a: t, b: end }");
  for (const text of [
    "!Int . &{ a: mu t. !Int . &{ a: t, b: end }, b: end }",
    "mu u. !Int . &{ b: end, a: !Int . &{ a: u, b: end } }",
    "mu t. mu u. !Int . &{ a: u, b: end }",
    "(mu t. !Int . &{ a: t, b: end })",
  ]) {
    t.is(session(text).key, once.key, text);
  }
  t.not(session("mu t. !Int . &{ a: t, b: !Int }").key, once.key);
});

test("what is shown is read back as the same protocol", (t) => {
  holds(
    t,
    fc.property(sessions, (s) => session(showSession(s)).key === s.key),
  );
  const web = session("mu x. &{ quit: end, get: ?String . !Bytes . x }");
  t.is(showSession(web), "mu t. &{ get: ?String . !Bytes . t, quit: end }");
  t.is(showSession(session("!Int . end")), "!Int");
  t.is(showSession(session("end")), "end");
});

test("payloads are shown and read back, their fields in order", (t) => {
  holds(
    t,
    fc.property(payloads, (one) => payloadKey(payload(showPayload(one))) === payloadKey(one)),
  );
  t.is(showPayload(payload("[{ b: Int, a: {} }]")), "[{ b: Int, a: {} }]");
  t.is(showSession(session("!{ b: Int, a: Bool }")), "!{ a: Bool, b: Int }");
});

test("a payload that shares its parts costs what it holds, not what it would be written out", (t) => {
  let deep: Payload = { _tag: "Base", name: "Int" };
  for (let i = 0; i < 200; i++)
    deep = {
      _tag: "RecordOf",
      fields: new Map([
        ["a", deep],
        ["b", deep],
      ]),
    };
  const one = canonical([{ _tag: "Send", payload: deep, next: 1 }, { _tag: "End" }], 0);
  t.true(one.key.length < 10_000);
  t.true(showPayload(deep, { length: 100 }).endsWith("…"));
  t.true(showPayload(deep, { length: 100 }).length < 200);
});

test("a hundred thousand states in a row, and as deep a payload, are no trouble", (t) => {
  const size = 100_000;
  const states: State[] = Array.from(
    { length: size },
    (_, i): State => ({
      _tag: i % 2 === 0 ? "Send" : "Receive",
      payload: { _tag: "Base", name: i === size - 1 ? "Bool" : "Int" },
      next: i + 1,
    }),
  );
  states.push({ _tag: "End" });
  let deep: Payload = { _tag: "Base", name: "Int" };
  for (let i = 0; i < size; i++) deep = { _tag: "ListOf", of: deep };
  const elapsed = stopwatch();
  t.is(canonical(states, 0).states.length, size + 1);
  t.is(showPayload(deep).length, 2 * size + 3);
  t.true(payloadKey(deep).length > size);
  const took = elapsed();
  t.true(took < 10_000, `${took} ms`);
});

test("a ring of equal states is one state", (t) => {
  const size = 50_000;
  const ring: State[] = Array.from(
    { length: size },
    (_, i): State => ({
      _tag: "Send",
      payload: { _tag: "Base", name: "Int" },
      next: (i + 1) % size,
    }),
  );
  const one: Session = canonical(ring, 17);
  t.is(one.states.length, 1);
  t.is(one.key, session("mu t. !Int . t").key);
});
