/**
 * Lists as ropes. A node of level 0 holds elements, one above holds nodes one level
 * lower, so that indexing and joining cost the height and versions of a list share.
 */
import type { Site } from "./problem.ts";
import type { ListValue, Value } from "./value.ts";

/** Made nodes hold at most so many children; those that mirror chunks may hold more. */
const width = 32;

export const emptyList: ListValue = { _tag: "List", length: 0, level: 0, children: [], site: null };

const lengthOf = (level: number, children: readonly Value[]): number => {
  if (level === 0) return children.length;
  let length = 0;
  for (const child of children) length += (child as ListValue).length;
  return length;
};

/** A node over elements (level 0) or over nodes of one level lower. */
export const ropeNode = (level: number, children: readonly Value[]): ListValue => ({
  _tag: "List",
  length: lengthOf(level, children),
  level,
  children,
  site: null,
});

export const withSite = (list: ListValue, site: Site | null): ListValue => ({ ...list, site });

/** A balanced list of elements. */
export const listOf = (elements: readonly Value[], site: Site | null = null): ListValue => {
  let row: readonly Value[] = elements;
  let level = 0;
  while (row.length > width) {
    const next: ListValue[] = [];
    for (let i = 0; i < row.length; i += width) next.push(ropeNode(level, row.slice(i, i + width)));
    row = next;
    level++;
  }
  return { _tag: "List", length: elements.length, level, children: row, site };
};

/** The element at an index from 0, if there is one. */
export const elementAt = (list: ListValue, index: number): Value | undefined => {
  if (index < 0 || index >= list.length) return undefined;
  let node = list;
  let at = index;
  while (node.level > 0) {
    let i = 0;
    while (at >= (node.children[i] as ListValue).length) at -= (node.children[i++] as ListValue).length;
    node = node.children[i] as ListValue;
  }
  return node.children[at];
};

/** The elements in order. */
export function* elements(list: ListValue): Generator<Value, void, undefined> {
  const stack: ListValue[] = [list];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.level === 0) yield* node.children;
    else for (let i = node.children.length - 1; i >= 0; i--) stack.push(node.children[i] as ListValue);
  }
}

export const toArray = (list: ListValue): readonly Value[] => {
  if (list.level === 0) return list.children;
  const all: Value[] = [];
  const stack: ListValue[] = [list];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.level === 0) for (const child of node.children) all.push(child);
    else for (let i = node.children.length - 1; i >= 0; i--) stack.push(node.children[i] as ListValue);
  }
  return all;
};

/** One node, or two under a new one where the children are too many for one. */
const packed = (level: number, children: readonly Value[]): ListValue => {
  if (children.length <= width) return ropeNode(level, children);
  const half = children.length >>> 1;
  return ropeNode(level + 1, [
    ropeNode(level, children.slice(0, half)),
    ropeNode(level, children.slice(half)),
  ]);
};

/** The children at `level` of what a join one level lower gave. */
const unpacked = (node: ListValue, level: number): readonly Value[] =>
  node.level === level ? node.children : [node];

/**
 * The one list, then the other. Recursion goes down the levels only; all but the edges
 * along which the two meet is shared.
 */
export const join = (a: ListValue, b: ListValue): ListValue => {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  if (a.level === b.level) {
    return a.children.length + b.children.length <= width
      ? ropeNode(a.level, [...a.children, ...b.children])
      : ropeNode(a.level + 1, [a, b]);
  }
  if (a.level > b.level) {
    const met = join(a.children[a.children.length - 1] as ListValue, b);
    return packed(a.level, [...a.children.slice(0, -1), ...unpacked(met, a.level)]);
  }
  const met = join(a, b.children[0] as ListValue);
  return packed(b.level, [...unpacked(met, b.level), ...b.children.slice(1)]);
};

/** Joins lists; where all are nodes of one level, one node above that mirrors them. */
export const joinAll = (lists: readonly ListValue[]): ListValue => {
  const parts = lists.filter((list) => list.length > 0);
  if (parts.length === 0) return emptyList;
  if (parts.length === 1) return parts[0]!;
  const { level } = parts[0]!;
  if (parts.every((part) => part.level === level)) return ropeNode(level + 1, parts);
  return parts.reduce(join);
};
