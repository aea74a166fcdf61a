/** Declarations, automata and their clauses. */
import { none, type ParseNode } from "../parse-node.ts";
import * as T from "../tokens.ts";
import type { Rule } from "./base.ts";
import { ExpressionParser } from "./expressions.ts";

export abstract class DeclarationParser extends ExpressionParser {
  abstract readonly clauses: Rule<ParseNode[]>;

  readonly program: Rule<ParseNode[]> = this.rule("program", () => {
    const declarations: ParseNode[] = [];
    this.MANY(() => declarations.push(this.SUBRULE(this.declaration)));
    return declarations;
  });

  readonly declaration: Rule<ParseNode> = this.rule("declaration", () => {
    this.#declarations ??= [
      { ALT: () => this.SUBRULE(this.importDeclaration) },
      { ALT: () => this.SUBRULE(this.letDeclaration) },
      { ALT: () => this.SUBRULE(this.typeDeclaration) },
      { ALT: () => this.SUBRULE(this.protocolDeclaration) },
      { ALT: () => this.SUBRULE(this.automatonDeclaration) },
      { ALT: () => this.SUBRULE(this.externalDeclaration) },
      { ALT: () => this.SUBRULE(this.systemDeclaration) },
    ];
    return this.OR(this.#declarations);
  });
  #declarations: { ALT: () => ParseNode }[] | undefined;

  readonly importDeclaration: Rule<ParseNode> = this.rule("importDeclaration", () => {
    const { startOffset } = this.CONSUME(T.Import);
    const path = this.token(0, T.Text);
    let sha256: string | null = null;
    this.OPTION(() => {
      sha256 = this.token(0, T.Sha256).text;
    });
    let as: string | null = null;
    let children: readonly ParseNode[] = none;
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.As);
          as = this.CONSUME(T.Name).image;
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.LCurly);
          children = this.all(0, this.importedNames);
          this.CONSUME(T.RCurly);
        },
      },
    ]);
    return this.since(startOffset, { _tag: "Import", path: path.text, sha256, as, children }, path);
  });

  readonly importedNames: Rule<ParseNode[]> = this.rule("importedNames", () => {
    const names: ParseNode[] = [];
    this.commaSeparated(() => {
      const name = this.token(0, T.Name);
      names.push(this.since(name.startOffset, { _tag: "Imported", name: name.image, children: none }));
    });
    return names;
  });

  readonly letDeclaration: Rule<ParseNode> = this.rule("letDeclaration", () => {
    const { startOffset } = this.CONSUME(T.Let);
    const name = this.token(0, T.Name);
    let parameters: ParseNode[] | null = null;
    this.OPTION(() => {
      parameters = this.all(0, this.parameters);
    });
    this.CONSUME(T.Equals);
    const value = this.SUBRULE(this.expression);
    const children = parameters === null ? [value] : [...(parameters as ParseNode[]), value];
    return this.since(
      startOffset,
      { _tag: "LetDecl", name: name.image, callable: parameters !== null, children },
      name,
    );
  });

  readonly typeDeclaration: Rule<ParseNode> = this.rule("typeDeclaration", () => {
    const { startOffset } = this.CONSUME(T.Type);
    const name = this.token(0, T.Name);
    this.CONSUME(T.Equals);
    const payload = this.SUBRULE(this.payload);
    return this.since(startOffset, { _tag: "TypeDecl", name: name.image, children: [payload] }, name);
  });

  readonly protocolDeclaration: Rule<ParseNode> = this.rule("protocolDeclaration", () => {
    const { startOffset } = this.CONSUME(T.Protocol);
    const name = this.token(0, T.Name);
    this.CONSUME(T.Equals);
    const session = this.SUBRULE(this.session);
    return this.since(startOffset, { _tag: "ProtocolDecl", name: name.image, children: [session] }, name);
  });

  readonly automatonDeclaration: Rule<ParseNode> = this.rule("automatonDeclaration", () => {
    const { startOffset } = this.CONSUME(T.Automaton);
    return this.#declared(startOffset, false);
  });

  readonly externalDeclaration: Rule<ParseNode> = this.rule("externalDeclaration", () => {
    const { startOffset } = this.CONSUME(T.External);
    return this.#declared(startOffset, true);
  });

  #declared(startOffset: number, external: boolean): ParseNode {
    const name = this.token(0, T.Name);
    this.CONSUME(T.LCurly);
    const children = this.allInside(0, this.clauses);
    this.CONSUME(T.RCurly);
    return this.since(startOffset, { _tag: "AutomatonDecl", name: name.image, external, children }, name);
  }

  readonly systemDeclaration: Rule<ParseNode> = this.rule("systemDeclaration", () => {
    const { startOffset } = this.CONSUME(T.System);
    const name = this.token(0, T.Name);
    this.CONSUME(T.Equals);
    const value = this.SUBRULE(this.expression);
    return this.since(startOffset, { _tag: "SystemDecl", name: name.image, children: [value] }, name);
  });
}
