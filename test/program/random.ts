/** Random programs and random edits of them, from a seed: the same in every run. */

export interface Random {
  /** A whole number from 0 to n - 1. */
  below(n: number): number;
  chance(p: number): boolean;
  pick<T>(items: readonly T[]): T;
}

/** Mulberry32. */
export const randomFrom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return { below, chance: (p) => next() < p, pick: (items) => items[below(items.length)]! };
};

const sessions = [
  "mu t. &{ get: ?String . !Bytes . t, quit: end }",
  "?Int . !Int",
  "mu t. &{ line: ?String . t, bye: end }",
  "&{ a: !Bytes, b: end }",
];

/** Declarations of a program that is mostly well-formed; `size` automata. */
export class Village {
  readonly #random: Random;
  readonly size: number;

  constructor(random: Random, size: number) {
    this.#random = random;
    this.size = size;
  }

  automaton(i: number): string {
    const r = this.#random;
    const clauses = [`provides p: P${i % 3} on ${i % 7 === 0 ? "udp" : "tcp"} ${1000 + r.below(3)}`];
    if (i > 0) clauses.push(`requires up: P${(i - 1) % 3}`);
    if (r.chance(0.2)) clauses.push(`requires extra?: P${r.below(3)}`);
    if (r.chance(0.5)) {
      clauses.push(
        `instances ${r.pick(["2", "n0", "n1 + 1", 'input("k", 1)', "clamp(ceil(self.connections / 10), 1, 4)"])}`,
      );
    }
    if (r.chance(0.4)) clauses.push(`runs exec ["sleep", "1${r.below(9)}"]`);
    if (r.chance(0.3)) clauses.push(`env { A = "\${region}", B = "${r.below(5)}" }`);
    if (r.chance(0.1)) clauses.push("health tcp every 2s");
    return `automaton a${i} {\n  ${clauses.join("\n  ")}\n}`;
  }

  number(i: number): string {
    const r = this.#random;
    return `let n${i} = ${r.pick(["1", "2", "3", i > 0 ? `n${i - 1} + 1` : "1", "max(1, 2)", "length([1, 2])"])}`;
  }

  wire(i: number): string {
    const r = this.#random;
    const target = `a${i - 1}`;
    return `let w${i} = ${r.pick([`a${i}(up = ${target})`, `a${i}.up => ${target}`, `[a${i}.up => ${target}]`, `a${i}.up => ${target}.p`])}`;
  }

  system(): string {
    const wires = Array.from({ length: this.size - 1 }, (_, i) => `w${i + 1}`);
    const r = this.#random;
    const published = r.pick(["a1.p", "a1.p", "a2.p", `a${r.below(this.size)}.p`, "a1.p | a4.p"]);
    const more = r.chance(0.4) ? [`publish(${published}, 808${r.below(2)})`] : [];
    return `system s = [\n  ${["a0", ...wires, ...more].join(",\n  ")},\n]`;
  }

  declarations(): string[] {
    const all = sessions.slice(0, 3).map((session, i) => `protocol P${i} = ${session}`);
    all.push('let region = input("region", "local")');
    for (let i = 0; i < 3; i++) all.push(this.number(i));
    for (let i = 0; i < this.size; i++) all.push(this.automaton(i));
    for (let i = 1; i < this.size; i++) all.push(this.wire(i));
    all.push(this.system());
    return all;
  }

  /** Another declaration for the same name, or the same with another look. */
  rewrite(declaration: string): string {
    const r = this.#random;
    const [, automaton] = /^automaton a(\d+)/.exec(declaration) ?? [];
    if (automaton !== undefined) return this.automaton(Number(automaton));
    const [, number] = /^let n(\d+)/.exec(declaration) ?? [];
    if (number !== undefined) return this.number(Number(number));
    const [, wire] = /^let w(\d+)/.exec(declaration) ?? [];
    if (wire !== undefined) return this.wire(Number(wire));
    if (declaration.startsWith("protocol")) return declaration.replace(/=.*/s, `= ${r.pick(sessions)}`);
    if (declaration.startsWith("system")) return this.system();
    return declaration;
  }

  /** One random edit of a list of declarations. */
  edit(text: readonly string[]): string[] {
    const r = this.#random;
    // Else all that may go without harm would be gone in the end.
    if (text.length < this.size || r.chance(0.005)) return this.declarations();
    const at = r.below(text.length);
    const old = text[at]!;
    const all = [...text];
    switch (r.below(24)) {
      case 0:
        all.splice(at, 1);
        return all;
      case 7:
      case 8: {
        const [, wire] = /^let w(\d+)/.exec(old) ?? [];
        // Both wires to one automaton: an automaton in two compositions.
        if (wire !== undefined) all.splice(at, 0, `let w${wire}b${r.below(1000)} = [w${wire}, a0]`);
        return all;
      }
      case 1:
        all.splice(at, 0, `let fresh${r.below(4)} = ${r.below(100)}`);
        return all;
      case 2: {
        all.splice(at, 1);
        all.splice(r.below(all.length + 1), 0, old);
        return all;
      }
      case 3:
        all[at] = `-- note ${r.below(100)}\n${old}`;
        return all;
      case 4:
        all[at] = old.replace(/\s+/, r.pick([" ", "  ", "\n"]));
        return all;
      case 5: {
        const cut = r.below(old.length);
        all[at] = old.slice(0, cut) + old.slice(cut + 1);
        return all;
      }
      case 6: {
        const cut = r.below(old.length + 1);
        all[at] =
          old.slice(0, cut) +
          r.pick(["(", ")", "}", "{", "[", ",", '"', "x", "1", "=", "let ", "--"]) +
          old.slice(cut);
        return all;
      }
      case 9: {
        const system = text.findIndex((declaration) => declaration.startsWith("system"));
        all.splice(system < 0 ? all.length : system, system < 0 ? 0 : 1, this.system());
        return all;
      }
      default:
        all[at] = this.rewrite(old);
        return all;
    }
  }
}
