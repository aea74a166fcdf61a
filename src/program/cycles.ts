/** Definitions that need each other, and automata that start after each other. */
import type { Term } from "../core/term.ts";
import { cycleWords } from "../language/composition/ordering.ts";
import { occurrences } from "../language/names.ts";
import type { Problem } from "../language/problem.ts";
import { type Definition, siteOf } from "./definition.ts";
import { namesIn } from "./mentions.ts";
import { declaring, type Module, offsetOf } from "./module.ts";

/** Cycles are found anew with every edit of a file that has one. */
const ordered = new WeakMap<readonly Definition[], readonly Definition[]>();

/** The definitions of a cycle in the order of the text. */
const inOrder = (module: Module, cycle: readonly Definition[]): readonly Definition[] => {
  const known = ordered.get(cycle);
  if (known !== undefined) return known;
  const places = new Map(cycle.map((one) => [one, offsetOf(module, one.declaration)]));
  const sorted = [...cycle].sort((a, b) => places.get(a)! - places.get(b)!);
  ordered.set(cycle, sorted);
  return sorted;
};

/** Where clauses `after` stand in a term: from a position on, and up to another. */
const clausesAfter = (root: Term): readonly (readonly [from: number, to: number])[] => {
  const found: (readonly [number, number])[] = [];
  const todo: [Term, number][] = [[root, 0]];
  for (let top = todo.pop(); top !== undefined; top = todo.pop()) {
    const [term, at] = top;
    if (term.node._tag === "After") {
      found.push([at, at + term.size]);
      continue;
    }
    let next = at + 1;
    for (const child of term.node.children as readonly Term[]) {
      todo.push([child, next]);
      next += child.size;
    }
  }
  return found;
};

/** The definitions of a cycle that one mentions, and whether it does so in clauses `after` alone. */
const linksOf = (
  module: Module,
  definition: Definition,
  cycle: ReadonlySet<Definition>,
): ReadonlyMap<Definition, boolean> => {
  const { term, mentions } = definition;
  const links = new Map<Definition, boolean>();
  if (term === null) return links;
  const ranges = clausesAfter(term);
  for (const other of declaring(module, namesIn(mentions))) {
    if (!cycle.has(other)) continue;
    const places = ranges.length === 0 ? [] : occurrences(term, 0, other.name!);
    const isAfter =
      places.length > 0 && places.every((place) => ranges.some(([from, to]) => from <= place && place < to));
    links.set(other, isAfter);
  }
  return links;
};

type Links = ReadonlyMap<Definition, ReadonlyMap<Definition, boolean>>;

/** Whether definitions lead back to themselves by what makes their values, not only by what they start after. */
const needEachOther = (links: Links): boolean => {
  // What needs nothing more is taken away, until nothing is left or all that is left is in, or leads to, a cycle.
  const left = new Set(links.keys());
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const one of left)
      if (![...links.get(one)!].some(([other, isAfter]) => !isAfter && left.has(other))) left.delete(one);
  }
  return left.size > 0;
};

/** A shortest way from a definition back to itself. */
const wayBack = (start: Definition, links: Links): readonly Definition[] => {
  const from = new Map<Definition, Definition>();
  const todo = [start];
  for (const one of todo)
    for (const other of links.get(one)!.keys()) {
      if (other === start) {
        const way = [one];
        for (let at = one; at !== start; at = way[0]!) way.unshift(from.get(at)!);
        return way;
      }
      if (from.has(other)) continue;
      from.set(other, one);
      todo.push(other);
    }
  return [start];
};

/** Automata of which each starts after the next. */
const dependency = (first: Definition, links: Links): Problem => {
  const way = wayBack(first, links);
  const steps = way.map((one, i) => {
    const next = way[(i + 1) % way.length]!;
    const relation = links.get(one)!.get(next)! ? "after" : "made of";
    return { one, words: [one.name!, relation, next.name!] as const };
  });
  const hints = steps.slice(1).map(({ one, words: [from, relation, to] }) => ({
    message: `\`${from}\` ${relation === "after" ? "starts after" : "is made of"} \`${to}\``,
    site: siteOf(one),
  }));
  return {
    code: "cyclic-dependency",
    message: cycleWords(steps.map(({ words }) => words)),
    site: siteOf(first),
    hints,
  };
};

/** A cycle is reported once, at the definition of it that comes first in the text. */
export const cycleProblems = (
  module: Module,
  definition: Definition,
  cycle: readonly Definition[],
): readonly Problem[] => {
  const inText = inOrder(module, cycle);
  if (inText[0] !== definition) return [];
  const all = new Set(cycle);
  const links = new Map(inText.map((one) => [one, linksOf(module, one, all)]));
  if (!needEachOther(links)) return [dependency(definition, links)];
  const names = inText.map(({ name }) => name);
  const message =
    names.length === 1
      ? `${names[0]} is defined by itself`
      : `${names.slice(0, -1).join(", ")} and ${names.at(-1)} are defined by each other`;
  const hints = inText
    .slice(1)
    .map((other) => ({ message: `${other.name} is part of the cycle`, site: siteOf(other) }));
  return [{ code: "cyclic-definition", message, site: siteOf(definition), hints }];
};
