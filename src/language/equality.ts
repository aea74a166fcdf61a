/**
 * Two equalities of values. `identical` is exact, sites and shapes included: a definition
 * that comes out identical stops the way up. `equal` is that of `==`, by meaning.
 */
import type { Composition } from "./composition/composition.ts";
import type { Problem } from "./problem.ts";
import { elements } from "./rope.ts";
import {
  type AutomatonValue,
  automatonFields,
  type CompositionValue,
  type ListValue,
  type Value,
} from "./value.ts";
import type { Remembered } from "./world.ts";

/** So many comparisons go without notes; then pairs are noted, so that none is made twice. */
const unnoted = 4096;

/** `poison`: one of them holds what failed. `too-much`: the comparison was not allowed to go on. */
export type Verdict = boolean | "poison" | "too-much";

/** Fields that say where a thing was written or how it was called, not what it is. */
const aside: ReadonlySet<string> = new Set(["site", "label"]);

/** Compared by identity, never entered. */
const opaque: ReadonlySet<string> = new Set(["term", "within"]);

/**
 * Whether two values are the same in every respect. Values are plain immutable data
 * (objects, arrays, maps), with terms compared by identity. Quick where structure is
 * shared, and never exponential where a value shares its own parts.
 */
export const identical = (a: unknown, b: unknown): boolean => compare(a, b, exactly) === true;

/** A value, or what a clause of an automaton says. */
type Comparable = Value | AutomatonValue[(typeof automatonFields)[number]];

/**
 * Whether two values mean the same. Lists may differ in shape, functions in their names.
 * `spend` is asked before each comparison of parts whether it may be made; `compositions`
 * tells which compositions mean the same (else they must be written alike).
 */
export const equal = (
  a: Comparable,
  b: Comparable,
  spend: (comparisons: number) => boolean = () => true,
  compositions?: (a: Composition, b: Composition) => boolean,
): Verdict => compare(a, b, { byMeaning: true, spend, compositions });

const exactly: Manner = { byMeaning: false, spend: () => true, compositions: undefined };

/**
 * `identical` for values that are made of each other, as those of a chain of definitions:
 * what was found to differ is known to, where it is part of something larger. Else a change
 * at the bottom of n layers would cost n² comparisons. To be forgotten after each batch,
 * since it holds what there was before.
 */
export class Comparisons {
  readonly #differing = new Map<object, object>();
  readonly #manner: Manner = {
    ...exactly,
    differ: (left, right) => this.#differing.get(left) === right,
  };

  readonly identical = (a: Value, b: Value): boolean => {
    const [left, right] = [contentsOf(a), contentsOf(b)];
    if (left === null || right === null || a._tag !== b._tag) return this.#same(a, b);
    if (left.every((part, i) => this.#same(part, right[i]!))) return true;
    this.#differing.set(a, b);
    return false;
  };

  readonly identicalOutcomes = (a: Remembered, b: Remembered): boolean =>
    a.steps === b.steps && this.identical(a.value, b.value) && sameProblems(a.problems, b.problems);

  forget(): void {
    this.#differing.clear();
  }

  #same(a: object | null, b: object | null): boolean {
    const same = compare(a, b, this.#manner) === true;
    if (!same && a !== null && b !== null) this.#differing.set(a, b);
    return same;
  }
}

const asComposition = (composition: Composition): Value => ({ _tag: "Composition", composition });

/** What others are made of that are made of a value, where that is not the value itself. */
const contentsOf = (value: Value): readonly (object | null)[] | null => {
  switch (value._tag) {
    case "Composition": {
      const { facts, front, back, pick } = value.composition;
      return [facts, front, back, pick];
    }
    case "Poison":
      return value.partial === undefined ? null : contentsOf(asComposition(value.partial));
    case "Type":
      return [value.payload];
    default:
      return null;
  }
};

interface Manner {
  readonly byMeaning: boolean;
  /** Whether two parts are known to differ. */
  readonly differ?: (left: object, right: object) => boolean;
  readonly spend: (comparisons: number) => boolean;
  readonly compositions: ((a: Composition, b: Composition) => boolean) | undefined;
}

const compare = (a: unknown, b: unknown, manner: Manner): Verdict => {
  const { byMeaning, differ, spend } = manner;
  const stack: unknown[] = [a, b];
  let noted: Map<object, Set<object>> | null = null;
  let compared = 0;
  let verdict: Verdict = true;
  while (stack.length > 0) {
    const right = stack.pop();
    const left = stack.pop();
    if (byMeaning && (isPoison(left) || isPoison(right))) return "poison";
    if (left === right) continue;
    if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) {
      if (Object.is(left, right)) continue;
      verdict = false;
    } else {
      if (differ?.(left, right)) return false;
      if (!spend(1)) return "too-much";
      if (++compared > unnoted) {
        noted ??= new Map();
        const others = noted.get(left);
        if (others?.has(right)) continue;
        if (others === undefined) noted.set(left, new Set([right]));
        else others.add(right);
      }
      if (!pushParts(left, right, manner, stack)) verdict = false;
    }
    if (!verdict) return false;
  }
  return true;
};

const isPoison = (value: unknown): boolean =>
  typeof value === "object" && value !== null && (value as { _tag?: unknown })._tag === "Poison";

const isList = (value: object): value is ListValue => (value as { _tag?: unknown })._tag === "List";

const isComposition = (value: object): value is CompositionValue =>
  (value as { _tag?: unknown })._tag === "Composition";

/** Of a session or a payload the key says all that it means. */
const keyOf = (value: object): unknown => ("states" in value && "key" in value ? value.key : undefined);

/** Puts the pairs that must be the same on the stack; false where the outsides differ. */
const pushParts = (left: object, right: object, manner: Manner, stack: unknown[]): boolean => {
  const { byMeaning, compositions } = manner;
  if (Array.isArray(left) || Array.isArray(right)) {
    return Array.isArray(left) && Array.isArray(right) && pushChildren(left, right, stack);
  }
  if (left instanceof Map || right instanceof Map) {
    return left instanceof Map && right instanceof Map && pushEntries(left, right, stack);
  }
  if (left instanceof Set || right instanceof Set) {
    if (!(left instanceof Set) || !(right instanceof Set) || left.size !== right.size) return false;
    for (const one of left) if (!right.has(one)) return false;
    return true;
  }
  if (byMeaning && isList(left) && isList(right)) return pushElements(left, right, stack);
  if (compositions !== undefined && isComposition(left) && isComposition(right)) {
    return compositions(left.composition, right.composition);
  }
  const key = keyOf(left);
  if (key !== undefined) return key === keyOf(right);
  return pushFields(left as Fields, right as Fields, byMeaning, stack);
};

const pushChildren = (left: readonly unknown[], right: readonly unknown[], stack: unknown[]): boolean => {
  if (left.length !== right.length) return false;
  for (let i = left.length - 1; i >= 0; i--) if (left[i] !== right[i]) stack.push(left[i], right[i]);
  return true;
};

const pushEntries = (
  left: ReadonlyMap<unknown, unknown>,
  right: ReadonlyMap<unknown, unknown>,
  stack: unknown[],
): boolean => {
  if (left.size !== right.size) return false;
  for (const [key, value] of left) {
    if (!right.has(key)) return false;
    stack.push(value, right.get(key));
  }
  return true;
};

/** Nodes of one shape are compared child by child, and shared ones not at all. */
const pushElements = (left: ListValue, right: ListValue, stack: unknown[]): boolean => {
  if (left.length !== right.length) return false;
  const alike =
    left.level === right.level &&
    left.children.length === right.children.length &&
    (left.level === 0 ||
      left.children.every(
        (child, i) => (child as ListValue).length === (right.children[i] as ListValue).length,
      ));
  if (alike) return pushChildren(left.children, right.children, stack);
  const others = elements(right);
  for (const one of elements(left)) {
    const other = others.next().value;
    if (one !== other) stack.push(one, other);
  }
  return true;
};

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: Fields): readonly string[] =>
  value._tag === "Automaton" ? automatonFields : Object.keys(value);

const pushFields = (left: Fields, right: Fields, byMeaning: boolean, stack: unknown[]): boolean => {
  const keys = fieldsOf(left);
  if (keys.length !== fieldsOf(right).length) return false;
  const nameless = byMeaning && left._tag === "Fn";
  for (let i = keys.length - 1; i >= 0; i--) {
    const key = keys[i]!;
    if (left[key] === right[key]) continue;
    if (byMeaning && (aside.has(key) || (nameless && key === "name"))) continue;
    if (opaque.has(key) || !(key in right)) return false;
    stack.push(left[key], right[key]);
  }
  return true;
};

const sameProblems = (a: readonly Problem[], b: readonly Problem[]): boolean => identical(a, b);
