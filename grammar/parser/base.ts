/** What all rules share: making nodes, and nesting deeper than the call stack. */
import type { IParserConfig, ParserMethod, TokenType } from "chevrotain";
import type { Layer } from "../../src/core/term.ts";
import { EmbeddedActionsParser, EOF } from "../chevrotain.ts";
import { expectations } from "../expectation.ts";
import { none, ParseNode } from "../parse-node.ts";
import { Comma, Token, type Types, vocabulary } from "../tokens.ts";
import { closings } from "./nesting.ts";

/**
 * Brackets within each other that are parsed by recursion; what is deeper is left out as
 * a hole and parsed afterwards, on an empty stack. A level costs 1 to 3 KB of stack.
 */
const RECURSION = 48;

export type Rule<R> = ParserMethod<[], R>;

/** A piece of text that is parsed later, and the node that stands for it until then. */
export interface Hole {
  readonly rule: Rule<ParseNode> | Rule<ParseNode[]>;
  readonly node: ParseNode;
  /** Indices of the first token and of that behind the last. */
  readonly from: number;
  readonly to: number;
}

/** A bracket that would have been a hole but is never closed. */
export class Unclosed extends Error {
  readonly token: Token;
  constructor(token: Token) {
    super("unclosed");
    this.token = token;
  }
}

export abstract class BaseParser extends EmbeddedActionsParser {
  /** Chevrotain's own: the index of the last token consumed, and the tokens. */
  declare protected currIdx: number;
  declare protected tokVector: Token[];
  declare protected tokVectorLength: number;
  /** In the order of making: what stands in a node's places is made before it. */
  made: ParseNode[] = [];
  holes: Hole[] = [];
  /** What the suffix that comes next belongs to. */
  protected subject = nowhere;
  #depth = 0;
  /** Whether another item may come of the list that was last gone on with. */
  #more = false;
  #closings: Int32Array | null = null;
  #declares = false;

  constructor(config: IParserConfig) {
    super(vocabulary, {
      maxLookahead: 1,
      errorMessageProvider: expectations,
      ...config,
    });
    // Guessing tokens in or out makes further errors of one; skipping to a rule that may go on does not.
    Object.assign(this, { attemptInRepetitionRecovery: () => {} });
  }

  protected override canTokenTypeBeInsertedInRecovery(): boolean {
    return false;
  }

  protected override canTokenTypeBeDeletedInRecovery(): boolean {
    return false;
  }

  /** A rule that gives up at an error. */
  protected rule<F extends (...given: never[]) => unknown>(
    name: string,
    implementation: F,
  ): ParserMethod<Parameters<F>, ReturnType<F>> {
    return this.RULE(name, implementation, { resyncEnabled: false });
  }

  override reset(): void {
    super.reset();
    this.made = [];
    this.holes = [];
    this.#depth = 0;
  }

  /** Makes the parser ready for `tokens`; `declares` if the first is a declaration's. */
  protected load(tokens: Token[], declares: boolean): void {
    this.input = tokens;
    this.#closings = null;
    this.#declares = declares;
  }

  /** Lets go of what was read: a parser lives as long as the process. */
  protected forget(): void {
    this.tokVector = [];
    this.tokVectorLength = 0;
    this.errors = [];
    this.made = [];
    this.holes = [];
    this.subject = nowhere;
  }

  /** Makes the parser ready for what was left out at `hole`. */
  protected resume(hole: Hole): void {
    const tokens = this.tokVector;
    this.reset();
    this.tokVector = tokens;
    this.tokVectorLength = hole.to;
    this.currIdx = hole.from - 1;
  }

  /** The last token consumed; while Chevrotain records the grammar there is none. */
  protected get last(): Token {
    return this.tokVector[this.currIdx] ?? nothing;
  }

  protected peek(distance: number): Token | undefined {
    return this.tokVector[this.currIdx + distance];
  }

  /** `consume`, typed as what our lexer makes. */
  protected token(index: number, type: TokenType): Token {
    const token = this.consume(index, type);
    return this.RECORDING_PHASE ? nothing : (token as Token);
  }

  /** `[ item { "," item } [ "," ] ]`; once in a rule. No comma where `last` holds. */
  protected commaSeparated(item: () => unknown, last: () => boolean = never): void {
    this.#more = true;
    this.many(9, {
      GATE: this.#hasMore,
      DEF: () => {
        item();
        this.#more = false;
        if (this.RECORDING_PHASE) this.option(9, () => this.consume(9, Comma));
        else if (this.peek(1)?.tokenType === Comma && !last()) {
          this.consume(9, Comma);
          this.#more = true;
        }
      },
    });
  }

  /** Asked at the beginning and behind each item, so lists within items do not disturb it. */
  readonly #hasMore = (): boolean => this.#more;

  /**
   * Whether what begins with one of these follows. Asked before optional parts that are
   * mostly absent, to save the closures in which Chevrotain wants them.
   */
  protected follows(first: Types): boolean {
    const next = this.tokVector[this.currIdx + 1];
    return this.RECORDING_PHASE || (next !== undefined && first.has(next));
  }

  protected make(
    layer: Layer<ParseNode>,
    start: number,
    end: number,
    focusStart = start,
    focusEnd = end,
  ): ParseNode {
    const node = new ParseNode(layer, start, end, focusStart, focusEnd);
    this.made.push(node);
    return node;
  }

  /** A node from `start` to the last token consumed. */
  protected since(start: number, layer: Layer<ParseNode>, focus?: Token | ParseNode): ParseNode {
    const { end } = this.last;
    if (focus === undefined) return this.make(layer, start, end);
    if (focus instanceof ParseNode) return this.make(layer, start, end, focus.focusStart, focus.focusEnd);
    return this.make(layer, start, end, focus.startOffset, focus.end);
  }

  /** `subrule`, for rules that give several nodes. */
  protected all(index: number, rule: Rule<ParseNode[]>): ParseNode[] {
    const nodes = this.subrule(index, rule);
    // While Chevrotain records the grammar, it is no array.
    return this.RECORDING_PHASE ? [] : nodes;
  }

  /** The subrule for what stands between the token just consumed, which opens it, and its closing one. */
  protected inside(index: number, rule: Rule<ParseNode>): ParseNode {
    if (this.#depth < RECURSION || this.RECORDING_PHASE) return this.#descend(index, rule);
    return this.#hole(this.currIdx, rule) ?? this.#descend(index, rule);
  }

  /** The same where the opening token stands further back. */
  protected insideOf(opener: number, index: number, rule: Rule<ParseNode>): ParseNode {
    if (this.#depth < RECURSION || this.RECORDING_PHASE) return this.#descend(index, rule);
    return this.#hole(opener, rule) ?? this.#descend(index, rule);
  }

  /** The same for rules that give several nodes. */
  protected allInside(index: number, rule: Rule<ParseNode[]>): ParseNode[] {
    if (this.RECORDING_PHASE) return this.all(index, rule);
    if (this.#depth < RECURSION) return this.#descend(index, rule);
    const hole = this.#hole(this.currIdx, rule);
    return hole === null ? this.#descend(index, rule) : [hole];
  }

  #descend<R>(index: number, rule: Rule<R>): R {
    this.#depth++;
    const result = this.subrule(index, rule);
    this.#depth--;
    return result;
  }

  /** Leaves the inside out; null where there is nothing inside. */
  #hole(opener: number, rule: Rule<ParseNode> | Rule<ParseNode[]>): ParseNode | null {
    this.#closings ??= closings(this.tokVector, this.#declares);
    const from = this.currIdx + 1;
    const to = this.#closings[opener]!;
    if (to < 0) throw new Unclosed(this.tokVector[opener]!);
    if (from === to) return null;
    const node = new ParseNode(
      { _tag: "End", children: none },
      this.tokVector[from]!.startOffset,
      this.tokVector[to - 1]!.end,
    );
    this.holes.push({ rule, node, from, to });
    this.currIdx = to - 1;
    return node;
  }
}

const nothing = new Token(EOF, "", 0, 0, "");
const nowhere = new ParseNode({ _tag: "End", children: none }, 0, 0);
const never = (): boolean => false;
