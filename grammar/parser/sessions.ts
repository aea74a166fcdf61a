/** Session types. `;` is the loosest, then `mu t.` and `if`, which reach as far right as they can. */
import type { Layer } from "../../src/core/term.ts";
import { none, type ParseNode } from "../parse-node.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";
import type { Rule } from "./base.ts";
import { PayloadParser } from "./payloads.ts";

/** What stands before a session and makes another of it. */
interface Prefix {
  readonly layer: Layer<ParseNode>;
  /** The layer's own: what stands before the session, which comes last. */
  readonly children: ParseNode[];
  readonly keyword: Token;
  /** Whether it takes in what follows a `;`. */
  readonly wide: boolean;
}

interface Step {
  readonly prefixes: readonly Prefix[];
  readonly tail: ParseNode;
}

const semicolon = new T.Types([T.Semicolon]);
const prefixStarts = new T.Types([T.Bang, T.Question, T.Dual, T.Mu, T.If]);
const suffixStarts = new T.Types([T.Dot, T.LParen, T.LSquare]);

export abstract class SessionParser extends PayloadParser {
  abstract readonly expression: Rule<ParseNode>;
  abstract readonly arguments: Rule<ParseNode[]>;

  readonly session: Rule<ParseNode> = this.rule("session", () => {
    const first = this.SUBRULE(this.step);
    if (!this.follows(semicolon)) return first.prefixes.length === 0 ? first.tail : this.#fold([first]);
    const steps = [first];
    this.MANY(() => {
      this.CONSUME(T.Semicolon);
      steps.push(this.SUBRULE2(this.step));
    });
    return this.ACTION(() => this.#fold(steps));
  });

  readonly step: Rule<Step> = this.rule("step", () => {
    if (!this.follows(prefixStarts)) return { prefixes: none, tail: this.SUBRULE(this.sessionTail) };
    const prefixes: Prefix[] = [];
    let tail: ParseNode | null = null;
    const add = (prefix: Prefix): void => void prefixes.push(prefix);
    this.MANY({
      GATE: () => tail === null,
      DEF: () =>
        this.OR([
          {
            ALT: () => {
              const exchange = this.SUBRULE(this.exchange);
              this.OPTION(() => {
                this.CONSUME(T.Dot);
                add(exchange);
              });
              if (prefixes[prefixes.length - 1] !== exchange) tail = this.#apply([exchange], null);
            },
          },
          {
            ALT: () => {
              const children: ParseNode[] = [];
              add({
                layer: { _tag: "Dual", children },
                children,
                keyword: this.token(0, T.Dual),
                wide: false,
              });
            },
          },
          { ALT: () => add(this.SUBRULE(this.recursion)) },
          { ALT: () => add(this.SUBRULE(this.sessionCondition)) },
        ]),
    });
    if (tail === null || this.RECORDING_PHASE) tail = this.SUBRULE(this.sessionTail);
    return { prefixes, tail };
  });

  readonly exchange: Rule<Prefix> = this.rule("exchange", (): Prefix => {
    const keyword = this.OR([{ ALT: () => this.token(0, T.Bang) }, { ALT: () => this.token(0, T.Question) }]);
    const children = [this.SUBRULE(this.payload)];
    const layer = { _tag: keyword.tokenType === T.Bang ? "Send" : "Receive", children } as const;
    return { layer, children, keyword, wide: false };
  });

  readonly recursion: Rule<Prefix> = this.rule("recursion", (): Prefix => {
    const keyword = this.token(0, T.Mu);
    const name = this.CONSUME(T.Name).image;
    this.CONSUME(T.Dot);
    const children: ParseNode[] = [];
    return { layer: { _tag: "Mu", name, children }, children, keyword, wide: true };
  });

  readonly sessionCondition: Rule<Prefix> = this.rule("sessionCondition", (): Prefix => {
    const keyword = this.token(0, T.If);
    const condition = this.inside(0, this.expression);
    this.CONSUME(T.Then);
    const yes = this.inside(0, this.session);
    this.CONSUME(T.Else);
    const children = [condition, yes];
    return { layer: { _tag: "If", children }, children, keyword, wide: true };
  });

  readonly sessionTail: Rule<ParseNode> = this.rule("sessionTail", () => {
    this.#tails ??= [
      { ALT: () => this.SUBRULE(this.choice) },
      {
        ALT: () => {
          const end = this.token(0, T.End);
          return this.since(end.startOffset, { _tag: "End", children: none });
        },
      },
      {
        ALT: () => {
          const { startOffset } = this.CONSUME(T.LParen);
          const session = this.inside(0, this.session);
          this.CONSUME(T.RParen);
          return this.ACTION(() => session.enclose(startOffset, this.last.end));
        },
      },
      { ALT: () => this.SUBRULE(this.reference) },
    ];
    return this.OR(this.#tails);
  });
  #tails: { ALT: () => ParseNode }[] | undefined;

  readonly choice: Rule<ParseNode> = this.rule("choice", () => {
    const sign = this.OR([{ ALT: () => this.token(0, T.Plus) }, { ALT: () => this.token(0, T.Ampersand) }]);
    this.CONSUME(T.LCurly);
    const branches = this.allInside(0, this.branches);
    this.CONSUME(T.RCurly);
    const _tag = sign.tokenType === T.Plus ? "Select" : "Offer";
    return this.since(sign.startOffset, { _tag, children: branches }, sign);
  });

  readonly branches: Rule<ParseNode[]> = this.rule("branches", () => {
    const branches: ParseNode[] = [];
    this.commaSeparated(() => branches.push(this.SUBRULE(this.branch)));
    return branches;
  });

  readonly branch: Rule<ParseNode> = this.rule("branch", () => {
    const label = this.token(0, T.Name);
    this.CONSUME(T.Colon);
    const session = this.SUBRULE(this.session);
    return this.since(label.startOffset, { _tag: "Branch", name: label.image, children: [session] }, label);
  });

  /** An expression that is a session: a name, its fields, calls and elements. */
  readonly reference: Rule<ParseNode> = this.rule("reference", () => {
    const name = this.token(0, T.Name);
    const start = name.startOffset;
    let node = this.since(start, { _tag: "Name", name: name.image, children: none });
    if (!this.follows(suffixStarts)) return node;
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(T.Dot);
            const field = this.token(2, T.Name);
            node = this.since(start, { _tag: "Field", name: field.image, children: [node] }, field);
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.LParen);
            const given = this.allInside(0, this.arguments);
            this.CONSUME(T.RParen);
            node = this.since(start, { _tag: "Call", children: [node, ...given] });
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.LSquare);
            const index = this.inside(0, this.expression);
            this.CONSUME(T.RSquare);
            node = this.since(start, { _tag: "Index", children: [node, index] });
          },
        },
      ]);
    });
    return node;
  });

  /** A wide prefix takes in all that follows to the right, so folding goes from there. */
  #fold(steps: readonly Step[]): ParseNode {
    let following: ParseNode[] = [];
    for (let i = steps.length - 1; i >= 0; i--) {
      const { prefixes, tail } = steps[i]!;
      const wide = prefixes.findLastIndex((prefix) => prefix.wide) + 1;
      following.push(this.#apply(prefixes.slice(wide), tail));
      if (wide > 0) following = [this.#apply(prefixes.slice(0, wide), this.#join(following))];
    }
    return this.#join(following);
  }

  /** Of sessions in reverse order. */
  #join(reversed: readonly ParseNode[]): ParseNode {
    return reversed.reduceRight((left, right) =>
      this.make({ _tag: "Then", children: [left, right] }, left.start, right.end),
    );
  }

  #apply(prefixes: readonly Prefix[], session: ParseNode | null): ParseNode {
    let node = session;
    for (let i = prefixes.length - 1; i >= 0; i--) {
      const { layer, children, keyword } = prefixes[i]!;
      if (node !== null) children.push(node);
      const { end } = children[children.length - 1]!;
      node = this.make(layer, keyword.startOffset, end, keyword.startOffset, keyword.end);
    }
    return node!;
  }
}
