/** Expressions: operands and operators in a row; binding strengths are applied afterwards. */
import type { Layer } from "../../src/core/term.ts";
import { none, type ParseNode } from "../parse-node.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";
import type { Rule } from "./base.ts";
import { chain } from "./operators.ts";
import { ValueParser } from "./values.ts";

/** What stands before an operand and makes another expression of it. */
interface Prefix {
  readonly layer: Layer<ParseNode>;
  /** The layer's own: what stands before the operand, which comes last. */
  readonly children: ParseNode[];
  readonly keyword: Token;
  readonly focus: Token;
  /** `fn`, `if`, `let`: it takes in the operators that follow. */
  readonly wide: boolean;
}

/** An operand with prefixes of which at least one is wide. */
interface Wide {
  readonly _tag: "Wide";
  readonly prefixes: readonly Prefix[];
  readonly operand: ParseNode;
}

const prefixStarts = new T.Types([T.Minus, T.Bang, T.Fn, T.If, T.Let]);
const suffixStarts = new T.Types([T.Dot, T.LParen, T.LSquare, T.With]);

type Operand = ParseNode | Wide;
const isWide = (operand: Operand): operand is Wide => "_tag" in operand;

export abstract class ExpressionParser extends ValueParser {
  abstract readonly changes: Rule<ParseNode[]>;
  abstract readonly automaton: Rule<ParseNode>;

  readonly expression: Rule<ParseNode> = this.rule("expression", () => {
    const first = this.SUBRULE(this.operand);
    if (!this.follows(T.operators)) return isWide(first) ? this.#fold([first], []) : first;
    const operands = [first];
    const signs: Token[] = [];
    this.MANY(() => {
      signs.push(this.token(0, T.Operator));
      operands.push(this.SUBRULE2(this.operand));
    });
    return this.ACTION(() => this.#fold(operands, signs));
  });

  readonly operand: Rule<Operand> = this.rule("operand", () => {
    const prefixes: readonly Prefix[] = this.follows(prefixStarts) ? this.#prefixes() : none;
    this.#primaries ??= this.#alternatives();
    const primary = this.OR(this.#primaries);
    const node = this.follows(suffixStarts) ? this.#suffixes(primary) : primary;
    return prefixes.length === 0 ? node : this.ACTION(() => this.#prefixed(prefixes, node));
  });

  #prefixes(): Prefix[] {
    const prefixes: Prefix[] = [];
    this.MANY(() => prefixes.push(this.SUBRULE(this.prefix)));
    return this.RECORDING_PHASE ? [] : prefixes;
  }

  #suffixes(primary: ParseNode): ParseNode {
    let node = primary;
    this.MANY2(() => {
      this.subject = node;
      node = this.SUBRULE(this.suffix);
    });
    return node;
  }

  #primaries: { ALT: () => ParseNode }[] | undefined;

  #alternatives(): { ALT: () => ParseNode }[] {
    return [
      {
        ALT: () => {
          const name = this.token(0, T.Name);
          return this.since(name.startOffset, { _tag: "Name", name: name.image, children: none });
        },
      },
      {
        ALT: () => {
          const number = this.token(0, T.NumberLiteral);
          const unit = number.text === "" ? null : number.text;
          const digits = number.image.slice(0, number.image.length - number.text.length).replaceAll("_", "");
          return this.since(number.startOffset, { _tag: "Num", digits, unit, children: none });
        },
      },
      {
        ALT: () => {
          const text = this.token(0, T.Text);
          return this.since(text.startOffset, { _tag: "Str", pieces: [text.text], children: none });
        },
      },
      { ALT: () => this.SUBRULE(this.interpolation) },
      {
        ALT: () => {
          const word = this.token(0, T.True);
          return this.since(word.startOffset, { _tag: "Bool", value: true, children: none });
        },
      },
      {
        ALT: () => {
          const word = this.token(0, T.False);
          return this.since(word.startOffset, { _tag: "Bool", value: false, children: none });
        },
      },
      {
        ALT: () => {
          const { startOffset } = this.CONSUME(T.LParen);
          const node = this.inside(0, this.expression);
          this.CONSUME(T.RParen);
          return this.ACTION(() => node.enclose(startOffset, this.last.end));
        },
      },
      { ALT: () => this.SUBRULE(this.list) },
      { ALT: () => this.SUBRULE(this.record) },
      { ALT: () => this.SUBRULE(this.automaton) },
    ];
  }

  readonly prefix: Rule<Prefix> = this.rule(
    "prefix",
    (): Prefix =>
      this.OR([
        {
          ALT: () => {
            const keyword = this.token(0, T.Minus);
            const children: ParseNode[] = [];
            return {
              layer: { _tag: "Unary", op: "-", children },
              children,
              keyword,
              focus: keyword,
              wide: false,
            };
          },
        },
        {
          ALT: () => {
            const keyword = this.token(0, T.Bang);
            const children: ParseNode[] = [];
            return {
              layer: { _tag: "Unary", op: "!", children },
              children,
              keyword,
              focus: keyword,
              wide: false,
            };
          },
        },
        { ALT: () => this.SUBRULE(this.lambda) },
        { ALT: () => this.SUBRULE(this.condition) },
        { ALT: () => this.SUBRULE(this.binding) },
      ]),
  );

  readonly lambda: Rule<Prefix> = this.rule("lambda", (): Prefix => {
    const keyword = this.token(0, T.Fn);
    const children = this.all(0, this.parameters);
    return { layer: { _tag: "Fn", children }, children, keyword, focus: keyword, wide: true };
  });

  readonly condition: Rule<Prefix> = this.rule("condition", (): Prefix => {
    const keyword = this.token(0, T.If);
    const condition = this.inside(0, this.expression);
    this.CONSUME(T.Then);
    const yes = this.inside(2, this.expression);
    this.CONSUME(T.Else);
    const children = [condition, yes];
    return { layer: { _tag: "If", children }, children, keyword, focus: keyword, wide: true };
  });

  readonly binding: Rule<Prefix> = this.rule("binding", (): Prefix => {
    const keyword = this.token(0, T.Let);
    const opener = this.currIdx;
    const name = this.token(0, T.Name);
    let parameters: ParseNode[] | null = null;
    this.OPTION(() => {
      parameters = this.all(0, this.parameters);
    });
    this.CONSUME(T.Equals);
    const value = this.insideOf(opener, 0, this.expression);
    this.CONSUME(T.In);
    const children = parameters === null ? [value] : [...(parameters as ParseNode[]), value];
    const layer = { _tag: "Let", name: name.image, callable: parameters !== null, children } as const;
    return { layer, children, keyword, focus: name, wide: true };
  });

  readonly suffix: Rule<ParseNode> = this.rule("suffix", () => {
    this.#suffixKinds ??= [
      {
        ALT: () => {
          const node = this.subject;
          this.CONSUME(T.Dot);
          const field = this.token(0, T.Name);
          return this.since(node.start, { _tag: "Field", name: field.image, children: [node] }, field);
        },
      },
      {
        ALT: () => {
          const node = this.subject;
          this.CONSUME(T.LParen);
          const given = this.allInside(0, this.arguments);
          this.CONSUME(T.RParen);
          return this.since(node.start, { _tag: "Call", children: [node, ...given] });
        },
      },
      {
        ALT: () => {
          const node = this.subject;
          this.CONSUME(T.LSquare);
          const index = this.inside(0, this.expression);
          this.CONSUME(T.RSquare);
          return this.since(node.start, { _tag: "Index", children: [node, index] });
        },
      },
      {
        ALT: () => {
          const node = this.subject;
          const keyword = this.token(0, T.With);
          this.CONSUME(T.LCurly);
          const changes = this.allInside(0, this.changes);
          this.CONSUME(T.RCurly);
          return this.since(node.start, { _tag: "With", children: [node, ...changes] }, keyword);
        },
      },
    ];
    return this.OR(this.#suffixKinds);
  });
  #suffixKinds: { ALT: () => ParseNode }[] | undefined;

  #prefixed(prefixes: readonly Prefix[], operand: ParseNode): Operand {
    if (prefixes.some((prefix) => prefix.wide)) return { _tag: "Wide", prefixes, operand };
    return this.#wrap(prefixes, operand);
  }

  /** A wide prefix takes in all that follows to the right, so folding goes from there. */
  #fold(operands: readonly Operand[], operators: readonly Token[]): ParseNode {
    const make = this.make.bind(this);
    const row = operands as ParseNode[];
    let end = operators.length;
    for (let i = end; i >= 0; i--) {
      const operand = operands[i]!;
      if (!isWide(operand)) continue;
      const { prefixes } = operand;
      const wide = prefixes.findLastIndex((prefix) => prefix.wide) + 1;
      row[i] = this.#wrap(prefixes.slice(wide), operand.operand);
      row[i] = this.#wrap(prefixes.slice(0, wide), chain(row, operators.slice(0, end), i, make));
      end = i;
    }
    return chain(row, end < operators.length ? operators.slice(0, end) : operators, 0, make);
  }

  #wrap(prefixes: readonly Prefix[], operand: ParseNode): ParseNode {
    let node = operand;
    for (let i = prefixes.length - 1; i >= 0; i--) {
      const { layer, children, keyword, focus } = prefixes[i]!;
      children.push(node);
      node = this.make(layer, keyword.startOffset, node.end, focus.startOffset, focus.end);
    }
    return node;
  }
}
