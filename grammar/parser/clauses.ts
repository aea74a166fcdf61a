/** Automata as expressions, and the clauses of automata. */
import { Draft, none } from "../draft.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";
import type { Rule } from "./base.ts";
import { DeclarationParser } from "./declarations.ts";

const question = new T.Types([T.Question]);
const settle = new T.Types([T.SettleWord]);

export abstract class ClauseParser extends DeclarationParser {
  readonly automaton: Rule<Draft> = this.rule("automaton", () => {
    const keyword = this.token(0, T.Automaton);
    const name = this.OR([
      {
        ALT: () => {
          const text = this.token(0, T.Text);
          return this.since(text.startOffset, { _tag: "Str", pieces: [text.text], kids: none });
        },
      },
      { ALT: () => this.SUBRULE(this.interpolation) },
    ]);
    this.CONSUME(T.LCurly);
    const clauses = this.allInside(0, this.clauses);
    this.CONSUME(T.RCurly);
    return this.since(keyword.startOffset, { _tag: "Automaton", kids: [name, ...clauses] }, name);
  });

  readonly clauses: Rule<Draft[]> = this.rule("clauses", () => {
    const clauses: Draft[] = [];
    this.MANY(() => clauses.push(this.SUBRULE(this.clause)));
    return clauses;
  });

  /** What `with` changes: as clauses, and perhaps the name. */
  readonly changes: Rule<Draft[]> = this.rule("changes", () => {
    const changes: Draft[] = [];
    this.#changes ??= [{ ALT: () => this.SUBRULE(this.clause) }, { ALT: () => this.SUBRULE(this.rename) }];
    this.MANY(() => changes.push(this.OR(this.#changes!)));
    return changes;
  });
  #changes: { ALT: () => Draft }[] | undefined;

  /** Where the parser goes on after an error: at the next clause. */
  readonly clause: Rule<Draft> = this.RULE(
    "clause",
    () => {
      this.#clauses ??= [
        { ALT: () => this.SUBRULE(this.provides) },
        { ALT: () => this.SUBRULE(this.requires) },
        { ALT: () => this.SUBRULE(this.runs) },
        { ALT: () => this.SUBRULE(this.environment) },
        { ALT: () => this.SUBRULE(this.instances) },
        { ALT: () => this.SUBRULE(this.health) },
        { ALT: () => this.SUBRULE(this.restart) },
      ];
      return this.OR(this.#clauses);
    },
    { resyncEnabled: true, recoveryValueFunc: () => new Draft({ _tag: "End", kids: none }, 0, 0) },
  );
  #clauses: { ALT: () => Draft }[] | undefined;

  readonly provides: Rule<Draft> = this.rule("provides", () => {
    const { startOffset } = this.CONSUME(T.ProvidesWord);
    const name = this.token(0, T.Name);
    this.CONSUME(T.Colon);
    const session = this.SUBRULE(this.session);
    this.CONSUME(T.OnWord);
    this.#transports ??= [{ ALT: () => this.token(0, T.TcpWord) }, { ALT: () => this.token(0, T.UdpWord) }];
    const transport = this.OR(this.#transports);
    const number = this.SUBRULE(this.expression);
    return this.since(
      startOffset,
      {
        _tag: "Provides",
        name: name.image,
        transport: transport.tokenType === T.UdpWord ? "udp" : "tcp",
        kids: [session, number],
      },
      name,
    );
  });

  #transports: { ALT: () => Token }[] | undefined;

  readonly requires: Rule<Draft> = this.rule("requires", () => {
    const { startOffset } = this.CONSUME(T.RequiresWord);
    const name = this.token(0, T.Name);
    let optional = false;
    if (this.follows(question)) {
      this.OPTION(() => {
        this.CONSUME(T.Question);
        optional = true;
      });
    }
    this.CONSUME(T.Colon);
    const session = this.SUBRULE(this.session);
    return this.since(startOffset, { _tag: "Requires", name: name.image, optional, kids: [session] }, name);
  });

  readonly runs: Rule<Draft> = this.rule("runs", () => {
    const keyword = this.token(0, T.RunsWord);
    this.CONSUME(T.ExecWord);
    const argv = this.SUBRULE(this.expression);
    return this.since(keyword.startOffset, { _tag: "Runs", kids: [argv] }, keyword);
  });

  readonly environment: Rule<Draft> = this.rule("environment", () => {
    const keyword = this.token(0, T.EnvWord);
    this.CONSUME(T.LCurly);
    const kids = this.allInside(0, this.entries);
    this.CONSUME(T.RCurly);
    return this.since(keyword.startOffset, { _tag: "Env", kids }, keyword);
  });

  readonly instances: Rule<Draft> = this.rule("instances", () => {
    const keyword = this.token(0, T.InstancesWord);
    const kids = [this.SUBRULE(this.expression)];
    if (this.follows(settle)) {
      this.OPTION(() => {
        this.CONSUME(T.SettleWord);
        kids.push(this.SUBRULE2(this.expression));
      });
    }
    return this.since(keyword.startOffset, { _tag: "Instances", kids }, keyword);
  });

  readonly health: Rule<Draft> = this.rule("health", () => {
    const keyword = this.token(0, T.HealthWord);
    let how: "tcp" | "http" | "exec" = "tcp";
    const kids: Draft[] = [];
    this.OR([
      { ALT: () => this.CONSUME(T.TcpWord) },
      {
        ALT: () => {
          how = "http";
          this.CONSUME(T.HttpWord);
          kids.push(this.SUBRULE(this.expression));
        },
      },
      {
        ALT: () => {
          how = "exec";
          this.CONSUME(T.ExecWord);
          kids.push(this.SUBRULE2(this.expression));
        },
      },
    ]);
    const every: Draft[] = [];
    const timeout: Draft[] = [];
    this.MANY(() =>
      this.OR2([
        {
          GATE: () => every.length === 0,
          ALT: () => {
            this.CONSUME(T.EveryWord);
            every.push(this.SUBRULE3(this.expression));
          },
        },
        {
          GATE: () => timeout.length === 0,
          ALT: () => {
            this.CONSUME(T.TimeoutWord);
            timeout.push(this.SUBRULE4(this.expression));
          },
        },
      ]),
    );
    return this.since(
      keyword.startOffset,
      {
        _tag: "Health",
        how,
        every: every.length > 0,
        timeout: timeout.length > 0,
        kids: [...kids, ...every, ...timeout],
      },
      keyword,
    );
  });

  readonly restart: Rule<Draft> = this.rule("restart", () => {
    const keyword = this.token(0, T.RestartWord);
    const policy = this.OR([
      {
        ALT: () => {
          this.CONSUME(T.AlwaysWord);
          return "always" as const;
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.OnWord);
          this.CONSUME(T.Minus);
          this.CONSUME(T.FailureWord);
          return "on-failure" as const;
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.NeverWord);
          return "never" as const;
        },
      },
    ]);
    return this.since(keyword.startOffset, { _tag: "Restart", policy, kids: none }, keyword);
  });

  readonly rename: Rule<Draft> = this.rule("rename", () => {
    const keyword = this.token(0, T.NameWord);
    const name = this.SUBRULE(this.expression);
    return this.since(keyword.startOffset, { _tag: "Named", kids: [name] }, keyword);
  });
}
