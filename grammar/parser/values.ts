/** Values in brackets: parameters, arguments, interpolations, lists and records. */
import type { Draft } from "../draft.ts";
import * as T from "../tokens.ts";
import type { Rule } from "./base.ts";
import { SessionParser } from "./sessions.ts";

const qualifierStarts = new T.Types([T.ForWord, T.If]);
const equals = new T.Types([T.Equals]);

export abstract class ValueParser extends SessionParser {
  readonly parameters: Rule<Draft[]> = this.rule("parameters", () => {
    this.CONSUME(T.LParen);
    const parameters = this.allInside(0, this.parameterList);
    this.CONSUME(T.RParen);
    return parameters;
  });

  readonly parameterList: Rule<Draft[]> = this.rule("parameterList", () => {
    const parameters: Draft[] = [];
    this.commaSeparated(() => parameters.push(this.SUBRULE(this.parameter)));
    return parameters;
  });

  readonly parameter: Rule<Draft> = this.rule("parameter", () => {
    const name = this.token(0, T.Name);
    const kids: Draft[] = [];
    if (this.follows(equals)) {
      this.OPTION(() => {
        this.CONSUME(T.Equals);
        kids.push(this.SUBRULE(this.expression));
      });
    }
    return this.since(name.startOffset, { _tag: "Param", name: name.image, kids }, name);
  });

  readonly arguments: Rule<Draft[]> = this.rule("arguments", () => {
    const given: Draft[] = [];
    this.commaSeparated(() => given.push(this.SUBRULE(this.argument)));
    return given;
  });

  /** `k = e` or `e`: a name alone before `=` names the argument. */
  readonly argument: Rule<Draft> = this.rule("argument", () => {
    const first = this.peek(1);
    const named = first !== undefined && T.isName(first) && this.peek(2)?.tokenType === T.Equals;
    if (named || this.RECORDING_PHASE) this.OPTION(this.#argumentName);
    const value = this.SUBRULE(this.expression);
    return named
      ? this.since(first.startOffset, { _tag: "Arg", name: first.image, kids: [value] }, first)
      : value;
  });

  readonly #argumentName = (): void => {
    this.CONSUME(T.Name);
    this.CONSUME(T.Equals);
  };

  /** `"…${`, an expression, `}…${`, an expression, …, `}…"`. */
  readonly interpolation: Rule<Draft> = this.rule("interpolation", () => {
    const start = this.token(0, T.TextStart);
    const pieces = [start.text];
    const kids = [this.inside(0, this.expression)];
    this.MANY(() => {
      pieces.push(this.token(0, T.TextMiddle).text);
      kids.push(this.inside(2, this.expression));
    });
    pieces.push(this.token(0, T.TextEnd).text);
    return this.since(start.startOffset, { _tag: "Str", pieces, kids });
  });

  readonly list: Rule<Draft> = this.rule("list", () => {
    const { startOffset } = this.CONSUME(T.LSquare);
    const draft = this.inside(0, this.elements);
    this.CONSUME(T.RSquare);
    return this.ACTION(() => draft.widen(startOffset, this.last.end));
  });

  readonly elements: Rule<Draft> = this.rule("elements", () => {
    const kids: Draft[] = [];
    let comprehension = false;
    this.commaSeparated(
      () => {
        kids.push(this.SUBRULE(this.element));
        if (!this.follows(qualifierStarts)) return;
        this.MANY({
          GATE: () =>
            comprehension ||
            (kids.length === 1 && kids[0]!.layer._tag !== "Spread" && this.peek(1)?.tokenType === T.ForWord),
          DEF: () => {
            comprehension = true;
            kids.push(this.SUBRULE(this.qualifier));
          },
        });
      },
      () => comprehension,
    );
    return this.make({ _tag: comprehension ? "Comprehension" : "List", kids }, 0, 0);
  });

  readonly element: Rule<Draft> = this.rule("element", () => {
    this.#elements ??= [
      { ALT: () => this.SUBRULE(this.spread) },
      { ALT: () => this.SUBRULE(this.expression) },
    ];
    return this.OR(this.#elements);
  });
  #elements: { ALT: () => Draft }[] | undefined;

  readonly spread: Rule<Draft> = this.rule("spread", () => {
    const keyword = this.token(0, T.Spread);
    const value = this.SUBRULE(this.expression);
    return this.since(keyword.startOffset, { _tag: "Spread", kids: [value] });
  });

  readonly qualifier: Rule<Draft> = this.rule("qualifier", () =>
    this.OR([
      {
        ALT: () => {
          const keyword = this.token(0, T.ForWord);
          const name = this.token(0, T.Name);
          this.CONSUME(T.In);
          const source = this.SUBRULE(this.expression);
          return this.since(keyword.startOffset, { _tag: "For", name: name.image, kids: [source] }, name);
        },
      },
      {
        ALT: () => {
          const keyword = this.token(0, T.If);
          const condition = this.SUBRULE2(this.expression);
          return this.since(keyword.startOffset, { _tag: "Filter", kids: [condition] });
        },
      },
    ]),
  );

  readonly record: Rule<Draft> = this.rule("record", () => {
    const { startOffset } = this.CONSUME(T.LCurly);
    const kids = this.allInside(0, this.entries);
    this.CONSUME(T.RCurly);
    return this.since(startOffset, { _tag: "Record", kids });
  });

  readonly entries: Rule<Draft[]> = this.rule("entries", () => {
    const kids: Draft[] = [];
    this.commaSeparated(() => kids.push(this.SUBRULE(this.entry)));
    return kids;
  });

  readonly entry: Rule<Draft> = this.rule("entry", () => {
    this.#entries ??= [
      {
        ALT: () => {
          const name = this.token(0, T.Name);
          this.CONSUME(T.Equals);
          const value = this.SUBRULE(this.expression);
          return this.since(name.startOffset, { _tag: "Entry", name: name.image, kids: [value] }, name);
        },
      },
      { ALT: () => this.SUBRULE(this.spread) },
    ];
    return this.OR(this.#entries);
  });
  #entries: { ALT: () => Draft }[] | undefined;
}
