/** Clauses of how an automaton starts, ends, and is followed by another. */
import type { TokenType } from "chevrotain";
import { none, type ParseNode } from "../parse-node.ts";
import * as T from "../tokens.ts";
import type { Rule } from "./base.ts";
import { DeclarationParser } from "./declarations.ts";

const comma = new T.Types([T.Comma]);
const within = new T.Types([T.Word.within]);

export abstract class LifetimeParser extends DeclarationParser {
  /** One of several words, each of its tokens. */
  protected oneOf<Word extends string>(words: Readonly<Record<Word, readonly TokenType[]>>): Word {
    const alternatives = (Object.keys(words) as Word[]).map((word) => ({
      ALT: () => {
        for (const type of words[word]) this.CONSUME(type);
        return word;
      },
    }));
    return this.OR(alternatives);
  }

  readonly restart: Rule<ParseNode> = this.rule("restart", () => {
    const keyword = this.token(0, T.Word.restart);
    const policy = this.oneOf({
      always: [T.Word.always],
      "on-failure": [T.Word.on, T.Minus, T.Word.failure],
      never: [T.Word.never],
    });
    return this.since(keyword.startOffset, { _tag: "Restart", policy, children: none }, keyword);
  });

  readonly update: Rule<ParseNode> = this.rule("update", () => {
    const keyword = this.token(0, T.Word.update);
    const policy = this.oneOf({ roll: [T.Word.roll], replace: [T.Word.replace] });
    return this.since(keyword.startOffset, { _tag: "Update", policy, children: none }, keyword);
  });

  readonly resolves: Rule<ParseNode> = this.rule("resolves", () => {
    const keyword = this.token(0, T.Word.resolves);
    const family = this.oneOf({ ipv4: [T.Word.ipv4], ipv6: [T.Word.ipv6], both: [T.Word.both] });
    return this.since(keyword.startOffset, { _tag: "Resolves", family, children: none }, keyword);
  });

  readonly hostname: Rule<ParseNode> = this.rule("hostname", () => {
    const keyword = this.token(0, T.Word.hostname);
    const name = this.SUBRULE(this.expression);
    return this.since(keyword.startOffset, { _tag: "Hostname", children: [name] }, keyword);
  });

  readonly stop: Rule<ParseNode> = this.rule("stop", () => {
    const keyword = this.token(0, T.Word.stop);
    const signal = this.token(0, T.Name);
    const children: ParseNode[] = [];
    if (this.follows(within)) {
      this.OPTION(() => {
        this.CONSUME(T.Word.within);
        children.push(this.SUBRULE(this.expression));
      });
    }
    return this.since(keyword.startOffset, { _tag: "Stop", signal: signal.image, children }, keyword);
  });

  readonly start: Rule<ParseNode> = this.rule("start", () => {
    const keyword = this.token(0, T.Word.start);
    this.CONSUME(T.Word.within);
    const limit = this.SUBRULE(this.expression);
    return this.since(keyword.startOffset, { _tag: "Start", children: [limit] }, keyword);
  });

  readonly schedule: Rule<ParseNode> = this.rule("schedule", () => {
    const keyword = this.token(0, T.Word.schedule);
    const cron = this.SUBRULE(this.expression);
    return this.since(keyword.startOffset, { _tag: "Schedule", children: [cron] }, keyword);
  });

  readonly after: Rule<ParseNode> = this.rule("after", () => {
    const keyword = this.token(0, T.Word.after);
    const children = [this.SUBRULE(this.expression)];
    if (this.follows(comma)) {
      this.MANY(() => {
        this.CONSUME(T.Comma);
        children.push(this.SUBRULE2(this.expression));
      });
    }
    return this.since(keyword.startOffset, { _tag: "After", children }, keyword);
  });
}
