/**
 * The wires that an arrow makes: one for each pair of an automaton at its beginning and a
 * provider at its end. What a pair of subtrees of the two faces came to is remembered on
 * the first of them, so an arrow of 10,000 automata of which one has changed matches
 * that one again, and gives the wires of all others as the same objects.
 */
import type { ArrowOp } from "../../core/syntax/expressions.ts";
import type { Site } from "../problem.ts";
import { sameSite } from "../site.ts";
import type { Caller, Face, Facts, Provider, WireFact, WireKind } from "./composition.ts";
import { sameItems } from "./face.ts";
import { join, leaves, noFacts, sizeOf } from "./facts.ts";
import { isWiringError, type Match, match } from "./match.ts";
import { memoOn, Recent } from "./memo.ts";
import { samePorts } from "./unite.ts";
import type { Wired } from "./wired.ts";
import type { WiringError } from "./wiring-errors.ts";

export interface Wiring {
  /** The wires, in a tree that mirrors the faces. */
  readonly facts: Facts;
  /** The first of what went wrong. */
  readonly errors: readonly WiringError[];
  /** How much went wrong in all. */
  readonly failures: number;
}

/** How the pairs of one arrow are wired. */
export interface Manner {
  readonly op: ArrowOp;
  readonly site: Site;
  /** The wires that are there before. */
  readonly wired: Wired;
}

/** So many mistakes of one arrow are told one by one. */
const told = 8;

const nothing: Wiring = { facts: noFacts, errors: [], failures: 0 };

export const kindOf = (op: ArrowOp): WireKind => (op === "->" ? "message" : "request");

interface Remembered {
  /** Of an end. */
  readonly picked: string | null;
  readonly front: Face<Provider>;
  readonly op: ArrowOp;
  readonly site: Site;
  /** What the pair's callers have already: all of it above, a caller's own wires at a leaf. */
  readonly wired: Wired | readonly WireFact[];
  readonly wiring: Wiring;
}

/**
 * On the end or the bundle at the back: a bundle meets few fronts, an end perhaps several,
 * by each of its requirements.
 */
const bundleMemo = memoOn(() => new Recent<Remembered>(3));
const endMemo = memoOn(() => new Recent<Remembered>(8));
const memoOf = (back: Face<Caller>): Recent<Remembered> =>
  back._tag === "Together" ? bundleMemo(back) : endMemo(back.whole ?? back);

const pickedOf = (back: Face<Caller>): string | null => (back._tag === "Together" ? null : back.picked);

/** What was done, for tests and figures: pairs matched anew, pairs of subtrees remembered. */
export const counts = { matched: 0, reused: 0 };

/** A pair of subtrees under way; the back is opened before the front. */
interface Frame {
  readonly back: Face<Caller>;
  readonly front: Face<Provider>;
  readonly done: Wiring[];
  readonly into: Wiring[];
}

/** All wires from `back` to `front`. A loop with a stack: faces may be deep. */
export const wire = (back: Face<Caller>, front: Face<Provider>, manner: Manner): Wiring => {
  if (back._tag === "Caller" && front._tag === "Provider") return wirePair(back, front, manner);
  const root: Wiring[] = [];
  const stack: Frame[] = [];
  const begin = (from: Face<Caller>, to: Face<Provider>, into: Wiring[]): void => {
    if (from._tag === "Caller" && to._tag === "Provider") {
      into.push(wirePair(from, to, manner));
      return;
    }
    const entry = memoOf(from).find((one) => isAbout(one, from, to, manner) && one.wired === manner.wired);
    if (entry === undefined) stack.push({ back: from, front: to, done: [], into });
    else {
      counts.reused++;
      into.push(entry.wiring);
    }
  };
  begin(back, front, root);
  while (stack.length > 0) {
    const frame = stack[stack.length - 1]!;
    const at = frame.done.length;
    if (frame.back._tag === "Together") {
      if (at < frame.back.parts.length) {
        begin(frame.back.parts[at]!, frame.front, frame.done);
        continue;
      }
    } else if (frame.front._tag === "Together" && at < frame.front.parts.length) {
      begin(frame.back, frame.front.parts[at]!, frame.done);
      continue;
    }
    stack.pop();
    const memo = memoOf(frame.back);
    const before = memo.find((one) => isAbout(one, frame.back, frame.front, manner))?.wiring ?? null;
    let wiring = combined(frame.done, before);
    if (frame.back._tag === "Caller" && frame.front === front) wiring = withoutClashes(wiring, frame.back);
    const { op, site, wired } = manner;
    memo.add({ picked: pickedOf(frame.back), front: frame.front, op, site, wired, wiring });
    frame.into.push(wiring);
  }
  return root[0]!;
};

const isAbout = (
  entry: Remembered,
  back: Face<Caller>,
  front: Face<Provider>,
  { op, site }: Manner,
): boolean =>
  entry.front === front && entry.op === op && entry.picked === pickedOf(back) && sameSite(entry.site, site);

const wirePair = (caller: Caller, provider: Provider, manner: Manner): Wiring => {
  const wires = manner.wired.of(caller);
  const memo = memoOf(caller);
  const entry = memo.find(
    (one) =>
      isAbout(one, caller, provider, manner) &&
      Array.isArray(one.wired) &&
      sameItems(one.wired, wires, () => false),
  );
  if (entry !== undefined) {
    counts.reused++;
    return entry.wiring;
  }
  counts.matched++;
  const { op, site } = manner;
  const wiring = wiringOf(caller, match(caller, provider, kindOf(op), wires), manner);
  memo.add({ picked: caller.picked, front: provider, op, site, wired: wires, wiring });
  return wiring;
};

const wiringOf = (caller: Caller, found: Match, { op, site }: Manner): Wiring => {
  if (found === null) return nothing;
  if (isWiringError(found)) return { facts: noFacts, errors: [found], failures: 1 };
  const { requirement, offer } = found;
  const facts: WireFact = {
    _tag: "Wire",
    from: caller.automaton,
    requirement: requirement.name,
    kind: kindOf(op),
    to: offer.to,
    site,
  };
  return { facts, errors: [], failures: 0 };
};

/** Wirings side by side; `before` itself where it was made of the very same. */
const combined = (parts: readonly Wiring[], before: Wiring | null): Wiring => {
  const facts = parts.map((part) => part.facts).filter((part) => sizeOf(part) > 0);
  const errors: WiringError[] = [];
  let failures = 0;
  for (const part of parts) {
    failures += part.failures;
    for (const error of part.errors) if (errors.length < told) errors.push(error);
  }
  if (before !== null && before.failures === failures && sameItems(before.errors, errors, () => false)) {
    const earlier = before.facts._tag === "Join" ? before.facts.parts : [before.facts];
    if (sameItems(earlier, facts, () => false)) return before;
  }
  if (facts.length === 0 && failures === 0) return nothing;
  return { facts: facts.length === 1 ? facts[0]! : join(facts, null), errors, failures };
};

/** Of a caller that meets several providers: without wires of a requirement that has one. */
const withoutClashes = (wiring: Wiring, caller: Caller): Wiring => {
  const kept = new Map<string, WireFact>();
  const clashes: WiringError[] = [];
  for (const fact of leaves(wiring.facts)) {
    if (fact._tag !== "Wire") continue;
    const by = kept.get(fact.requirement);
    if (by === undefined) kept.set(fact.requirement, fact);
    else if (!samePorts(by.to, fact.to)) clashes.push({ _tag: "Clash", caller, by, wire: fact });
  }
  if (clashes.length === 0) return wiring;
  return {
    facts: join([...kept.values()], null),
    errors: [...wiring.errors, ...clashes].slice(0, told),
    failures: wiring.failures + clashes.length,
  };
};
