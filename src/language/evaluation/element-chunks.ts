/**
 * Long lists in chunks whose borders depend on the elements alone, as those of `Seq` do: so
 * versions of a list have nearly all their chunks in common, and what is remembered of a
 * chunk serves them all.
 */
import { hashString, mix } from "../../core/hash.ts";
import type { Term } from "../../core/term.ts";
import { memoOn } from "../composition/memo.ts";
import { allFreeNames } from "../names.ts";
import type { Problem, Site } from "../problem.ts";
import { emptyList, joinAll, listOf, ropeNode } from "../rope.ts";
import { type Origin, siteAt } from "../site.ts";
import type { ListValue, Value } from "../value.ts";
import { lookup } from "./lookup.ts";
import type { Machine, Rule } from "./machine.ts";
import type { Scope } from "./scope.ts";
import { identityOf, valueKey } from "./value-key.ts";

/** Of so many elements one begins a chunk, and of so many chunks one the next larger. */
const width = 16;
const borderBelow = 2 ** 32 / width;

export interface ElementChunk {
  readonly elements: readonly Value[];
  /** Values of one key are the same in every respect. */
  readonly key: string;
  /** Of the first element. */
  readonly hash: number;
}

/** The elements in chunks of sixteen on average, none of them empty. */
export function* chunksOf(elements: readonly Value[]): Generator<ElementChunk, void, undefined> {
  let from = 0;
  let keys: string[] = [];
  let first = 0;
  let [before, ordinal] = ["", 0];
  for (let i = 0; i < elements.length; i++) {
    const key = valueKey(elements[i]!);
    // In a run of equal elements all would be borders, or none.
    ordinal = key === before ? ordinal + 1 : 0;
    before = key;
    const hash = mix(hashString(key), ordinal);
    if (i > from && mix(hash) < borderBelow) {
      yield { elements: elements.slice(from, i), key: keys.join(), hash: first };
      from = i;
      keys = [];
    }
    if (i === from) first = hash;
    keys.push(key);
  }
  if (keys.length > 0) yield { elements: elements.slice(from), key: keys.join(), hash: first };
}

/** The node above others that was made last, by the first of them. */
const above = memoOn(() => ({ node: null as ListValue | null }));

/** The same object for the same children, mostly: what is known of a list is kept on its nodes. */
const sharedNode = (level: number, children: readonly Value[]): ListValue => {
  const memo = above(children[0]!);
  const { node } = memo;
  if (
    node !== null &&
    node.children.length === children.length &&
    node.children.every((child, i) => child === children[i])
  )
    return node;
  memo.node = ropeNode(level, children);
  return memo.node;
};

interface Piece {
  readonly list: ListValue;
  readonly hash: number;
}

/** Nodes over lists of one level, which mirror the hashes of the chunks that they are made of. */
const mirrored = (pieces: readonly Piece[]): ListValue => {
  let row = pieces;
  for (let level = row[0]!.list.level + 1; row.length > width; level++) {
    const next: Piece[] = [];
    let from = 0;
    for (let i = 1; i <= row.length; i++) {
      if (i < row.length && mix(row[i]!.hash, level) >= borderBelow) continue;
      const children = row.slice(from, i).map(({ list }) => list);
      next.push({ list: sharedNode(level, children), hash: row[from]!.hash });
      from = i;
    }
    // Equal hashes may all be borders.
    if (next.length === row.length) break;
    row = next;
  }
  return row.length === 1 ? row[0]!.list : joinAll(row.map(({ list }) => list));
};

/** What a loop has come to so far: single values, and lists that come of chunks. */
export class Results {
  #pieces: Piece[] = [];
  #run: Value[] = [];
  length = 0;

  push(value: Value): void {
    this.#run.push(value);
    this.length++;
  }

  append(list: ListValue, { hash }: ElementChunk): void {
    if (list.length === 0) return;
    this.#close();
    this.#pieces.push({ list, hash });
    this.length += list.length;
  }

  list(): ListValue {
    if (this.#pieces.length === 0) return listOf(this.#run);
    return this.#joined();
  }

  /** The list of a chunk. */
  chunk(): ListValue {
    if (this.#pieces.length > 0) return this.#joined();
    return this.#run.length === 0 ? emptyList : sharedNode(0, this.#run);
  }

  #joined(): ListValue {
    this.#close();
    const { level } = this.#pieces[0]!.list;
    return this.#pieces.every(({ list }) => list.level === level)
      ? mirrored(this.#pieces)
      : joinAll(this.#pieces.map(({ list }) => list));
  }

  #close(): void {
    if (this.#run.length === 0) return;
    this.#pieces.push({ list: listOf(this.#run), hash: 0 });
    this.#run = [];
  }
}

/** What is evaluated for each element of a list. */
interface Work {
  /** Tells apart what is done with the same terms. */
  readonly use: "if" | "for";
  /** What each element is bound to. */
  readonly name: string;
  /** All terms that are evaluated, with their positions outside. The first stands for all. */
  readonly places: readonly (readonly [Term, number])[];
  readonly scope: Scope;
  /** Whether those positions count from the scope's origin, or each from its own term. */
  readonly isHome: boolean;
}

/** All that the outcome of a chunk depends on, but for its elements and what `World` tells. */
const bindingOf = ({ use, name, places, scope }: Work, machine: Machine): string => {
  const { module, declaration } = scope.origin;
  const parts = [use, JSON.stringify([module, declaration, name])];
  const names = new Set<string>();
  for (const [term] of places) {
    parts.push(String(identityOf(term)));
    for (const free of allFreeNames(term, (one) => lookup(one, scope, machine)?._tag === "Module"))
      names.add(free);
  }
  names.delete(name);
  for (const free of names) {
    const local = localOf(free, scope);
    if (local !== undefined) parts.push(`${free}=${valueKey(local)}`);
  }
  return parts.join("\n");
};

/** The value of a name that is not the module's. */
const localOf = (name: string, { locals, free }: Scope): Value | undefined => {
  for (let local = locals; local !== null; local = local.outer) if (local.name === name) return local.value;
  return free?.get(name);
};

/**
 * Evaluates chunks by a rule, remembered in the world; where a chunk is being computed
 * already, by the rule alone. What is wrong is reported where the terms stand now.
 */
export const remembering = (
  work: Work,
  machine: Machine,
): ((chunk: ElementChunk, rule: (by: Machine) => Rule) => Value | Rule) => {
  const { places, scope, isHome } = work;
  const [term] = places[0]!;
  const binding = bindingOf(work, machine);
  const origin = { ...scope.origin, within: term };
  return (chunk, rule) => {
    const outcome = machine.world.remember(term, `${binding}\n${chunk.key}`, (world) => {
      const inner = machine.forChunk(world, origin, true);
      const value = inner.run(rule(inner));
      return { value, problems: inner.problems, steps: inner.spent };
    });
    if (outcome === null) return rule(machine);
    const { value, problems, steps } = outcome;
    machine.take(isHome ? problems : problems.map((problem) => moved(problem, places, scope.origin)));
    machine.charge(steps);
    return value;
  };
};

/** A problem of one of the terms as one of the origin that they stand in. */
const moved = (problem: Problem, places: Work["places"], origin: Origin): Problem => {
  const move = (site: Site): Site => {
    const place = places.find(([term]) => term === site.within);
    if (place === undefined || site.module !== origin.module || site.declaration !== origin.declaration)
      return site;
    const there = siteAt(origin, place[1] + site.at);
    return site.focus === undefined ? there : { ...there, focus: true };
  };
  const hints = problem.hints.map((hint) =>
    hint.site === undefined ? hint : { ...hint, site: move(hint.site) },
  );
  return { ...problem, site: move(problem.site), hints };
};
