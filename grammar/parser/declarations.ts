/** Declarations, automata and their clauses. */
import { type Draft, none } from "../draft.ts";
import * as T from "../tokens.ts";
import type { Rule } from "./base.ts";
import { ExpressionParser } from "./expressions.ts";

export abstract class DeclarationParser extends ExpressionParser {
  abstract readonly clauses: Rule<Draft[]>;

  readonly program: Rule<Draft[]> = this.rule("program", () => {
    const declarations: Draft[] = [];
    this.MANY(() => declarations.push(this.SUBRULE(this.declaration)));
    return declarations;
  });

  readonly declaration: Rule<Draft> = this.rule("declaration", () => {
    this.#declarations ??= [
      { ALT: () => this.SUBRULE(this.importDeclaration) },
      { ALT: () => this.SUBRULE(this.letDeclaration) },
      { ALT: () => this.SUBRULE(this.typeDeclaration) },
      { ALT: () => this.SUBRULE(this.protocolDeclaration) },
      { ALT: () => this.SUBRULE(this.automatonDeclaration) },
      { ALT: () => this.SUBRULE(this.systemDeclaration) },
    ];
    return this.OR(this.#declarations);
  });
  #declarations: { ALT: () => Draft }[] | undefined;

  readonly importDeclaration: Rule<Draft> = this.rule("importDeclaration", () => {
    const { startOffset } = this.CONSUME(T.Import);
    const path = this.token(0, T.Text);
    let sha256: string | null = null;
    this.OPTION(() => {
      sha256 = this.token(0, T.Sha256).text;
    });
    let as: string | null = null;
    let kids: readonly Draft[] = none;
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
          kids = this.all(0, this.importedNames);
          this.CONSUME(T.RCurly);
        },
      },
    ]);
    return this.since(startOffset, { _tag: "Import", path: path.text, sha256, as, kids }, path);
  });

  readonly importedNames: Rule<Draft[]> = this.rule("importedNames", () => {
    const names: Draft[] = [];
    this.commaSeparated(() => {
      const name = this.token(0, T.Name);
      names.push(this.since(name.startOffset, { _tag: "Imported", name: name.image, kids: none }));
    });
    return names;
  });

  readonly letDeclaration: Rule<Draft> = this.rule("letDeclaration", () => {
    const { startOffset } = this.CONSUME(T.Let);
    const name = this.token(0, T.Name);
    let parameters: Draft[] | null = null;
    this.OPTION(() => {
      parameters = this.all(0, this.parameters);
    });
    this.CONSUME(T.Equals);
    const value = this.SUBRULE(this.expression);
    const kids = parameters === null ? [value] : [...(parameters as Draft[]), value];
    return this.since(
      startOffset,
      { _tag: "LetDecl", name: name.image, callable: parameters !== null, kids },
      name,
    );
  });

  readonly typeDeclaration: Rule<Draft> = this.rule("typeDeclaration", () => {
    const { startOffset } = this.CONSUME(T.Type);
    const name = this.token(0, T.Name);
    this.CONSUME(T.Equals);
    const payload = this.SUBRULE(this.payload);
    return this.since(startOffset, { _tag: "TypeDecl", name: name.image, kids: [payload] }, name);
  });

  readonly protocolDeclaration: Rule<Draft> = this.rule("protocolDeclaration", () => {
    const { startOffset } = this.CONSUME(T.Protocol);
    const name = this.token(0, T.Name);
    this.CONSUME(T.Equals);
    const session = this.SUBRULE(this.session);
    return this.since(startOffset, { _tag: "ProtocolDecl", name: name.image, kids: [session] }, name);
  });

  readonly automatonDeclaration: Rule<Draft> = this.rule("automatonDeclaration", () => {
    const { startOffset } = this.CONSUME(T.Automaton);
    const name = this.token(0, T.Name);
    this.CONSUME(T.LCurly);
    const clauses = this.allInside(0, this.clauses);
    this.CONSUME(T.RCurly);
    return this.since(startOffset, { _tag: "AutomatonDecl", name: name.image, kids: clauses }, name);
  });

  readonly systemDeclaration: Rule<Draft> = this.rule("systemDeclaration", () => {
    const { startOffset } = this.CONSUME(T.System);
    const name = this.token(0, T.Name);
    this.CONSUME(T.Equals);
    const value = this.SUBRULE(this.expression);
    return this.since(startOffset, { _tag: "SystemDecl", name: name.image, kids: [value] }, name);
  });
}
