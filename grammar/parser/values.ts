/** Values in brackets: parameters, arguments, interpolations, lists and records. */
import { none, type ParseNode } from "../parse-node.ts";
import * as T from "../tokens.ts";
import type { Rule } from "./base.ts";
import { SessionParser } from "./sessions.ts";

const qualifierStarts = new T.Types([T.ForWord, T.If]);
const stringStarts = new T.Types([T.Text, T.TextStart]);
const equals = new T.Types([T.Equals]);

export abstract class ValueParser extends SessionParser {
  readonly parameters: Rule<ParseNode[]> = this.rule("parameters", () => {
    this.CONSUME(T.LParen);
    const parameters = this.allInside(0, this.parameterList);
    this.CONSUME(T.RParen);
    return parameters;
  });

  readonly parameterList: Rule<ParseNode[]> = this.rule("parameterList", () => {
    const parameters: ParseNode[] = [];
    this.commaSeparated(() => parameters.push(this.SUBRULE(this.parameter)));
    return parameters;
  });

  readonly parameter: Rule<ParseNode> = this.rule("parameter", () => {
    const name = this.token(0, T.Name);
    const children: ParseNode[] = [];
    if (this.follows(equals)) {
      this.OPTION(() => {
        this.CONSUME(T.Equals);
        children.push(this.SUBRULE(this.expression));
      });
    }
    return this.since(name.startOffset, { _tag: "Param", name: name.image, children }, name);
  });

  readonly arguments: Rule<ParseNode[]> = this.rule("arguments", () => {
    const given: ParseNode[] = [];
    this.commaSeparated(() => given.push(this.SUBRULE(this.argument)));
    return given;
  });

  /** `k = e`, `"k" = e` or `e`: a name alone before `=` names the argument, and so does a string. */
  readonly argument: Rule<ParseNode> = this.rule("argument", () => {
    const first = this.peek(1);
    const named = first !== undefined && T.isName(first) && this.peek(2)?.tokenType === T.Equals;
    if (named || this.RECORDING_PHASE) this.OPTION(this.#argumentName);
    const value = this.SUBRULE(this.expression);
    if (named)
      return this.since(first.startOffset, { _tag: "Arg", name: first.image, children: [value] }, first);
    // How far a string reaches is known when it is read: only then what follows tells its part.
    if (this.RECORDING_PHASE) return this.#namedBy(value);
    const isString = first !== undefined && stringStarts.has(first) && value.layer._tag === "Str";
    return isString && this.follows(equals) ? this.#namedBy(value) : value;
  });

  #namedBy(name: ParseNode): ParseNode {
    let argument = name;
    this.OPTION2(() => {
      this.CONSUME2(T.Equals);
      const value = this.SUBRULE2(this.expression);
      argument = this.since(name.start, { _tag: "Arg", name: null, children: [name, value] }, name);
    });
    return argument;
  }

  readonly #argumentName = (): void => {
    this.CONSUME(T.Name);
    this.CONSUME(T.Equals);
  };

  /** `"…${`, an expression, `}…${`, an expression, …, `}…"`. */
  readonly interpolation: Rule<ParseNode> = this.rule("interpolation", () => {
    const start = this.token(0, T.TextStart);
    const pieces = [start.text];
    const children = [this.inside(0, this.expression)];
    this.MANY(() => {
      pieces.push(this.token(0, T.TextMiddle).text);
      children.push(this.inside(2, this.expression));
    });
    pieces.push(this.token(0, T.TextEnd).text);
    return this.since(start.startOffset, { _tag: "Str", pieces, children });
  });

  /** A string, with or without expressions in it. */
  readonly string: Rule<ParseNode> = this.rule("string", () =>
    this.OR([
      {
        ALT: () => {
          const text = this.token(0, T.Text);
          return this.since(text.startOffset, { _tag: "Str", pieces: [text.text], children: none });
        },
      },
      { ALT: () => this.SUBRULE(this.interpolation) },
    ]),
  );

  readonly list: Rule<ParseNode> = this.rule("list", () => {
    const { startOffset } = this.CONSUME(T.LSquare);
    const node = this.inside(0, this.elements);
    this.CONSUME(T.RSquare);
    return this.ACTION(() => node.widen(startOffset, this.last.end));
  });

  readonly elements: Rule<ParseNode> = this.rule("elements", () => {
    const children: ParseNode[] = [];
    let comprehension = false;
    this.commaSeparated(
      () => {
        children.push(this.SUBRULE(this.element));
        if (!this.follows(qualifierStarts)) return;
        this.MANY({
          GATE: () =>
            comprehension ||
            (children.length === 1 &&
              children[0]!.layer._tag !== "Spread" &&
              this.peek(1)?.tokenType === T.ForWord),
          DEF: () => {
            comprehension = true;
            children.push(this.SUBRULE(this.qualifier));
          },
        });
      },
      () => comprehension,
    );
    return this.make({ _tag: comprehension ? "Comprehension" : "List", children }, 0, 0);
  });

  readonly element: Rule<ParseNode> = this.rule("element", () => {
    this.#elements ??= [
      { ALT: () => this.SUBRULE(this.spread) },
      { ALT: () => this.SUBRULE(this.expression) },
    ];
    return this.OR(this.#elements);
  });
  #elements: { ALT: () => ParseNode }[] | undefined;

  readonly spread: Rule<ParseNode> = this.rule("spread", () => {
    const keyword = this.token(0, T.Spread);
    const value = this.SUBRULE(this.expression);
    return this.since(keyword.startOffset, { _tag: "Spread", children: [value] });
  });

  /** `for x in xs` */
  readonly loop: Rule<ParseNode> = this.rule("loop", () => {
    const keyword = this.token(0, T.ForWord);
    const name = this.token(0, T.Name);
    this.CONSUME(T.In);
    const source = this.SUBRULE(this.expression);
    return this.since(keyword.startOffset, { _tag: "For", name: name.image, children: [source] }, name);
  });

  readonly qualifier: Rule<ParseNode> = this.rule("qualifier", () =>
    this.OR([
      { ALT: () => this.SUBRULE(this.loop) },
      {
        ALT: () => {
          const keyword = this.token(0, T.If);
          const condition = this.SUBRULE(this.expression);
          return this.since(keyword.startOffset, { _tag: "Filter", children: [condition] });
        },
      },
    ]),
  );

  readonly record: Rule<ParseNode> = this.rule("record", () => {
    const { startOffset } = this.CONSUME(T.LCurly);
    const children = this.allInside(0, this.entries);
    this.CONSUME(T.RCurly);
    return this.since(startOffset, { _tag: "Record", children });
  });

  readonly entries: Rule<ParseNode[]> = this.rule("entries", () => {
    const children: ParseNode[] = [];
    this.commaSeparated(() => children.push(this.SUBRULE(this.entry)));
    return children;
  });

  readonly entry: Rule<ParseNode> = this.rule("entry", () => {
    this.#entries ??= [
      {
        ALT: () => {
          const name = this.token(0, T.Name);
          this.CONSUME(T.Equals);
          const value = this.SUBRULE(this.expression);
          return this.since(name.startOffset, { _tag: "Entry", name: name.image, children: [value] }, name);
        },
      },
      { ALT: () => this.SUBRULE(this.spread) },
    ];
    return this.OR(this.#entries);
  });
  #entries: { ALT: () => ParseNode }[] | undefined;

  readonly fileEntries: Rule<ParseNode[]> = this.rule("fileEntries", () => {
    const children: ParseNode[] = [];
    this.commaSeparated(() => children.push(this.SUBRULE(this.fileEntry)));
    return children;
  });

  /** `"/path" = e` */
  readonly fileEntry: Rule<ParseNode> = this.rule("fileEntry", () => {
    const path = this.SUBRULE(this.string);
    this.CONSUME(T.Equals);
    const content = this.SUBRULE(this.expression);
    return this.ACTION(() => this.since(path.start, { _tag: "FileEntry", children: [path, content] }, path));
  });
}
