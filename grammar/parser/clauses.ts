/** Automata as expressions, and the clauses of automata. */
import type { TokenType } from "chevrotain";
import { type ClauseTag, clauseOf, clauseTags } from "../../src/core/clauses.ts";
import { none, ParseNode } from "../parse-node.ts";
import * as T from "../tokens.ts";
import type { Rule } from "./base.ts";
import { ConfinementParser } from "./confinement.ts";

const question = new T.Types([T.Question]);
const settle = new T.Types([T.Word.settle]);
const each = new T.Types([T.Word.each]);
const to = new T.Types([T.Word.to]);
const from = new T.Types([T.Word.from]);
const once = new T.Types([T.Word.once]);
const place = new T.Types([T.Word.at]);

const forStarts = new T.Types([T.ForWord]);
const qualifierStarts = new T.Types([T.ForWord, T.If]);

const imageOf = (name: T.Token | ParseNode): string | null => (name instanceof ParseNode ? null : name.image);
const stringOf = (name: T.Token | ParseNode): ParseNode[] => (name instanceof ParseNode ? [name] : []);

export abstract class ClauseParser extends ConfinementParser {
  readonly automaton: Rule<ParseNode> = this.rule("automaton", () => {
    const keyword = this.token(0, T.Automaton);
    const name = this.SUBRULE(this.string);
    this.CONSUME(T.LCurly);
    const clauses = this.allInside(0, this.clauses);
    this.CONSUME(T.RCurly);
    return this.since(keyword.startOffset, { _tag: "Automaton", children: [name, ...clauses] }, name);
  });

  readonly clauses: Rule<ParseNode[]> = this.rule("clauses", () => {
    const clauses: ParseNode[] = [];
    this.MANY(() => clauses.push(this.#repeated(this.SUBRULE(this.clause))));
    return clauses;
  });

  /** What `with` changes: as clauses, and perhaps the name. */
  readonly changes: Rule<ParseNode[]> = this.rule("changes", () => {
    const changes: ParseNode[] = [];
    this.#changes ??= [
      { ALT: () => this.SUBRULE(this.clause) },
      ...this.#rulesWhere((inWithOnly) => inWithOnly),
    ];
    this.MANY(() => changes.push(this.#repeated(this.OR(this.#changes!))));
    return changes;
  });
  #changes: { ALT: () => ParseNode }[] | undefined;

  /** The clause, or as often as the `for` behind it says. */
  #repeated(clause: ParseNode): ParseNode {
    if (!this.follows(forStarts)) return clause;
    let qualifiers: ParseNode[] = [];
    this.OPTION(() => {
      qualifiers = this.all(0, this.repetition);
    });
    return this.ACTION(() =>
      qualifiers.length === 0
        ? clause
        : this.since(clause.start, { _tag: "Repeated", children: [clause, ...qualifiers] }, clause),
    );
  }

  /** `for x in xs if c …` behind a clause; an error in it ends at the next clause. */
  readonly repetition: Rule<ParseNode[]> = this.RULE(
    "repetition",
    () => {
      const qualifiers = [this.SUBRULE(this.loop)];
      if (this.follows(qualifierStarts)) this.MANY(() => qualifiers.push(this.SUBRULE(this.qualifier)));
      return qualifiers;
    },
    { resyncEnabled: true, recoveryValueFunc: () => [] },
  );

  /** Where the parser goes on after an error: at the next clause. */
  readonly clause: Rule<ParseNode> = this.RULE(
    "clause",
    () => {
      this.#clauses ??= this.#rulesWhere((inWithOnly) => !inWithOnly);
      return this.OR(this.#clauses);
    },
    { resyncEnabled: true, recoveryValueFunc: () => new ParseNode({ _tag: "End", children: none }, 0, 0) },
  );
  #clauses: { ALT: () => ParseNode }[] | undefined;

  /** The rule of each clause. */
  get #rules(): Readonly<Record<ClauseTag, Rule<ParseNode>>> {
    return {
      Provides: this.provides,
      Requires: this.requires,
      Runs: this.runs,
      Schedule: this.schedule,
      Env: this.environment,
      Files: this.files,
      User: this.user,
      Directory: this.directory,
      State: this.state,
      Scratch: this.scratch,
      Secret: this.secret,
      Limits: this.limits,
      Grants: this.grants,
      ReadOnly: this.readOnly,
      Shares: this.shares,
      Instances: this.instances,
      Health: this.health,
      Restart: this.restart,
      Update: this.update,
      Stop: this.stop,
      Start: this.start,
      Hostname: this.hostname,
      Resolves: this.resolves,
      After: this.after,
      Named: this.rename,
    };
  }

  /** Alternatives: the rules of the clauses that stand only inside of `with`, or of all others. */
  #rulesWhere(isMeant: (inWithOnly: boolean) => boolean): { ALT: () => ParseNode }[] {
    const rules = this.#rules;
    return clauseTags
      .filter((tag) => isMeant(clauseOf(tag).insteadOutsideWith !== null))
      .map((tag) => ({ ALT: () => this.SUBRULE(rules[tag]) }));
  }

  readonly provides: Rule<ParseNode> = this.rule("provides", () => {
    const { startOffset } = this.CONSUME(T.Word.provides);
    const name = this.SUBRULE(this.portName);
    this.CONSUME(T.Colon);
    const session = this.SUBRULE(this.session);
    this.CONSUME(T.Word.on);
    const transport = this.oneOf({ tcp: [T.Word.tcp], udp: [T.Word.udp] });
    const children = [...stringOf(name), session, this.SUBRULE(this.expression)];
    let isRange = false;
    if (this.follows(to)) {
      this.OPTION(() => {
        this.CONSUME(T.Word.to);
        children.push(this.SUBRULE2(this.expression));
        isRange = true;
      });
    }
    if (this.follows(from)) {
      this.OPTION2(() => {
        this.CONSUME(T.Word.from);
        children.push(this.SUBRULE3(this.expression));
      });
    }
    let at = false;
    if (this.follows(place)) {
      this.OPTION3(() => {
        this.CONSUME(T.Word.at);
        children.push(this.SUBRULE4(this.expression));
        at = true;
      });
    }
    return this.since(
      startOffset,
      { _tag: "Provides", name: imageOf(name), transport, to: isRange, at, children },
      name,
    );
  });

  readonly requires: Rule<ParseNode> = this.rule("requires", () => {
    const { startOffset } = this.CONSUME(T.Word.requires);
    const name = this.SUBRULE(this.portName);
    let optional = false;
    if (this.follows(question)) {
      this.OPTION(() => {
        this.CONSUME(T.Question);
        optional = true;
      });
    }
    this.CONSUME(T.Colon);
    let isEach = false;
    if (this.follows(each)) {
      this.OPTION2(() => {
        this.CONSUME(T.Word.each);
        isEach = true;
      });
    }
    const session = this.SUBRULE(this.session);
    return this.since(
      startOffset,
      {
        _tag: "Requires",
        name: imageOf(name),
        optional,
        each: isEach,
        children: [...stringOf(name), session],
      },
      name,
    );
  });

  /** The name of a port, or a string that is one. */
  readonly portName: Rule<T.Token | ParseNode> = this.rule("portName", () =>
    this.OR<T.Token | ParseNode>([
      { ALT: () => this.token(0, T.Name) },
      { ALT: () => this.SUBRULE(this.string) },
    ]),
  );

  readonly runs: Rule<ParseNode> = this.rule("runs", () => {
    const keyword = this.token(0, T.Word.runs);
    let isOnce = false;
    if (this.follows(once)) {
      this.OPTION(() => {
        this.CONSUME(T.Word.once);
        isOnce = true;
      });
    }
    this.CONSUME(T.Word.exec);
    const argv = this.SUBRULE(this.expression);
    return this.since(keyword.startOffset, { _tag: "Runs", once: isOnce, children: [argv] }, keyword);
  });

  readonly environment: Rule<ParseNode> = this.rule("environment", () => this.#entriesOf(T.Word.env, "Env"));
  readonly limits: Rule<ParseNode> = this.rule("limits", () => this.#entriesOf(T.Word.limits, "Limits"));

  /** A word, and entries in braces. */
  #entriesOf(word: TokenType, _tag: "Env" | "Limits"): ParseNode {
    const keyword = this.token(0, word);
    this.CONSUME(T.LCurly);
    const children = this.allInside(0, this.entries);
    this.CONSUME(T.RCurly);
    return this.since(keyword.startOffset, { _tag, children }, keyword);
  }

  readonly instances: Rule<ParseNode> = this.rule("instances", () => {
    const keyword = this.token(0, T.Word.instances);
    const children = [this.SUBRULE(this.expression)];
    if (this.follows(settle)) {
      this.OPTION(() => {
        this.CONSUME(T.Word.settle);
        children.push(this.SUBRULE2(this.expression));
      });
    }
    return this.since(keyword.startOffset, { _tag: "Instances", children }, keyword);
  });

  readonly health: Rule<ParseNode> = this.rule("health", () => {
    const keyword = this.token(0, T.Word.health);
    let how: "tcp" | "http" | "grpc" | "exec" = "tcp";
    const argument: ParseNode[] = [];
    this.OR([
      { ALT: () => this.CONSUME(T.Word.tcp) },
      {
        ALT: () => {
          how = "http";
          this.CONSUME(T.Word.http);
          argument.push(this.SUBRULE(this.expression));
        },
      },
      {
        ALT: () => {
          how = "grpc";
          this.CONSUME(T.Word.grpc);
          this.OPTION(() => argument.push(this.SUBRULE(this.string)));
        },
      },
      {
        ALT: () => {
          how = "exec";
          this.CONSUME(T.Word.exec);
          argument.push(this.SUBRULE2(this.expression));
        },
      },
    ]);
    const every: ParseNode[] = [];
    const timeout: ParseNode[] = [];
    this.MANY(() =>
      this.OR2([
        {
          GATE: () => every.length === 0,
          ALT: () => {
            this.CONSUME(T.Word.every);
            every.push(this.SUBRULE3(this.expression));
          },
        },
        {
          GATE: () => timeout.length === 0,
          ALT: () => {
            this.CONSUME(T.Word.timeout);
            timeout.push(this.SUBRULE4(this.expression));
          },
        },
      ]),
    );
    const failures: ParseNode[] = [];
    const successes: ParseNode[] = [];
    this.MANY2(() =>
      this.OR3([
        {
          GATE: () => failures.length === 0,
          ALT: () => {
            this.CONSUME(T.Word.failures);
            failures.push(this.SUBRULE5(this.expression));
          },
        },
        {
          GATE: () => successes.length === 0,
          ALT: () => {
            this.CONSUME(T.Word.successes);
            successes.push(this.SUBRULE6(this.expression));
          },
        },
      ]),
    );
    return this.since(
      keyword.startOffset,
      {
        _tag: "Health",
        how,
        argument: argument.length > 0,
        every: every.length > 0,
        timeout: timeout.length > 0,
        failures: failures.length > 0,
        successes: successes.length > 0,
        children: [...argument, ...every, ...timeout, ...failures, ...successes],
      },
      keyword,
    );
  });

  readonly rename: Rule<ParseNode> = this.rule("rename", () => {
    const keyword = this.token(0, T.Word.name);
    const name = this.SUBRULE(this.expression);
    return this.since(keyword.startOffset, { _tag: "Named", children: [name] }, keyword);
  });
}
