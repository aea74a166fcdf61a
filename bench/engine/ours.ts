/** The engine's own sequence, with a fold that is remembered on its nodes, as passes do it. */
import { combine, hashString } from "../../src/core/hash.ts";
import { Seq } from "../../src/core/seq.ts";
import { isLeaf, type SeqKind, type SeqNode, unmeasured } from "../../src/core/seq-node.ts";
import { initial, leafHash, size, type Wide } from "./wide.ts";

export const seqWide = (): Wide => {
  interface Item {
    /** Of its identity, as members have it of their names. */
    readonly hash: number;
    readonly value: number;
  }
  const hashOf = (id: number): number => hashString(`item ${id}`) | 0;
  const kind: SeqKind<Item, null> = { hash: ({ hash }) => hash, measure: unmeasured };
  let fresh = size;
  let seq = Seq.from(
    kind,
    initial.map((value) => ({ hash: hashOf(value), value })),
  );
  // A fold with its memo on the nodes: a balanced combine that keeps the order.
  const fold = (node: SeqNode<Item, null>): number => {
    let hash = 0;
    if (isLeaf(node)) for (const { value } of node.items) hash = combine(hash, leafHash(value));
    else
      for (const child of node.children) hash = combine(hash, (child.memo as number | null) ?? fold(child));
    node.memo = hash;
    return hash;
  };
  return {
    name: "architect",
    change: (index, value) => {
      seq = seq.splice(index, 1, [{ hash: seq.get(index)!.hash, value }]);
    },
    insert: (index, value) => {
      seq = seq.splice(index, 0, [{ hash: hashOf(fresh++), value }]);
    },
    remove: (index) => {
      seq = seq.splice(index, 1, []);
    },
    digest: () => (seq.root!.memo as number | null) ?? fold(seq.root!),
    values: () => Array.from(seq, ({ value }) => value),
  };
};
