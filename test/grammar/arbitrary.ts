/**
 * Random programs over the whole functor: whatever can be written, whether it means
 * anything or not. `random` decides; `size` bounds how much is made.
 */
import { listOf } from "../../grammar/chunks.ts";
import { levels } from "../../grammar/parser/operators.ts";
import { print } from "../../grammar/printer.ts";
import { clauseWords } from "../../src/core/clause-words.ts";
import { unitNames } from "../../src/core/syntax/expressions.ts";
import type { TermF } from "../../src/core/syntax.ts";
import type { Term, Terms } from "../../src/core/term.ts";
import { Random } from "../random.ts";

const plain = ["a", "b", "x", "y", "Store", "Rpc", "lib", "self", "_", "a1", "veryLongNameThatTakesRoom"];
/** Words that are words only inside automata. */
const namesElsewhere = [...clauseWords.filter((word) => !word.includes("-")), "for", "sha256"];
const payloads = ["Bytes", "String", "Int", "Float", "Bool", "Json", "Unit", "Key", "key"];
const texts = [
  "",
  "a",
  "hello there",
  "$",
  "${",
  "\\",
  '"',
  "\n",
  "\t",
  "ä€😀",
  "--",
  "{-",
  "$$",
  "\u0001",
  "}",
];

export class Programs {
  readonly random: Random;
  readonly terms: Terms;
  #left: number;

  constructor(random: Random, terms: Terms, size = 60) {
    this.random = random;
    this.terms = terms;
    this.#left = size;
  }

  /** The text of a program of `count` declarations, and their terms. */
  program(count: number): { text: string; declarations: Term[] } {
    const size = this.#left;
    const declarations = Array.from({ length: count }, () => {
      this.#left = size;
      return this.declaration();
    });
    return { text: declarations.map((term) => `${print(term)}\n`).join(""), declarations };
  }

  declaration(): Term {
    const { random } = this;
    const name = this.#name();
    switch (random.below(8)) {
      case 0: {
        const names = random.once(2);
        const children = names
          ? random.several(0, 3, () => this.#leaf({ _tag: "Imported", name: this.#name(), children: [] }))
          : [];
        const sha256 = random.once(3) ? random.pick(["0a1b2c", "abcdef", "1"]) : null;
        return this.#make({
          _tag: "Import",
          path: `./${name}.arch`,
          sha256,
          as: names ? null : this.#name(),
          children,
        });
      }
      case 1:
        return this.#make({ _tag: "TypeDecl", name, children: [this.payload()] });
      case 2:
      case 3:
        return this.#make({ _tag: "ProtocolDecl", name, children: [this.session()] });
      case 4:
        return this.#make({
          _tag: "AutomatonDecl",
          name,
          external: random.once(4),
          children: this.#clauses(false),
        });
      case 5:
        return this.#make({ _tag: "SystemDecl", name, children: [this.expression()] });
      default: {
        const callable = random.once(3);
        const children = [...(callable ? this.#parameters() : []), this.expression()];
        return this.#make({ _tag: "LetDecl", name, callable, children });
      }
    }
  }

  expression(): Term {
    const { random } = this;
    if (this.#spent()) return this.#atom();
    switch (random.below(18)) {
      case 0:
        return random.once(4)
          ? listOf(
              random.several(33, 80, () => this.#atom()),
              this.terms,
            )
          : listOf(
              random.several(0, 4, () => this.#element()),
              this.terms,
            );
      case 1:
        return this.#comprehension();
      case 2:
        return this.#make({ _tag: "Record", children: this.#entries() });
      case 3:
        return this.#make({ _tag: "Fn", children: [...this.#parameters(), this.expression()] });
      case 4:
        return this.#make({
          _tag: "If",
          children: [this.expression(), this.expression(), this.expression()],
        });
      case 5: {
        const callable = random.once(3);
        const parameters = callable ? this.#parameters() : [];
        const children = [...parameters, this.expression(), this.expression()];
        return this.#make({ _tag: "Let", name: this.#name(), callable, children });
      }
      case 6:
      case 7:
      case 8: {
        const level = random.pick(levels);
        const ops = random.several(1, 3, () => random.pick(level));
        return this.#make({
          _tag: "Chain",
          ops,
          children: [this.expression(), ...ops.map(() => this.expression())],
        });
      }
      case 9:
        return this.#make({
          _tag: "Unary",
          op: random.pick(["-", "!"] as const),
          children: [this.expression()],
        });
      case 10:
        return this.#make({ _tag: "With", children: [this.expression(), ...this.#clauses(true)] });
      case 11:
      case 12:
        return this.#call(this.expression());
      case 13:
        return this.#make({ _tag: "Field", name: this.#name(), children: [this.expression()] });
      case 14:
        return this.#make({ _tag: "Index", children: [this.expression(), this.expression()] });
      case 15:
        return this.#make({ _tag: "Automaton", children: [this.#string(), ...this.#clauses(false)] });
      case 16:
        return this.#string();
      default:
        return this.#atom();
    }
  }

  session(): Term {
    const { random } = this;
    if (this.#spent()) return this.#tail();
    switch (random.below(9)) {
      case 0:
      case 1:
      case 2: {
        const _tag = random.pick(["Send", "Receive"] as const);
        const payload = this.payload();
        return this.#make({ _tag, children: random.once(3) ? [payload] : [payload, this.session()] });
      }
      case 3:
        return this.#make({
          _tag: random.pick(["Select", "Offer"] as const),
          children: random.several(0, 3, () =>
            this.#make({ _tag: "Branch", name: this.#name(), children: [this.session()] }),
          ),
        });
      case 4:
        return this.#make({ _tag: "Mu", name: this.#name(), children: [this.session()] });
      case 5:
        return this.#make({ _tag: "Dual", children: [this.session()] });
      case 6:
        return this.#make({ _tag: "Then", children: [this.session(), this.session()] });
      case 7:
        return this.#make({ _tag: "If", children: [this.expression(), this.session(), this.session()] });
      default:
        return this.#tail();
    }
  }

  payload(): Term {
    const { random } = this;
    switch (this.#spent() ? 0 : random.below(5)) {
      case 1:
        return this.#make({ _tag: "ListOf", children: [this.payload()] });
      case 2:
        return this.#make({
          _tag: "RecordOf",
          children: random.several(0, 3, () =>
            this.#make({ _tag: "FieldOf", name: this.#name(), children: [this.payload()] }),
          ),
        });
      default: {
        const names = [random.pick(payloads), ...random.several(0, 2, () => this.#name())];
        return this.#leaf({ _tag: "Path", names: random.once(3) ? names : names.slice(0, 1), children: [] });
      }
    }
  }

  /** What stands behind `on tcp`: a number, perhaps another, perhaps a place. */
  #placed(computed: readonly Term[]) {
    const { random } = this;
    const [to, listens, at] = [random.once(4), random.once(3), random.once(4)];
    const more = [
      ...(to ? [this.expression()] : []),
      ...(listens ? [this.expression()] : []),
      ...(at ? [this.expression()] : []),
    ];
    return { to, at, children: [...computed, this.session(), this.expression(), ...more] };
  }

  #clauses(renaming: boolean): Term[] {
    return this.random.several(0, 3, () => this.#clause(renaming));
  }

  #clause(renaming: boolean): Term {
    const clause = this.#single(renaming);
    return this.random.once(5)
      ? this.#make({ _tag: "Repeated", children: [clause, ...this.#qualifiers()] })
      : clause;
  }

  #single(renaming: boolean): Term {
    const { random } = this;
    const name = random.once(3) ? null : this.#name();
    const computed = name === null ? [this.#string()] : [];
    switch (random.below(renaming ? 24 : 23)) {
      case 0: {
        const transport = random.pick(["tcp", "udp"] as const);
        return this.#make({
          _tag: "Provides",
          name,
          transport,
          ...this.#placed(computed),
        });
      }
      case 1:
        return this.#make({
          _tag: "Requires",
          name,
          optional: random.once(2),
          each: random.once(3),
          children: [...computed, this.session()] as unknown as [Term],
        });
      case 2:
        return this.#make({ _tag: "Runs", once: random.once(3), children: [this.expression()] });
      case 3:
        return this.#make({ _tag: "Env", children: this.#entries() });
      case 4: {
        const settle = random.once(3) ? [this.expression()] : [];
        return this.#make({
          _tag: "Instances",
          children: [this.expression(), ...settle] as [Term, Term?] as [Term, Term],
        });
      }
      case 5: {
        const how = random.pick(["tcp", "http", "grpc", "exec"] as const);
        const argument = how === "grpc" ? random.once(2) : how !== "tcp";
        const [every, timeout] = [random.once(2), random.once(2)];
        const [failures, successes] = [random.once(3), random.once(3)];
        const first = argument ? [how === "grpc" ? this.#string() : this.expression()] : [];
        const others = [every, timeout, failures, successes].filter((has) => has);
        const children = [...first, ...others.map(() => this.expression())];
        return this.#make({ _tag: "Health", how, argument, every, timeout, failures, successes, children });
      }
      case 6:
        return this.#leaf({
          _tag: "Restart",
          policy: random.pick(["always", "on-failure", "never"]),
          children: [],
        });
      case 7:
        return this.#leaf({ _tag: "Update", policy: random.pick(["roll", "replace"]), children: [] });
      case 8:
        return this.#leaf({ _tag: "Resolves", family: random.pick(["ipv4", "ipv6", "both"]), children: [] });
      case 9:
        return this.#make({ _tag: "User", children: [this.expression()] });
      case 10:
        return this.#make({ _tag: "Directory", children: [this.expression()] });
      case 11:
        return random.once(2)
          ? this.#make({ _tag: "Stop", signal: "SIGINT", children: [this.expression()] })
          : this.#leaf({ _tag: "Stop", signal: "SIGQUIT", children: [] });
      case 17:
        return this.#make({ _tag: "Limits", children: this.#entries() });
      case 13: {
        const path = this.expression();
        const more = random.several(0, 2, () => this.expression());
        return this.#make({
          _tag: "State",
          name: this.#name(),
          size: more.length === 2 || (more.length === 1 && random.once(2)),
          children: [path, ...(more as [Term?, Term?])],
        });
      }
      case 14:
        return this.#make({ _tag: "Secret", name: this.#name(), children: [this.expression()] });
      case 15:
        return this.#make({ _tag: "After", children: random.several(1, 3, () => this.expression()) });
      case 16:
        return this.#make({
          _tag: "Files",
          reload: random.once(2) ? null : random.pick(["SIGHUP", "reload"]),
          children: random.several(0, 3, () =>
            this.#make({ _tag: "FileEntry", children: [this.#string(), this.expression()] }),
          ),
        });
      case 18:
        return this.#make({
          _tag: "Scratch",
          children: random.once(2) ? [this.expression()] : [this.expression(), this.expression()],
        });
      case 19:
        return this.#make({ _tag: "Schedule", children: [this.expression()] });
      case 20:
        return this.#make({
          _tag: "Grants",
          children: random.several(0, 3, () =>
            this.#leaf({ _tag: "Grant", name: random.pick(["net_admin", "mine"]), children: [] }),
          ),
        });
      case 21:
        return this.#leaf({ _tag: "ReadOnly", children: [] });
      case 22:
        return this.#make({
          _tag: "Shares",
          children: random.once(2) ? [this.expression()] : [this.expression(), this.expression()],
        });
      case 12:
        return this.#make({ _tag: "Start", children: [this.expression()] });
      default:
        return this.#make({ _tag: "Named", children: [this.expression()] });
    }
  }

  #comprehension(): Term {
    return this.#make({ _tag: "Comprehension", children: [this.expression(), ...this.#qualifiers()] });
  }

  #qualifiers(): Term[] {
    const { random } = this;
    const loop = (): Term => this.#make({ _tag: "For", name: this.#name(), children: [this.expression()] });
    const more = random.several(0, 2, () =>
      random.once(2) ? loop() : this.#make({ _tag: "Filter", children: [this.expression()] }),
    );
    return [loop(), ...more];
  }

  #element(): Term {
    return this.random.once(5)
      ? this.#make({ _tag: "Spread", children: [this.expression()] })
      : this.expression();
  }

  #entries(): Term[] {
    return this.random.several(0, 3, () =>
      this.random.once(4)
        ? this.#make({ _tag: "Spread", children: [this.expression()] })
        : this.#make({ _tag: "Entry", name: this.#name(), children: [this.expression()] }),
    );
  }

  #parameters(): Term[] {
    return this.random.several(0, 3, () =>
      this.#make({
        _tag: "Param",
        name: this.#name(),
        children: this.random.once(3) ? [this.expression()] : [],
      }),
    );
  }

  #argument(): Term {
    return this.random.once(3)
      ? this.#make({ _tag: "Arg", name: null, children: [this.#string(), this.expression()] })
      : this.#make({ _tag: "Arg", name: this.#name(), children: [this.expression()] });
  }

  #call(callee: Term): Term {
    const given = this.random.several(0, 3, () =>
      this.random.once(3) ? this.#argument() : this.expression(),
    );
    return this.#make({ _tag: "Call", children: [callee, ...given] });
  }

  /** An expression that may stand where a session does, or `end`. */
  #tail(): Term {
    const { random } = this;
    if (random.once(3)) return this.#leaf({ _tag: "End", children: [] });
    let term = this.#leaf({ _tag: "Name", name: this.#name(), children: [] });
    while (random.once(3) && !this.#spent()) {
      const kind = random.below(3);
      if (kind === 0) term = this.#make({ _tag: "Field", name: this.#name(), children: [term] });
      else if (kind === 1) term = this.#call(term);
      else term = this.#make({ _tag: "Index", children: [term, this.expression()] });
    }
    return term;
  }

  #atom(): Term {
    const { random } = this;
    switch (random.below(6)) {
      case 0: {
        const unit = random.once(2) ? random.pick([...unitNames]) : null;
        return this.#leaf({
          _tag: "Num",
          digits: random.pick(["0", "1", "42", "2.5", "007", "1000000"]),
          unit,
          children: [],
        });
      }
      case 1:
        return this.#leaf({ _tag: "Bool", value: random.once(2), children: [] });
      case 2:
        return this.#leaf({ _tag: "Str", pieces: [random.pick(texts)], children: [] });
      default:
        return this.#leaf({ _tag: "Name", name: this.#name(), children: [] });
    }
  }

  #string(): Term {
    const children = this.#spent() ? [] : this.random.several(0, 2, () => this.expression());
    return this.#make({ _tag: "Str", pieces: [0, ...children].map(() => this.random.pick(texts)), children });
  }

  #name(): string {
    return this.random.once(6) ? this.random.pick(namesElsewhere) : this.random.pick(plain);
  }

  #spent(): boolean {
    return this.#left-- <= 0;
  }

  #leaf(node: TermF<Term>): Term {
    return this.terms.intern(node);
  }

  #make(node: TermF<Term>): Term {
    return this.terms.intern(node);
  }
}

/** A program of a few declarations. */
export const randomProgram = (
  seed: number,
  terms: Terms,
  size = 60,
): { text: string; declarations: Term[] } => {
  const random = new Random(seed);
  return new Programs(random, terms, size).program(1 + random.below(6));
};
