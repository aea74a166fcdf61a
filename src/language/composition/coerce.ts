/** Values as compositions. */

import { describe } from "../describe.ts";
import type { Problem, Site } from "../problem.ts";
import { elements } from "../rope.ts";
import { misfitCode, misfitHints } from "../secret.ts";
import { sameSite } from "../site.ts";
import type { AutomatonValue, ListValue, Value } from "../value.ts";
import type { EvaluationResult } from "../world.ts";
import type { Composition, Facts } from "./composition.ts";
import { anyEnds, type EndsByName, endsOf, nobody, together } from "./face.ts";
import { join, noFacts, poisoned } from "./facts.ts";
import { memoOn } from "./memo.ts";

/** Nothing at all. */
export const empty: Composition = { facts: noFacts, front: nobody, back: nobody, pick: null };

/** What failed, and was reported. */
export const failed: Composition = { facts: poisoned, front: nobody, back: nobody, pick: null };

const fine: readonly Problem[] = [];

/** What was made of an automaton. */
export interface Made {
  readonly ends: EndsByName;
  composition: EvaluationResult<Composition> | null;
}

const automata = memoOn((): Made => ({ ends: anyEnds, composition: null }));
const lists = memoOn(() => ({ made: null as EvaluationResult<Composition> | null }));

const ofAutomaton = (automaton: AutomatonValue): EvaluationResult<Composition> => {
  const made = automaton.made ?? automata(automaton);
  if (made.composition !== null) return made.composition;
  const { caller, provider } = endsOf(automaton, made.ends);
  const facts: Facts = { _tag: "Member", automaton, site: automaton.site };
  made.composition = { value: { facts, front: provider, back: caller, pick: null }, problems: fine };
  return made.composition;
};

/** All problems; of those that say the same of the same place one. */
const allProblems = (parts: readonly EvaluationResult<Composition>[]): readonly Problem[] => {
  if (parts.every(({ problems }) => problems.length === 0)) return fine;
  const all = parts.flatMap(({ problems }) => problems);
  return all.filter(
    (one, i) =>
      i === all.findIndex((other) => other.message === one.message && sameSite(other.site, one.site)),
  );
};

/** The compositions of a list's children, side by side. */
const ofList = (
  list: ListValue,
  parts: readonly EvaluationResult<Composition>[],
): EvaluationResult<Composition> => ({
  value: {
    facts: join(
      parts.map(({ value }) => value.facts),
      list.site,
    ),
    front: together(parts.map(({ value }) => value.front)),
    back: together(parts.map(({ value }) => value.back)),
    pick: null,
  },
  problems: allProblems(parts),
});

/** The first element of a list, however deep in lists, that did not fail; undefined where there is none. */
const firstOf = (list: ListValue): Value | undefined => {
  const lists = [elements(list)];
  for (let inner = lists.at(-1); inner !== undefined; inner = lists.at(-1)) {
    const { done, value } = inner.next();
    if (done === true) lists.pop();
    else if (value._tag === "List") lists.push(elements(value));
    else if (value._tag !== "Poison" || value.partial !== undefined) return value;
  }
  return undefined;
};

/** Whether a value is meant as a composition: of a list its first element that did not fail says it, and an empty one is none. */
export const isComposable = (value: Value): boolean => {
  switch (value._tag) {
    case "Automaton":
    case "Composition":
      return true;
    case "Poison":
      return value.partial !== undefined;
    case "List": {
      const first = firstOf(value);
      return first === undefined ? value.length > 0 : isComposable(first);
    }
    default:
      return false;
  }
};

const notOne = (value: Value, site: Site): EvaluationResult<Composition> => {
  const message = `an automaton or a composition is expected here, not ${describe(value)}`;
  return { value: failed, problems: [{ code: misfitCode(value), message, site, hints: misfitHints(value) }] };
};

const ofOther = (value: Value, site: Site): EvaluationResult<Composition> => {
  if (value._tag === "Automaton") return ofAutomaton(value);
  if (value._tag === "Composition") return { value: value.composition, problems: fine };
  return value._tag === "Poison" ? { value: value.partial ?? failed, problems: fine } : notOne(value, site);
};

interface Frame {
  readonly list: ListValue;
  /** Where mistakes in it are reported. */
  readonly site: Site;
  readonly parts: EvaluationResult<Composition>[];
}

/**
 * The composition that a value is: of an automaton itself, of a list the overlay of its
 * elements, remembered on each node of its rope; anything else is a `type-mismatch`.
 */
export const coerce = (value: Value, site: Site): EvaluationResult<Composition> => {
  if (value._tag !== "List") return ofOther(value, site);
  const stack: Frame[] = [{ list: value, site: value.site ?? site, parts: [] }];
  for (;;) {
    const frame = stack[stack.length - 1]!;
    const memo = lists(frame.list);
    if (memo.made === null && frame.parts.length < frame.list.children.length) {
      const child = frame.list.children[frame.parts.length]!;
      if (child._tag === "List") stack.push({ list: child, site: child.site ?? frame.site, parts: [] });
      else frame.parts.push(ofOther(child, frame.site));
      continue;
    }
    const made = memo.made ?? ofList(frame.list, frame.parts);
    // Mistakes are told where the list is used, so they are not remembered.
    if (made.problems.length === 0) memo.made = made;
    stack.pop();
    const above = stack[stack.length - 1];
    if (above === undefined) return made;
    above.parts.push(made);
  }
};
