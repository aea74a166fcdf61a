/**
 * Runs the rules of evaluation with a stack of its own, so that neither deep terms nor
 * deep calls can overflow, and counts steps, so that every program ends.
 *
 * A rule is a generator: it yields what it wants evaluated and gets the value back.
 */
import type { Code } from "../../core/diagnostic.ts";
import type { ChainOp } from "../../core/syntax/expressions.ts";
import { grouped } from "../../core/tally.ts";
import type { Term } from "../../core/term.ts";
import type { Problem, ProblemHint, Site } from "../problem.ts";
import { focusAt, type Origin, siteAt } from "../site.ts";
import { poison, type Value } from "../value.ts";
import type { EvaluationResult, Seen, World } from "../world.ts";
import { Findings } from "./findings.ts";
import type { Scope } from "./scope.ts";

/** A term to be evaluated at its place. */
export class Ask {
  readonly term: Term;
  readonly at: number;
  readonly scope: Scope;

  constructor(term: Term, at: number, scope: Scope) {
    this.term = term;
    this.at = at;
    this.scope = scope;
  }
}

export interface Rule extends Generator<Ask | Rule, Value, Value> {}

/** A value at once, where a term needs no others. */
export type Evaluator = (ask: Ask, machine: Machine) => Value | Rule;

export const ask = (term: Term, at: number, scope: Scope): Ask => new Ask(term, at, scope);

export const isRule = (made: Value | Rule): made is Rule =>
  (made as { readonly _tag?: unknown })._tag === undefined;

const isLeaf = ({ node }: Term): boolean =>
  node._tag === "Name" ||
  node._tag === "Num" ||
  node._tag === "Bool" ||
  (node._tag === "Str" && node.children.length === 0);

/** Larger terms take a rule: what has its value at once goes down the call stack. */
const mostImmediate = 16;

/** Of larger terms than leaves: whether they are simple. Asked each time that one is evaluated. */
const simple = new WeakMap<Term, boolean>();

/** Operators and branches, and strings put together, of what has its value at once. */
const isSimple = (term: Term): boolean => {
  if (term.size > mostImmediate) return false;
  const { _tag } = term.node;
  if (_tag !== "If" && _tag !== "Str" && _tag !== "Chain") return false;
  let known = simple.get(term);
  if (known === undefined) {
    const children = term.node.children as readonly Term[];
    known =
      (_tag !== "Chain" || !isComposing(term.node.ops[0]!)) && children.every((child) => isImmediate(child));
    simple.set(term, known);
  }
  return known;
};

/** Whether operands are composed, and not calculated with. */
export const isComposing = (op: ChainOp): boolean => op === "=>" || op === "->" || op === "|";

/** Whether a term has its value at once, without a rule: names, literals with nothing but them within, and what is small and made of these alone. */
export const isImmediate = (term: Term): boolean =>
  isLeaf(term) || (term.node._tag === "List" ? term.node.children.every(isLeaf) : isSimple(term));

/** Machines within machines go down the call stack, for chunks that are remembered and for protocols. */
const maxRemembered = 16;
const maxNest = 48;

/** Where a call stands. */
export interface CallPlace {
  readonly origin: Origin;
  readonly at: number;
}

const nothingWrong: readonly Problem[] = [];

interface Nested {
  readonly nest: number;
  readonly steps: number;
  /** Whether its steps are charged to another machine, which then reports that they are too many. */
  readonly isCharged: boolean;
}

export class Machine {
  readonly world: World;
  readonly origin: Origin;
  readonly #evaluator: Evaluator;
  readonly #nest: number;
  readonly #isCharged: boolean;
  /** These two are seldom needed. */
  #findings: Findings | null = null;
  #visited: Set<number> | null = null;
  readonly #calls: CallPlace[] = [];
  #steps: number;
  #stopped = false;

  constructor(world: World, origin: Origin, evaluator: Evaluator, nested?: Nested) {
    this.world = world;
    this.origin = origin;
    this.#evaluator = evaluator;
    this.#nest = nested?.nest ?? 0;
    this.#isCharged = nested?.isCharged ?? false;
    this.#steps = nested?.steps ?? world.limits.steps;
  }

  /** Whether a chunk may be remembered, or is too deep in others. */
  get canRemember(): boolean {
    return this.#nest < maxRemembered;
  }

  /**
   * Evaluates a chunk in a world of its own, with steps of its own: what it costs must not
   * depend on where it stands. `isCharged`: each use of the result is charged what it `spent`.
   */
  forChunk(world: World, origin: Origin, isCharged: boolean): Machine {
    const nested = { nest: this.#nest + 1, steps: world.limits.steps, isCharged };
    return new Machine(world, origin, this.#evaluator, nested);
  }

  /** How many of the limit's steps a machine for a chunk has taken. */
  get spent(): number {
    return this.world.limits.steps - this.#steps;
  }

  /** Evaluates something by itself, at the cost of this one. */
  aside(wanted: Ask): EvaluationResult {
    if (this.#nest >= maxNest) {
      const value = this.report(
        "limit-exceeded",
        "protocols and expressions are too deep in one another here",
        focusAt(this.origin, 0),
      );
      this.#stopped = true;
      return { value, problems: [] };
    }
    const nested = { nest: this.#nest + 1, steps: this.#steps, isCharged: false };
    const inner = new Machine(this.world, this.origin, this.#evaluator, nested);
    const value = inner.run(wanted);
    this.#steps = inner.#steps;
    this.#stopped ||= inner.#stopped;
    return { value, problems: inner.problems };
  }

  get problems(): readonly Problem[] {
    return this.#findings?.all ?? nothingWrong;
  }

  /** Notes a problem; what failed is poison. */
  report(code: Code, message: string, site: Site, hints: readonly ProblemHint[] = []): Value {
    this.take([{ code, message, site, hints }]);
    return poison;
  }

  /** Notes what is likely wrong, and fails nothing. */
  warn(code: Code, message: string, site: Site, hints: readonly ProblemHint[] = []): void {
    this.take([{ code, severity: "warning", message, site, hints }]);
  }

  /** Notes what one step found. In a function the call that led there is told too. */
  take(problems: readonly Problem[]): void {
    if (problems.length === 0) return;
    const [call] = this.#calls;
    this.#findings ??= new Findings();
    if (call === undefined) this.#findings.add(problems);
    else {
      const hint = { message: "it comes of this call", site: siteAt(call.origin, call.at) };
      this.#findings.add(problems.map((problem) => ({ ...problem, hints: [...problem.hints, hint] })));
    }
  }

  /** Whether this is the first time that it is asked for a position. */
  firstAt(at: number): boolean {
    this.#visited ??= new Set();
    const before = this.#visited.size;
    return this.#visited.add(at).size > before;
  }

  /** Accounts for work beyond one step a term. False where there was too much of it: give up. */
  charge(steps: number): boolean {
    this.#steps -= steps;
    return this.#steps >= 0 || this.#exhausted();
  }

  #exhausted(): false {
    if (!this.#stopped) {
      this.#stopped = true;
      if (this.#isCharged) return false;
      const { steps } = this.world.limits;
      this.report(
        "limit-exceeded",
        `evaluating this takes more than ${grouped(steps, "step")}`,
        focusAt(this.origin, 0),
        [
          {
            message:
              "is there a list over a list over a list, or a function that calls itself through its argument?",
          },
        ],
      );
    }
    return false;
  }

  /** Goes one call deeper; every `enter` that is true needs its `leave`. */
  enter(call: CallPlace): boolean {
    const { depth } = this.world.limits;
    if (this.#calls.length < depth) {
      this.#calls.push(call);
      return true;
    }
    if (!this.#stopped) {
      this.#stopped = true;
      const message = `more than ${grouped(depth, "call is", "calls are")} within one another here`;
      this.report("limit-exceeded", message, siteAt(call.origin, call.at), [
        { message: "a function that calls itself through its argument never ends" },
      ]);
    }
    return false;
  }

  /** Whether a call now is one that a remembered chunk itself makes: what it comes to may serve others. */
  get callsFromChunk(): boolean {
    return this.#nest > 0 && this.#calls.length === 0 && this.world.noteReads !== undefined;
  }

  /** From now on: what is spent and read; null where something was found wrong meanwhile. */
  account(): () => { readonly seen: Seen; readonly steps: number } | null {
    const [noted, steps, { length }] = [this.world.noteReads?.(), this.#steps, this.problems];
    return () => {
      const seen = noted?.() ?? [];
      const isFine = this.problems.length === length && !this.#stopped;
      return isFine ? { seen, steps: steps - this.#steps } : null;
    };
  }

  leave(): void {
    this.#calls.pop();
  }

  /** The value of what is wanted; poison as soon as a limit is met. */
  run(wanted: Ask | Rule): Value {
    const stack: Rule[] = [];
    let next = wanted;
    for (;;) {
      const made = next instanceof Ask ? this.#begin(next) : next;
      let value = poison;
      if (isRule(made)) stack.push(made);
      else value = made;
      for (;;) {
        const top = stack[stack.length - 1];
        if (top === undefined) return this.#stopped ? poison : value;
        const resumed = top.next(value);
        if (this.#stopped) return poison;
        if (resumed.done !== true) {
          next = resumed.value;
          break;
        }
        stack.pop();
        value = resumed.value;
      }
    }
  }

  /** The value of a term that has it at once, without going through the stack; else undefined. */
  immediate(term: Term, at: number, scope: Scope): Value | undefined {
    return isImmediate(term) ? (this.#begin(new Ask(term, at, scope)) as Value) : undefined;
  }

  #begin(wanted: Ask): Value | Rule {
    return this.charge(1) ? this.#evaluator(wanted, this) : poison;
  }
}
