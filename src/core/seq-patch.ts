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

/**
 * What stands in the place of `node` after a patch at `index`: none, one, or two. The
 * first may begin no chunk any more. Null where runs of equal identities are cut or
 * joined: ordinals change there. `left` and `right`: what stands beside the node.
 */
export const patch = <T, M>(
  kind: SeqKind<T, M>,
  node: SeqNode<T, M>,
  index: number,
  change: Patch<T>,
  left: SeqNode<T, M> | null = null,
  right: SeqNode<T, M> | null = null,
): Row<T, M> | null => {
  if (isLeaf(node)) return patchLeaf(kind, node, index, change, left, right);
  const { kids } = node;
  let i = 0;
  let at = index;
  // What is put in between two chunks is the end of the first, unless it begins one.
  for (; at + change.removed > kids[i]!.count; i++) at -= kids[i]!.count;
  const before = i > 0 ? kids[i - 1]! : left;
  const after = i + 1 < kids.length ? kids[i + 1]! : right;
  const row = patch(kind, kids[i]!, at, change, before, after);
  return row === null ? null : replaced(kind, node, i, row);
};

/** What stands in the place of a branch whose kid at `i` is replaced. */
const replaced = <T, M>(
  kind: SeqKind<T, M>,
  { kids, count }: Branch<T, M>,
  i: number,
  row: Row<T, M>,
): Row<T, M> => {
  const kid = kids[i]!;
  const first = row[0];
  if (row.length === 1 && (i === 0 || first!.edge === kid.edge)) {
    const copy = kids.slice();
    copy[i] = first!;
    return [branchOf(kind, copy, count - kid.count + first!.count)];
  }
  const joins = i > 0 && first !== undefined;
  const made = joins ? [...join(kind, kids[i - 1]!, first), ...row.slice(1)] : row;
  return group(kind, [...kids.slice(0, joins ? i - 1 : i), ...made, ...kids.slice(i + 1)]);
};

const patchLeaf = <T, M>(
  kind: SeqKind<T, M>,
  leaf: Leaf<T, M>,
  at: number,
  { removed, item }: Patch<T>,
  left: SeqNode<T, M> | null,
  right: SeqNode<T, M> | null,
): Row<T, M> | null => {
  const { items } = leaf;
  const hash = item === undefined ? 0 : kind.hash(item);
  if (removed === 1 && item !== undefined && kind.hash(items[at]!) === hash) {
    const copy = items.slice();
    copy[at] = item;
    return [makeLeaf(kind, copy, leaf.ordinal)];
  }
  const before = at > 0 ? items[at - 1] : left === null ? undefined : final(left);
  const after = at + removed < items.length ? items[at + removed] : right?.first;
  if (after !== undefined) {
    const behind = kind.hash(after);
    if (removed === 1 && kind.hash(items[at]!) === behind) return null;
    if (item !== undefined && hash === behind) return null;
    if (before !== undefined && kind.hash(before) === behind) return null;
  }
  if (before !== undefined && item !== undefined && kind.hash(before) === hash) return null;
  const made = item === undefined ? items.toSpliced(at, removed) : items.toSpliced(at, removed, item);
  if (made.length === 0) return [];
  const ordinal = at === 0 ? 0 : leaf.ordinal;
  // What was first of all may begin a chunk where it is not.
  const begins = at > 0 ? item !== undefined && boundary(hash, 0) : removed === 0 && boundary(leaf.edge, 0);
  if (!begins) return [makeLeaf(kind, made, ordinal)];
  const cut = Math.max(at, 1);
  return [makeLeaf(kind, made.slice(0, cut), ordinal), makeLeaf(kind, made.slice(cut), 0)];
};
