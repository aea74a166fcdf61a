/** What all rules share: making drafts, and nesting deeper than the call stack. */
import type { IParserConfig, ParserMethod, TokenType } from "chevrotain";
import type { Layer } from "../../src/core/term.ts";
import { EmbeddedActionsParser, EOF } from "../chevrotain.ts";
import { Draft, none } from "../draft.ts";
import { expectations } from "../expectation.ts";
import { Comma, Token, type Types, vocabulary } from "../tokens.ts";
import { closings } from "./nesting.ts";

/**
 * Brackets within each other that are parsed by recursion; what is deeper is left out as
 * a hole and parsed afterwards, on an empty stack. A level costs 1 to 3 KB of stack.
 */
const RECURSION = 48;

export type Rule<R> = ParserMethod<[], R>;

/** A piece of text that is parsed later, and the draft that stands for it until then. */
export interface Hole {
  readonly rule: Rule<Draft> | Rule<Draft[]>;
  readonly draft: Draft;
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
  /** In the order of making: what stands in a draft's places is made before it. */
  made: Draft[] = [];
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

  protected make(layer: Layer<Draft>, start: number, end: number, focusStart = start, focusEnd = end): Draft {
    const draft = new Draft(layer, start, end, focusStart, focusEnd);
    this.made.push(draft);
    return draft;
  }

  /** A draft from `start` to the last token consumed. */
  protected since(start: number, layer: Layer<Draft>, focus?: Token | Draft): Draft {
    const { end } = this.last;
    if (focus === undefined) return this.make(layer, start, end);
    if (focus instanceof Draft) return this.make(layer, start, end, focus.focusStart, focus.focusEnd);
    return this.make(layer, start, end, focus.startOffset, focus.end);
  }

  /** `subrule`, for rules that give several drafts. */
  protected all(index: number, rule: Rule<Draft[]>): Draft[] {
    const drafts = this.subrule(index, rule);
    // While Chevrotain records the grammar, it is no array.
    return this.RECORDING_PHASE ? [] : drafts;
  }

  /** The subrule for what stands between the token just consumed, which opens it, and its closing one. */
  protected inside(index: number, rule: Rule<Draft>): Draft {
    if (this.#depth < RECURSION || this.RECORDING_PHASE) return this.#descend(index, rule);
    return this.#hole(this.currIdx, rule) ?? this.#descend(index, rule);
  }

  /** The same where the opening token stands further back. */
  protected insideOf(opener: number, index: number, rule: Rule<Draft>): Draft {
    if (this.#depth < RECURSION || this.RECORDING_PHASE) return this.#descend(index, rule);
    return this.#hole(opener, rule) ?? this.#descend(index, rule);
  }

  /** The same for rules that give several drafts. */
  protected allInside(index: number, rule: Rule<Draft[]>): Draft[] {
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
  #hole(opener: number, rule: Rule<Draft> | Rule<Draft[]>): Draft | null {
    this.#closings ??= closings(this.tokVector, this.#declares);
    const from = this.currIdx + 1;
    const to = this.#closings[opener]!;
    if (to < 0) throw new Unclosed(this.tokVector[opener]!);
    if (from === to) return null;
    const draft = new Draft(
      { _tag: "End", kids: none },
      this.tokVector[from]!.startOffset,
      this.tokVector[to - 1]!.end,
    );
    this.holes.push({ rule, draft, from, to });
    this.currIdx = to - 1;
    return draft;
  }
}

const nothing = new Token(EOF, "", 0, 0, "");
const nowhere = new Draft({ _tag: "End", kids: none }, 0, 0);
const never = (): boolean => false;
