import { existsSync, readFileSync } from "node:fs";
import test from "ava";
import * as fc from "fast-check";
import { canonical, dual } from "../../../src/language/protocol/canonical.ts";
import { explainMismatch } from "../../../src/language/protocol/explain.ts";
import { payloadMismatch } from "../../../src/language/protocol/payload.ts";
import type { Payload, Session, State } from "../../../src/language/protocol/session.ts";
import { compare, mismatchOf } from "../../../src/language/protocol/subtype.ts";
import { holds } from "../cases.ts";
import { stopwatch } from "../spent.ts";
import { graphs, payload, payloads, session } from "./notation.ts";

const int: Payload = { _tag: "Base", name: "Int" };
const sessions = (said: fc.Arbitrary<Payload> = payloads, most = 6): fc.Arbitrary<Session> =>
  graphs(said, most).map(({ states, start }) => canonical(states, start));

/** States with one label more or less in one choice: towards what fits less, or more, or either. */
const edited = (
  states: readonly State[],
  [at, label, add]: readonly [number, "a" | "b" | "c", boolean],
): readonly State[] => {
  const state = states[at % states.length]!;
  if (!("branches" in state)) return states;
  const branches = new Map(state.branches);
  if (add) branches.set(label, at % states.length);
  else if (branches.size > 1) branches.delete(label);
  return states.with(at % states.length, { ...state, branches });
};

/** Sessions each of which is like the one before but for a few labels: so that much nearly fits. */
const families = (said: fc.Arbitrary<Payload>, count: number): fc.Arbitrary<readonly Session[]> => {
  const edit = fc.tuple(fc.nat(5), fc.constantFrom("a" as const, "b" as const, "c" as const), fc.boolean());
  const steps = fc.array(fc.array(edit, { maxLength: 2 }), { minLength: count - 1, maxLength: count - 1 });
  return fc.tuple(graphs(said), steps, fc.boolean()).map(([{ states, start }, edits, turned]) => {
    const all = [canonical(states, start)];
    let now: readonly State[] = states;
    for (const some of edits) {
      for (const one of some) now = edited(now, one);
      all.push(canonical(now, start));
    }
    return turned ? all.reverse() : all;
  });
};

const relatives = (said: fc.Arbitrary<Payload>): fc.Arbitrary<readonly [Session, Session]> =>
  families(said, 2).map(([a, b]) => [a!, b!] as const);

const subPayload = (a: Payload, b: Payload): boolean => {
  if (a._tag === "RecordOf" && b._tag === "RecordOf") {
    return [...b.fields].every(([name, of]) => a.fields.has(name) && subPayload(a.fields.get(name)!, of));
  }
  const same = (x: Payload, y: Payload): boolean => {
    if (x._tag === "Base" && y._tag === "Base") return x.name === y.name;
    if (x._tag === "ListOf" && y._tag === "ListOf") return same(x.of, y.of);
    if (x._tag !== "RecordOf" || y._tag !== "RecordOf" || x.fields.size !== y.fields.size) return false;
    return [...x.fields].every(([name, of]) => y.fields.has(name) && same(of, y.fields.get(name)!));
  };
  return same(a, b);
};

/**
 * The definition, by unfolding `depth` times; what lies deeper is taken to fit. Beyond
 * |P|·|R| unfoldings nothing new can come.
 */
const oracle = (p: Session, r: Session): boolean => {
  const fits = new Map<string, boolean>();
  const at = (i: number, j: number, depth: number): boolean => {
    if (depth === 0) return true;
    const key = `${i},${j},${depth}`;
    const known = fits.get(key);
    if (known !== undefined) return known;
    const answer = here(p.states[i]!, r.states[j]!, depth - 1);
    fits.set(key, answer);
    return answer;
  };
  const here = (a: State, b: State, depth: number): boolean => {
    if (a._tag === "End" || b._tag === "End") return a._tag === b._tag;
    if (a._tag === "Send" && b._tag === "Send")
      return subPayload(a.payload, b.payload) && at(a.next, b.next, depth);
    if (a._tag === "Receive" && b._tag === "Receive")
      return subPayload(b.payload, a.payload) && at(a.next, b.next, depth);
    if (a._tag === "Select" && b._tag === "Select")
      return [...a.branches].every(
        ([label, to]) => b.branches.has(label) && at(to, b.branches.get(label)!, depth),
      );
    if (a._tag === "Offer" && b._tag === "Offer")
      return [...b.branches].every(
        ([label, to]) => a.branches.has(label) && at(a.branches.get(label)!, to, depth),
      );
    return false;
  };
  return at(p.start, r.start, p.states.length * r.states.length + 1);
};

const fits = (p: Session, r: Session): boolean => {
  const { mismatch, pairs } = compare(p, r);
  if (pairs > p.states.length * r.states.length) throw new Error("more pairs than there are");
  return mismatch === null;
};

interface Case {
  readonly provided: string;
  readonly required: string;
  readonly fits: boolean;
}
const conformance = new URL("../../../../../shared/conformance/sessions.json", import.meta.url);

const withCases = existsSync(conformance) ? test : test.skip;
withCases("the conformance cases hold (needs ../shared/conformance)", (t) => {
  const cases = JSON.parse(readFileSync(conformance, "utf8")) as readonly Case[];
  t.true(cases.length >= 16);
  for (const one of cases) {
    t.is(fits(session(one.provided), session(one.required)), one.fits, `${one.provided} ≤ ${one.required}`);
  }
});

test("the algorithm agrees with the definition, unfolded", (t) => {
  let [yes, no] = [0, 0];
  const pairs = fc.oneof(relatives(payloads), fc.tuple(sessions(), sessions()));
  const agrees = fc.property(pairs, ([p, r]) => {
    const expected = oracle(p, r);
    if (p.key !== r.key) expected ? yes++ : no++;
    return fits(p, r) === expected;
  });
  holds(t, agrees, () => [yes, no]);
});

test("≤ is reflexive", (t) => {
  holds(
    t,
    fc.property(sessions(), (s) => fits(s, s)),
  );
});

test("≤ is transitive", (t) => {
  let met = 0;
  const transitive = fc.property(families(fc.constant(int), 3), ([a, b, c]) => {
    if (!fits(a!, b!) || !fits(b!, c!)) return true;
    if (a!.key !== b!.key && b!.key !== c!.key) met++;
    return fits(a!, c!);
  });
  holds(t, transitive, () => [met]);
});

test("S ≤ T iff dual T ≤ dual S, where payloads are equal", (t) => {
  let met = 0;
  const turned = fc.property(relatives(fc.constant(int)), ([s, u]) => {
    if (s.key !== u.key && fits(s, u)) met++;
    return fits(s, u) === fits(dual(u), dual(s));
  });
  holds(t, turned, () => [met]);
});

test("the way told is one that both can go, and a shortest", (t) => {
  let seen = 0;
  const way = fc.property(relatives(payloads), ([p, r]) => {
    const { mismatch } = compare(p, r);
    if (mismatch === null) return true;
    if (mismatch.path.length > 0) seen++;
    let [i, j] = [p.start, r.start];
    for (const step of mismatch.path) {
      const [a, b] = [p.states[i]!, r.states[j]!];
      if (step._tag === "Chosen" && "branches" in a && "branches" in b) {
        [i, j] = [a.branches.get(step.label)!, b.branches.get(step.label)!];
      } else if (step._tag === "Said" && "next" in a && "next" in b) [i, j] = [a.next, b.next];
      else return false;
    }
    if (p.states[i] !== mismatch.provided || r.states[j] !== mismatch.required) return false;
    // No shorter way: unfolded less often, the two still seem to fit.
    return fitsUpTo(p, r, mismatch.path.length) && !fitsUpTo(p, r, mismatch.path.length + 1);
  });
  holds(t, way, () => [seen]);
});

const fitsUpTo = (p: Session, r: Session, depth: number): boolean => {
  const at = (i: number, j: number, left: number): boolean => {
    if (left === 0) return true;
    const [a, b] = [p.states[i]!, r.states[j]!];
    if (a._tag !== b._tag) return false;
    if ("next" in a && "next" in b) {
      const said = a._tag === "Send" ? subPayload(a.payload, b.payload) : subPayload(b.payload, a.payload);
      return said && at(a.next, b.next, left - 1);
    }
    if (!("branches" in a) || !("branches" in b)) return true;
    const [few, many] = a._tag === "Select" ? [a.branches, b.branches] : [b.branches, a.branches];
    return [...few.keys()].every(
      (label) => many.has(label) && at(a.branches.get(label)!, b.branches.get(label)!, left - 1),
    );
  };
  return at(p.start, r.start, depth);
};

test("payloads: records by width and depth, all else by structure", (t) => {
  let met = 0;
  const agrees = fc.property(payloads, payloads, (a, b) => {
    const expected = subPayload(a, b);
    if (expected) met++;
    return (payloadMismatch(a, b) === null) === expected;
  });
  holds(t, agrees, () => [met]);
});

const told = (provided: string, required: string): string => {
  const { mismatch } = compare(session(provided), session(required));
  return mismatch === null ? "fits" : explainMismatch("storefront", "catalogue", mismatch);
};

test("a mismatch says where the two sides part, as each sees it", (t) => {
  const rpc = (answer: string) => `mu t. &{ get: ?String . !${answer} . t, quit: end }`;
  t.is(
    told(rpc("Int"), rpc("Bytes")),
    "storefront expects, after get: ?String, to receive Bytes; catalogue sends Int there",
  );
  t.is(told("!Int", "?Int"), "storefront expects, at the start, to send Int; catalogue sends Int there");
  t.is(
    told("?Int", "?Int . !Int"),
    "storefront expects, after ?Int, to receive Int; catalogue is done there",
  );
  t.is(
    told("mu t. &{ a: t }", "mu t. &{ a: &{ a: t, b: end } }"),
    "storefront expects, after a, to choose a or b; catalogue offers a there",
  );
  t.is(
    told("+{ a: end, b: end, c: end }", "+{ a: end, b: end }"),
    "storefront expects, at the start, to be told a or b; catalogue chooses a, b or c there",
  );
  t.is(
    told("!{ a: { b: Int } }", "!{ a: { b: Bool } }"),
    "storefront expects, at the start, to receive { a: { b: Bool } }; catalogue sends { a: { b: Int } } there (`a.b` is Int, not Bool)",
  );
  t.is(
    told("?{ a: Int, b: Int }", "?{ a: Int }"),
    "storefront expects, at the start, to send { a: Int }; catalogue receives { a: Int, b: Int } there (`b` is missing)",
  );
});

test("a long way is told by its beginning and its end", (t) => {
  const long = (last: string) => `${"?Int . !Bool . ".repeat(20)}!${last}`;
  t.is(
    told(long("Int"), long("Bool")),
    "storefront expects, after ?Int . !Bool . ?Int . !Bool . ?Int . !Bool . … . ?Int . !Bool . ?Int . !Bool . ?Int . !Bool, to receive Bool; catalogue sends Int there",
  );
});

/** Random states, each with a way to the next, so that nearly all are reached. */
const large = (size: number, seed: number, extra: boolean): Session => {
  const draw = mulberry(seed);
  const more = mulberry(seed + 1);
  const states: State[] = Array.from({ length: size }, (_, i): State => {
    const to = () => Math.floor(draw() * size);
    const kind = draw();
    if (i === size - 1) return { _tag: "End" };
    if (kind < 0.3) return { _tag: "Send", payload: int, next: i + 1 };
    if (kind < 0.6) return { _tag: "Receive", payload: int, next: to() };
    const branches = new Map([
      ["a", i + 1],
      ["b", to()],
      ["c", to()],
    ]);
    if (extra && more() < 0.5) branches.set("d", Math.floor(more() * size));
    return { _tag: "Offer", branches };
  });
  return canonical(states, 0);
};

test("thousands of states are compared in well under a second", (t) => {
  const [p, r] = [large(4000, 11, true), large(4000, 11, false)];
  t.true(p.states.length > 3000 && r.states.length > 3000);
  const elapsed = stopwatch();
  const { mismatch, pairs } = compare(p, r);
  const took = elapsed();
  t.is(mismatch, null);
  t.true(pairs > 1000 && pairs <= p.states.length * r.states.length, `${pairs} pairs`);
  t.true(took < 1000, `${took} ms`);
});

/** A ring of sends of records that differ in one place, so that no two of its states are the same. */
const ring = (size: number, usual: string, once: string): Session => {
  const payloads = [usual, once].map((text) => payload(text)) as [Payload, Payload];
  const states = Array.from(
    { length: size },
    (_, i): State => ({
      _tag: "Send",
      payload: payloads[i === 0 ? 1 : 0],
      next: (i + 1) % size,
    }),
  );
  return canonical(states, 0);
};

test("two rings whose lengths have no common factor make every pair, and no more", (t) => {
  const [p, r] = [ring(499, "{ x: Int }", "{ x: Int, y: Int }"), ring(500, "{}", "{ x: Int }")];
  t.deepEqual(compare(p, r), { mismatch: null, pairs: 499 * 500, exceeded: false });
  t.true(compare(r, p).mismatch !== null);
});

test("what is too large to be compared is given up", (t) => {
  const [p, r] = [ring(499, "{ x: Int }", "{ x: Int, y: Int }"), ring(500, "{}", "{ x: Int }")];
  t.deepEqual(compare(p, r, 1000), { mismatch: null, pairs: 1001, exceeded: true });
  const [big, bigger] = [ring(2999, "{ x: Int }", "{ x: Int, y: Int }"), ring(3000, "{}", "{ x: Int }")];
  const elapsed = stopwatch();
  t.is(mismatchOf(big, bigger), "exceeded");
  t.true(elapsed() < 5000);
});

const mulberry = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let x = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
};

test("records that share what is in them are compared once a pair, not once a way", (t) => {
  const levels = 40;
  let looked = 0;
  class Fields extends Map<string, Payload> {
    override [Symbol.iterator]() {
      looked++;
      if (looked > 1_000) throw new Error("looks at one pair again and again");
      return super[Symbol.iterator]();
    }
  }
  const of = (least: Payload): Payload => {
    let made = least;
    for (let i = 0; i < levels; i++)
      made = {
        _tag: "RecordOf",
        fields: new Fields([
          ["a", made],
          ["b", made],
        ]),
      };
    return made;
  };
  const [more, less] = [of(payload("{ x: Int, y: Int }")), of(payload("{ x: Int }"))];
  t.is(payloadMismatch(more, less), null);
  t.is(looked, levels);
  const missing = payloadMismatch(less, more);
  t.deepEqual(missing?.path, [...Array.from({ length: levels }, () => "a"), "y"]);
});
