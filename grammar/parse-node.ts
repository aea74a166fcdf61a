/** What the parser makes of the text: a layer, the nodes in its places, and where it stands. */
import type { Layer, Term } from "../src/core/term.ts";

export class ParseNode {
  /** Becomes a term's node, with terms in its places. */
  readonly layer: Layer<ParseNode>;
  /** What stands in the layer's places, or, where that is many, chunks of it. */
  children: readonly ParseNode[];
  start: number;
  end: number;
  /** The term's own name, operator or keyword. */
  focusStart: number;
  focusEnd: number;
  /** Layers above each other, chains and chunks not counted twice. */
  depth = 0;
  term: Term | null = null;

  constructor(layer: Layer<ParseNode>, start: number, end: number, focusStart = start, focusEnd = end) {
    this.layer = layer;
    this.children = layer.children;
    this.start = start;
    this.end = end;
    this.focusStart = focusStart;
    this.focusEnd = focusEnd;
  }

  /** Takes in the parentheses around it. */
  enclose(start: number, end: number): this {
    this.start = start;
    this.end = end;
    return this;
  }

  widen(start: number, end: number): this {
    this.start = this.focusStart = start;
    this.end = this.focusEnd = end;
    return this;
  }
}

export const none: readonly never[] = [];
