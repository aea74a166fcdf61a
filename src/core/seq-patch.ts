/**
 * A change of one element of a sequence (see `seq.ts`): one new path. Where an element
 * begins a chunk that comes, or began one that goes, its neighbours are parted or joined
 * in their parent, which itself mostly begins where it began.
 */
import {
  type Branch,
  boundary,
  branchOf,
  final,
  group,
  isLeaf,
  join,
  type Leaf,
  makeBranch,
  makeLeaf,
  type Row,
  type SeqKind,
  type SeqNode,
} from "./seq-node.ts";

/** A change of at most one element into at most one. */
export interface Patch<T> {
  readonly removed: 0 | 1;
  readonly item: T | undefined;
}

/** One node in the place of another, or one of the level above that holds two; null: none. */
type Patched<T, M> = SeqNode<T, M> | null;

/**
 * What stands in the place of `node` after a patch at `index`. It may begin no chunk any
 * more. Undefined where runs of equal identities are cut or joined: ordinals change there.
 * `left` and `right`: what stands beside the node.
 */
export const patch = <T, M>(
  kind: SeqKind<T, M>,
  node: SeqNode<T, M>,
  index: number,
  change: Patch<T>,
  left: SeqNode<T, M> | null = null,
  right: SeqNode<T, M> | null = null,
): Patched<T, M> | undefined => {
  if (isLeaf(node)) return patchLeaf(kind, node, index, change, left, right);
  const { children } = node;
  let i = 0;
  let at = index;
  // What is put in between two chunks is the end of the first, unless it begins one.
  for (; at + change.removed > children[i]!.count; i++) at -= children[i]!.count;
  const child = children[i]!;
  const before = i > 0 ? children[i - 1]! : left;
  const after = i + 1 < children.length ? children[i + 1]! : right;
  const made = patch(kind, child, at, change, before, after);
  if (made === undefined) return undefined;
  if (made === null || made.level > child.level || (i > 0 && made.edge !== child.edge))
    return regrouped(kind, node, i, made);
  const copy = children.slice();
  copy[i] = made;
  return branchOf(kind, copy, node.count - child.count + made.count);
};

/** What stands in the place of a branch where chunks begin elsewhere in the place of its child at `i`. */
const regrouped = <T, M>(
  kind: SeqKind<T, M>,
  { children }: Branch<T, M>,
  i: number,
  made: Patched<T, M>,
): Patched<T, M> => {
  const row = rowOf(made, children[i]!.level);
  const joins = i > 0 && row.length > 0;
  const joined = joins ? [...join(kind, children[i - 1]!, row[0]!), ...row.slice(1)] : row;
  return underOne(
    kind,
    group(kind, [...children.slice(0, joins ? i - 1 : i), ...joined, ...children.slice(i + 1)]),
  );
};

/** What was patched, as nodes of the level of what it stands for. */
export const rowOf = <T, M>(made: Patched<T, M>, level: number): Row<T, M> =>
  made === null ? [] : made.level > level ? (made as Branch<T, M>).children : [made];

/** Under a node of the level above, where there are two. */
const underOne = <T, M>(kind: SeqKind<T, M>, row: Row<T, M>): Patched<T, M> =>
  row.length > 1 ? makeBranch(kind, row) : (row[0] ?? null);

const patchLeaf = <T, M>(
  kind: SeqKind<T, M>,
  leaf: Leaf<T, M>,
  at: number,
  { removed, item }: Patch<T>,
  left: SeqNode<T, M> | null,
  right: SeqNode<T, M> | null,
): Patched<T, M> | undefined => {
  const { items } = leaf;
  const hash = item === undefined ? 0 : kind.hash(item);
  if (removed === 1 && item !== undefined && kind.hash(items[at]!) === hash) {
    const copy = items.slice();
    copy[at] = item;
    return makeLeaf(kind, copy, leaf.ordinal);
  }
  const before = at > 0 ? items[at - 1] : left === null ? undefined : final(left);
  const after = at + removed < items.length ? items[at + removed] : right?.first;
  if (after !== undefined) {
    const behind = kind.hash(after);
    if (removed === 1 && kind.hash(items[at]!) === behind) return undefined;
    if (item !== undefined && hash === behind) return undefined;
    if (before !== undefined && kind.hash(before) === behind) return undefined;
  }
  if (before !== undefined && item !== undefined && kind.hash(before) === hash) return undefined;
  const made = item === undefined ? items.toSpliced(at, removed) : items.toSpliced(at, removed, item);
  if (made.length === 0) return null;
  const ordinal = at === 0 ? 0 : leaf.ordinal;
  // What was first of all may begin a chunk where it is not.
  const begins = at > 0 ? item !== undefined && boundary(hash, 0) : removed === 0 && boundary(leaf.edge, 0);
  if (!begins) return makeLeaf(kind, made, ordinal);
  const cut = Math.max(at, 1);
  return underOne(kind, [makeLeaf(kind, made.slice(0, cut), ordinal), makeLeaf(kind, made.slice(cut), 0)]);
};
