/** Tokens of one declaration, or of one expression, to nodes. */
import type { IRecognitionException } from "chevrotain";
import { EOF } from "./chevrotain.ts";
import type { ParseNode } from "./parse-node.ts";
import type { Hole, Rule } from "./parser/base.ts";
import { Unclosed } from "./parser/base.ts";
import { ClauseParser } from "./parser/clauses.ts";
import type { Token } from "./tokens.ts";

export interface ParserError {
  readonly exception: IRecognitionException;
  /** Index of the token at which it came; their number if they ended. */
  readonly at: number;
}

export interface Parsed {
  /** Null if the parser gave up. */
  readonly node: ParseNode | null;
  /** Every node made: what stands in a node's places comes before it. */
  readonly made: readonly ParseNode[];
  readonly errors: readonly ParserError[];
  /** A bracket that is never closed, found where nesting is too deep to go on. */
  readonly unclosed: Token | null;
}

export class Parser extends ClauseParser {
  /**
   * `recover`: go on after errors, for which more is prepared. `validate`: have Chevrotain
   * look for ambiguities, which takes longer than all else.
   */
  constructor(options: { readonly recover?: boolean; readonly validate?: boolean }) {
    super({ recoveryEnabled: options.recover === true, skipValidations: options.validate !== true });
    this.performSelfAnalysis();
  }

  parse(tokens: Token[], rule: Rule<ParseNode>): Parsed {
    this.load(tokens, rule === this.declaration);
    const parsed = this.#parse(rule);
    this.forget();
    return parsed;
  }

  #parse(rule: Rule<ParseNode>): Parsed {
    const rounds: ParseNode[][] = [];
    let filled: Map<ParseNode, readonly ParseNode[]> | null = null;
    let errors: readonly ParserError[] = noErrors;
    let root: ParseNode | null = null;
    try {
      root = rule.call(this) ?? null;
      rounds.push(this.made);
      errors = this.#failures();
      const holes: Hole[] = this.holes;
      for (let hole = holes.pop(); hole !== undefined && errors.length === 0; hole = holes.pop()) {
        this.resume(hole);
        const inner: ParseNode | ParseNode[] | undefined = (hole.rule as Rule<ParseNode | ParseNode[]>).call(
          this,
        );
        rounds.push(this.made);
        for (const inner of this.holes) holes.push(inner);
        errors = this.#failures();
        filled ??= new Map();
        filled.set(
          hole.node,
          Array.isArray(inner) ? inner : inner === undefined ? [] : [placed(inner, hole.node)],
        );
      }
    } catch (error) {
      if (!(error instanceof Unclosed)) throw error;
      return { node: null, made: [], errors: this.#failures(), unclosed: error.token };
    }
    if (filled === null) return { node: root, made: rounds[0]!, errors, unclosed: null };
    const made = rounds.reverse().flat();
    for (const node of made) fill(node, filled);
    return { node: root === null ? null : (content(root, filled)[0] ?? null), made, errors, unclosed: null };
  }

  #failures(): readonly ParserError[] {
    const { tokVector, tokVectorLength } = this;
    if (this.errors.length === 0) return noErrors;
    return this.errors.map((exception) => ({
      exception,
      at: exception.token.tokenType === EOF ? tokVectorLength : tokVector.indexOf(exception.token as Token),
    }));
  }
}

const noErrors: readonly never[] = [];

/** What was left out may stand in brackets that its own rule did not see. */
const placed = (inner: ParseNode, { start, end }: ParseNode): ParseNode => {
  const { _tag } = inner.layer;
  const widened = inner.focusEnd === 0 && (_tag === "List" || _tag === "Comprehension");
  return widened ? inner.widen(start, end) : inner.enclose(start, end);
};

const fill = (node: ParseNode, filled: ReadonlyMap<ParseNode, readonly ParseNode[]>): void => {
  if (!node.children.some((child) => filled.has(child))) return;
  node.children = node.children.flatMap((child) => content(child, filled));
};

/** The node itself, or what stands in its place; that may be left out again, so go on. */
const content = (
  node: ParseNode,
  filled: ReadonlyMap<ParseNode, readonly ParseNode[]>,
): readonly ParseNode[] => {
  let nodes: readonly ParseNode[] = [node];
  while (nodes.some((each) => filled.has(each))) nodes = nodes.flatMap((each) => filled.get(each) ?? [each]);
  return nodes;
};

let parser: Parser | null = null;
let recovering: Parser | null = null;

/** The parser, which gives up at the first error; made when first asked for, which takes some 30 ms. */
export const theParser = (): Parser => (parser ??= new Parser({}));

/** A parser that goes on after errors. Only broken programs need one. */
export const recoveringParser = (): Parser => (recovering ??= new Parser({ recover: true }));
