/** Clauses of what keeps an automaton from the machine, and what does not. */
import { none, type ParseNode } from "../parse-node.ts";
import * as T from "../tokens.ts";
import type { Rule } from "./base.ts";
import { StorageParser } from "./storage.ts";

const place = new T.Types([T.Word.at]);

export abstract class ConfinementParser extends StorageParser {
  readonly grants: Rule<ParseNode> = this.rule("grants", () => {
    const keyword = this.token(0, T.Word.grants);
    this.CONSUME(T.LSquare);
    const children = this.allInside(0, this.capabilities);
    this.CONSUME(T.RSquare);
    return this.since(keyword.startOffset, { _tag: "Grants", children }, keyword);
  });

  readonly capabilities: Rule<ParseNode[]> = this.rule("capabilities", () => {
    const children: ParseNode[] = [];
    this.commaSeparated(() => children.push(this.SUBRULE(this.capability)));
    return children;
  });

  readonly capability: Rule<ParseNode> = this.rule("capability", () => {
    const name = this.token(0, T.Name);
    return this.since(name.startOffset, { _tag: "Grant", name: name.image, children: none }, name);
  });

  readonly readOnly: Rule<ParseNode> = this.rule("readOnly", () => {
    const keyword = this.token(0, T.Word["read-only"]);
    return this.since(keyword.startOffset, { _tag: "ReadOnly", children: none }, keyword);
  });

  readonly shares: Rule<ParseNode> = this.rule("shares", () => {
    const keyword = this.token(0, T.Word.shares);
    const children = [this.SUBRULE(this.expression)];
    if (this.follows(place)) {
      this.OPTION(() => {
        this.CONSUME(T.Word.at);
        children.push(this.SUBRULE2(this.expression));
      });
    }
    return this.since(keyword.startOffset, { _tag: "Shares", children }, keyword);
  });
}
