/** Clauses of what a program finds on disk, and of the user that it runs as. */
import { endingSignals } from "../../src/core/signals.ts";
import type { ParseNode } from "../parse-node.ts";
import * as T from "../tokens.ts";
import type { Rule } from "./base.ts";
import { LifetimeParser } from "./lifetime.ts";

const formerly = new T.Types([T.Word.formerly]);
const reload = new T.Types([T.Word.reload]);
const size = new T.Types([T.Word.size]);

export abstract class StorageParser extends LifetimeParser {
  readonly files: Rule<ParseNode> = this.rule("files", () => {
    const keyword = this.token(0, T.Word.files);
    this.CONSUME(T.LCurly);
    const children = this.allInside(0, this.fileEntries);
    this.CONSUME(T.RCurly);
    let signal: string | null = null;
    let focus = keyword;
    if (this.follows(reload)) {
      this.OPTION(() => {
        this.CONSUME(T.Word.reload);
        const name = this.token(0, T.Name);
        signal = name.image;
        // What is wrong with the clause then is the signal.
        if (!endingSignals.includes(signal)) focus = name;
      });
    }
    return this.since(keyword.startOffset, { _tag: "Files", reload: signal, children }, focus);
  });

  readonly user: Rule<ParseNode> = this.rule("user", () => {
    const keyword = this.token(0, T.Word.user);
    const user = this.SUBRULE(this.expression);
    return this.since(keyword.startOffset, { _tag: "User", children: [user] }, keyword);
  });

  readonly directory: Rule<ParseNode> = this.rule("directory", () => {
    const keyword = this.token(0, T.Word.directory);
    const path = this.SUBRULE(this.expression);
    return this.since(keyword.startOffset, { _tag: "Directory", children: [path] }, keyword);
  });

  readonly state: Rule<ParseNode> = this.rule("state", () => {
    const { startOffset } = this.CONSUME(T.Word.state);
    const name = this.token(0, T.Name);
    this.CONSUME(T.Word.at);
    const children = [this.SUBRULE(this.expression)];
    let hasSize = false;
    if (this.follows(size)) {
      this.OPTION(() => {
        this.CONSUME(T.Word.size);
        hasSize = true;
        children.push(this.SUBRULE2(this.expression));
      });
    }
    if (this.follows(formerly)) {
      this.OPTION2(() => {
        this.CONSUME(T.Word.formerly);
        children.push(this.SUBRULE3(this.expression));
      });
    }
    return this.since(startOffset, { _tag: "State", name: name.image, size: hasSize, children }, name);
  });

  readonly scratch: Rule<ParseNode> = this.rule("scratch", () => {
    const keyword = this.token(0, T.Word.scratch);
    this.CONSUME(T.Word.at);
    const children = [this.SUBRULE(this.expression)];
    if (this.follows(size)) {
      this.OPTION(() => {
        this.CONSUME(T.Word.size);
        children.push(this.SUBRULE2(this.expression));
      });
    }
    return this.since(keyword.startOffset, { _tag: "Scratch", children }, keyword);
  });

  readonly secret: Rule<ParseNode> = this.rule("secret", () => {
    const { startOffset } = this.CONSUME(T.Word.secret);
    const name = this.token(0, T.Name);
    this.CONSUME(T.Equals);
    const content = this.SUBRULE(this.expression);
    return this.since(startOffset, { _tag: "Secret", name: name.image, children: [content] }, name);
  });
}
