/** Payload types: names, `[T]`, `{ field: T }`. */
import { none, type ParseNode } from "../parse-node.ts";
import * as T from "../tokens.ts";
import { BaseParser, type Rule } from "./base.ts";

export abstract class PayloadParser extends BaseParser {
  readonly payload: Rule<ParseNode> = this.rule("payload", () => {
    this.#alternatives ??= [
      { ALT: () => this.SUBRULE(this.path) },
      { ALT: () => this.SUBRULE(this.listType) },
      { ALT: () => this.SUBRULE(this.recordType) },
    ];
    return this.OR(this.#alternatives);
  });
  #alternatives: { ALT: () => ParseNode }[] | undefined;

  /**
   * A name before a `(` or `[` is no payload: of `!Bytes . f(x)` it begins the
   * continuation, which then follows the last dot.
   */
  readonly path: Rule<ParseNode> = this.rule("path", () => {
    const first = this.token(0, T.Name);
    const names = [first.image];
    this.MANY({
      GATE: () => this.#pathGoesOn(),
      DEF: () => {
        this.CONSUME(T.Dot);
        names.push(this.token(2, T.Name).image);
      },
    });
    return this.since(first.startOffset, { _tag: "Path", names, children: none });
  });

  #pathGoesOn(): boolean {
    const name = this.peek(2);
    const behind = this.peek(3)?.tokenType;
    return name !== undefined && T.isName(name) && behind !== T.LParen && behind !== T.LSquare;
  }

  readonly listType: Rule<ParseNode> = this.rule("listType", () => {
    const open = this.CONSUME(T.LSquare);
    const item = this.inside(0, this.payload);
    this.CONSUME(T.RSquare);
    return this.since(open.startOffset, { _tag: "ListOf", children: [item] });
  });

  readonly recordType: Rule<ParseNode> = this.rule("recordType", () => {
    const open = this.CONSUME(T.LCurly);
    const fields = this.allInside(0, this.fieldTypes);
    this.CONSUME(T.RCurly);
    return this.since(open.startOffset, { _tag: "RecordOf", children: fields });
  });

  readonly fieldTypes: Rule<ParseNode[]> = this.rule("fieldTypes", () => {
    const fields: ParseNode[] = [];
    this.commaSeparated(() => fields.push(this.SUBRULE(this.fieldType)));
    return fields;
  });

  readonly fieldType: Rule<ParseNode> = this.rule("fieldType", () => {
    const name = this.token(0, T.Name);
    this.CONSUME(T.Colon);
    const type = this.SUBRULE(this.payload);
    return this.since(name.startOffset, { _tag: "FieldOf", name: name.image, children: [type] }, name);
  });
}
