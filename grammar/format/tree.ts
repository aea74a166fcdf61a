/** A term laid out in pre-order, and its document built from the leaves up, without recursion. */

import { clauses, clauseTags } from "../../src/core/clauses.ts";
import type { TermF } from "../../src/core/syntax.ts";
import { cata, type Term } from "../../src/core/term.ts";
import type { Comment } from "../lexer/trivia.ts";
import type { Spans } from "../spans.ts";
import { type Attached, attach, commentDoc, commented, isBlank, standsApart } from "./comments.ts";
import type { Doc } from "./doc.ts";
import { layoutOf } from "./layout.ts";
import type { Child } from "./node-context.ts";

type Node = TermF<Term>;

/** The text that a term was read from. */
export interface ParsedText {
  readonly text: string;
  /** As of a declaration; see `Declaration.spans`. */
  readonly spans: Spans;
  readonly comments: readonly Comment[];
}

const preorder = (root: Term): { nodes: Node[]; children: number[][] } => {
  const nodes: Node[] = [];
  const children: number[][] = [];
  const stack: Term[] = [root];
  for (let term = stack.pop(); term !== undefined; term = stack.pop()) {
    const at = nodes.length;
    nodes.push(term.node);
    const positions: number[] = [];
    let next = at + 1;
    const inner = term.node.children as readonly Term[];
    for (const child of inner) {
      positions.push(next);
      next += child.size;
    }
    children.push(positions);
    for (let i = inner.length - 1; i >= 0; i--) stack.push(inner[i]!);
  }
  // What stands in a chunk stands in the list.
  for (let at = nodes.length - 1; at >= 0; at--) {
    children[at] = children[at]!.flatMap((child) =>
      nodes[child]!._tag === "Chunk" ? children[child]! : [child],
    );
  }
  return { nodes, children };
};

const brackets: ReadonlySet<Node["_tag"]> = new Set<Node["_tag"]>([
  "List",
  "Record",
  "Call",
  "With",
  "Automaton",
  "AutomatonDecl",
  ...clauseTags.filter((tag) => clauses[tag].follows === "block"),
  "Select",
  "Offer",
  "RecordOf",
]);

const nothing: Attached = { leading: [], trailing: [], dangling: [] };

/** The document of a term that has no text. */
export const documentOf = (root: Term): Doc => {
  const [whole] = printed(root);
  return whole!.doc;
};

/** A term as what stands in the places of another: one child, but of a chunk all that is in it. */
const printed = cata<readonly Child[]>((layer, { node }) => {
  const children = (layer.children as readonly (readonly Child[])[]).flat();
  if (node._tag === "Chunk") return children;
  const expanded = node._tag === "AutomatonDecl" || (node._tag === "Automaton" && children.length > 2);
  const doc = layoutOf({ node, children, written: null, expanded, dangling: [] });
  return [{ node, doc, commented: false, blank: false }];
});

/** The document of a term as its author wrote it: with comments, empty lines, and literals kept. */
export const documentFrom = (root: Term, { text, spans, comments }: ParsedText): Doc => {
  const { nodes, children } = preorder(root);
  const attached =
    comments.length === 0
      ? new Map<number, Attached>()
      : attach(
          {
            text,
            spans,
            children,
            bracketed: (at) => brackets.has(nodes[at]!._tag) || isImportOfNames(nodes[at]!),
            literal: (at) => nodes[at]!._tag === "Str",
          },
          comments,
        );
  const startOf = (at: number): number => attached.get(at)?.leading[0]?.start ?? spans[4 * at]!;
  const endOf = (at: number): number => attached.get(at)?.trailing.at(-1)?.end ?? spans[4 * at + 1]!;
  const docs: Doc[] = new Array(nodes.length);
  for (let at = nodes.length - 1; at >= 0; at--) {
    const node = nodes[at]!;
    const own = attached.get(at) ?? nothing;
    const inner = children[at]!;
    const items = inner.map((child, i): Child => {
      const before = i === 0 ? null : endOf(inner[i - 1]!);
      return {
        node: nodes[child]!,
        doc: docs[child]!,
        commented: standsApart(text, attached.get(child) ?? nothing, spans[4 * child]!),
        blank: before !== null && isBlank(text, before, startOf(child)),
      };
    });
    const isLiteral = node._tag === "Num" || node._tag === "Str";
    const doc = layoutOf({
      node,
      children: items,
      written: isLiteral ? text.slice(spans[4 * at + 2], spans[4 * at + 3]) : null,
      expanded: isExpanded(text, node, inner.map(startOf), inner.map(endOf), spans[4 * at]!),
      dangling: own.dangling.map((comment) => commentDoc(text, comment)),
    });
    docs[at] = commented(text, doc, own, spans[4 * at]!);
  }
  return docs[0]!;
};

const isImportOfNames = (node: Node): boolean => node._tag === "Import" && node.as === null;

/** Whether a line ends right behind the bracket that opens the children. */
const isExpanded = (
  text: string,
  node: Node,
  starts: readonly number[],
  ends: readonly number[],
  start: number,
): boolean => {
  if (!brackets.has(node._tag) && !isImportOfNames(node)) return false;
  const headed = node._tag === "With" || node._tag === "Automaton" || node._tag === "Call";
  const first = headed ? starts[1] : starts[0];
  if (first === undefined) return false;
  return /[[{(][^\S\r\n]*[\r\n]/.test(text.slice(headed ? ends[0] : start, first));
};
