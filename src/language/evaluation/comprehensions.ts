/**
 * Comprehensions. A short one is a plain loop. The elements of a long source are gone
 * through in chunks, and what a chunk comes to is remembered by the terms that are evaluated
 * and by what their names stand for: one element more or less evaluates its chunk alone.
 */
import type { Comprehension } from "../../core/syntax/expressions.ts";
import type { Term } from "../../core/term.ts";
import { describe } from "../describe.ts";
import { elements, toArray, withSite } from "../rope.ts";
import { type Origin, siteAt } from "../site.ts";
import { type ListValue, poison, type Value } from "../value.ts";
import { chunksOf, type ElementChunk, Results, remembering } from "./element-chunks.ts";
import { tooLong } from "./lists.ts";
import { checkNames } from "./lookup.ts";
import { type Ask, ask, isRule, type Machine, type Rule } from "./machine.ts";
import { reportMisfit } from "./misfit.ts";
import { bind, type Scope } from "./scope.ts";

/** Remembering the elements of shorter lists would cost more than it saves. */
const worthwhile = 64;

const done: Value = { _tag: "Bool", value: true };

/** A comprehension under evaluation. */
interface Loop {
  readonly node: Comprehension<Term>;
  /** Its position in the scope's origin; null inside of chunks, where each term counts from itself. */
  readonly at: number | null;
}

/** The qualifiers from one on: its index in the node, and its position outside of chunks. */
interface Rest {
  readonly index: number;
  readonly place: number;
}

const originIn = (loop: Loop, term: Term, { origin }: Scope): Origin =>
  loop.at === null ? { ...origin, within: term } : origin;

const asked = (loop: Loop, term: Term, place: number, scope: Scope): Ask =>
  loop.at === null
    ? ask(term, 0, { ...scope, origin: originIn(loop, term, scope) })
    : ask(term, place, scope);

/** `[body for x in xs if c …]`: loops from left to right, the last the innermost. */
export function* evaluateComprehension(
  node: Comprehension<Term>,
  { term, at, scope }: Ask,
  machine: Machine,
): Rule {
  checkNames(term, at, scope, machine);
  const results = new Results();
  const rest = { index: 1, place: at + 1 + node.children[0].size };
  const verdict = yield iterate({ node, at }, rest, scope, results, machine);
  if (verdict._tag === "Poison") return poison;
  return (
    tooLong(results.length, scope.origin, at, machine) ?? withSite(results.list(), siteAt(scope.origin, at))
  );
}

/** Poison where the list cannot be told. */
function* iterate(
  loop: Loop,
  { index, place }: Rest,
  scope: Scope,
  results: Results,
  machine: Machine,
): Rule {
  const qualifier = loop.node.children[index];
  if (qualifier === undefined) {
    const body = asked(loop, loop.node.children[0], (loop.at ?? 0) + 1, scope);
    results.push(machine.immediate(body.term, body.at, body.scope) ?? (yield body));
    return loop.at === null ? done : (tooLong(results.length, scope.origin, loop.at, machine) ?? done);
  }
  const rest = { index: index + 1, place: place + qualifier.size };
  const { node } = qualifier;
  if (node._tag === "Filter") {
    const made = decide(asked(loop, node.children[0], place + 1, scope), machine);
    const condition = isRule(made) ? yield made : made;
    if (condition._tag !== "Bool") return poison;
    return condition.value ? yield iterate(loop, rest, scope, results, machine) : done;
  }
  if (node._tag !== "For") throw new Error(`a ${node._tag} is no qualifier`);
  const from = asked(loop, node.children[0], place + 1, scope);
  const source = sourceList(yield from, from, machine);
  if (source === null) return poison;
  if (source.length >= worthwhile && machine.canRemember)
    return yield iterateInChunks(loop, node.name, source, rest, scope, results, machine);
  for (const element of elements(source)) {
    const verdict = yield iterate(loop, rest, bind(scope, node.name, element), results, machine);
    if (verdict._tag === "Poison") return poison;
  }
  return done;
}

/** The list that a `for` goes through; null where it is none, which then is reported. */
export const sourceList = (value: Value, { at, scope }: Ask, machine: Machine): ListValue | null => {
  if (value._tag === "List") return value;
  if (value._tag === "Poison") return null;
  const message = `\`for\` goes through a list, not ${describe(value)}`;
  reportMisfit(value, message, siteAt(scope.origin, at), machine);
  return null;
};

/** Whether a filter lets an element through. */
const decide = (condition: Ask, machine: Machine): Value | Rule => {
  const value = machine.immediate(condition.term, condition.at, condition.scope);
  return value === undefined ? deciding(condition, machine) : decided(value, condition, machine);
};

function* deciding(condition: Ask, machine: Machine): Rule {
  return decided(yield condition, condition, machine);
}

/** True or false; poison where the condition is neither, which then is reported. */
export const decided = (value: Value, condition: Ask, machine: Machine): Value => {
  if (value._tag === "Bool" || value._tag === "Poison") return value;
  const message = `\`if\` takes true or false, not ${describe(value)}`;
  return reportMisfit(value, message, siteAt(condition.scope.origin, condition.at), machine);
};

/**
 * Binds a name to each element of a long list in turn. The filters right behind are decided
 * first, in chunks of their own: a filter that comes or goes evaluates no body again.
 */
function* iterateInChunks(
  loop: Loop,
  name: string,
  source: ListValue,
  rest: Rest,
  scope: Scope,
  results: Results,
  machine: Machine,
): Rule {
  const { children } = loop.node;
  const home: Loop = { node: loop.node, at: null };
  const isHome = loop.at === null;
  let left = toArray(source);
  let { index, place } = rest;
  for (; children[index]?.node._tag === "Filter"; place += children[index++]!.size) {
    const [condition] = children[index]!.node.children as readonly [Term];
    const places = [[condition, place + 1]] as const;
    const evaluate = remembering({ use: "if", name, places, scope, isHome }, machine);
    const kept: Value[] = [];
    for (const chunk of chunksOf(left)) {
      const made = evaluate(chunk, (by) => filtered(condition, home, name, chunk, scope, by));
      const value = isRule(made) ? yield made : made;
      if (value._tag !== "List") return poison;
      kept.push(...toArray(value));
    }
    left = kept;
  }
  const places: [Term, number][] = [[children[0], (loop.at ?? 0) + 1]];
  for (let i = index, at = place; i < children.length; at += children[i++]!.size)
    places.push([children[i]!.node.children[0] as Term, at + 1]);
  const evaluate = remembering({ use: "for", name, places, scope, isHome }, machine);
  for (const chunk of chunksOf(left)) {
    const made = evaluate(chunk, (by) => mapped(home, { index, place }, name, chunk, scope, by));
    const value = isRule(made) ? yield made : made;
    if (value._tag !== "List") return poison;
    results.append(value, chunk);
    const failed = loop.at === null ? null : tooLong(results.length, scope.origin, loop.at, machine);
    if (failed !== null) return failed;
  }
  return done;
}

/** The elements of a chunk that a filter lets through. */
function* filtered(
  condition: Term,
  loop: Loop,
  name: string,
  { elements: all }: ElementChunk,
  scope: Scope,
  machine: Machine,
): Rule {
  const kept = new Results();
  for (const element of all) {
    const made = decide(asked(loop, condition, 0, bind(scope, name, element)), machine);
    const verdict = isRule(made) ? yield made : made;
    if (verdict._tag !== "Bool") return poison;
    if (verdict.value) kept.push(element);
  }
  return kept.chunk();
}

/** What the rest of the loop comes to for the elements of a chunk. */
function* mapped(
  loop: Loop,
  rest: Rest,
  name: string,
  { elements: all }: ElementChunk,
  scope: Scope,
  machine: Machine,
): Rule {
  const results = new Results();
  const isInnermost = rest.index === loop.node.children.length;
  for (const element of all) {
    const inner = bind(scope, name, element);
    if (isInnermost) {
      const body = asked(loop, loop.node.children[0], 0, inner);
      results.push(machine.immediate(body.term, body.at, body.scope) ?? (yield body));
      continue;
    }
    const verdict = yield iterate(loop, rest, inner, results, machine);
    if (verdict._tag === "Poison") return poison;
  }
  return results.chunk();
}
