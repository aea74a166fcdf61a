/** Numbers, strings and truth values. */
import type { Num, Str } from "../../core/syntax/expressions.ts";
import { grouped } from "../../core/tally.ts";
import type { Term } from "../../core/term.ts";
import { asText } from "../builtins/texts.ts";
import { describe } from "../describe.ts";
import { parseQuantity, unitNames } from "../number/unit.ts";
import { joinPieces, shownText } from "../secret.ts";
import { siteAt } from "../site.ts";
import { number, poison, type Secret, text, type Value } from "../value.ts";
import { type Ask, ask, isImmediate, type Machine, type Rule } from "./machine.ts";

/** What literals mean: the same wherever they stand, and however often. */
const numbers = new WeakMap<Num<Term>, Value>();

export const evaluateNumber = (node: Num<Term>, { at, scope }: Ask, machine: Machine): Value => {
  const known = numbers.get(node);
  if (known !== undefined && node.digits.length <= machine.world.limits.digits) return known;
  const site = siteAt(scope.origin, at);
  const { digits } = machine.world.limits;
  if (node.digits.length > digits) {
    return machine.report("limit-exceeded", `a number has at most ${grouped(digits, "digit")}`, site);
  }
  const quantity = parseQuantity(node.digits, node.unit);
  if (quantity !== null) {
    const value = number(quantity);
    numbers.set(node, value);
    return value;
  }
  const message = `\`${node.unit}\` is no unit; the units are ${unitNames.join(", ")}`;
  return machine.report("type-mismatch", message, site);
};

export const evaluateString = (node: Str<Term>, asked: Ask, machine: Machine): Value | Rule => {
  const [content] = node.pieces;
  if (node.children.length > 0)
    return isImmediate(asked.term) ? joined(node, asked, machine) : joining(node, asked, machine);
  const { size } = machine.world.limits;
  if (content!.length > size) {
    const message = `this string has more than ${grouped(size, "character")}`;
    return machine.report("limit-exceeded", message, siteAt(asked.scope.origin, asked.at));
  }
  return machine.charge(content!.length >>> 6) ? text(content!) : poison;
};

/** A string while it is put together. */
class Joined {
  readonly #node: Str<Term>;
  readonly #asked: Ask;
  readonly #machine: Machine;
  readonly #written: (string | Secret)[];
  #length: number;
  #isWhole = true;
  #isSecret = false;
  #failed: Value | null = null;

  constructor(node: Str<Term>, asked: Ask, machine: Machine) {
    this.#node = node;
    this.#asked = asked;
    this.#machine = machine;
    this.#written = [node.pieces[0]!];
    this.#length = node.pieces[0]!.length;
  }

  /** Takes what the child of an index came to, which stands at a position. False: give up. */
  take(value: Value, index: number, childAt: number): boolean {
    const { scope, at } = this.#asked;
    const content = value._tag === "Secret" ? value.pieces : asText(value);
    if (content === null) {
      this.#isWhole = false;
      if (value._tag === "Poison") return true;
      const hints = value._tag === "List" ? [{ message: 'write `join(", ", list)` for its elements' }] : [];
      const message = `a string holds strings, numbers and truth values, not ${describe(value)}`;
      this.#machine.report("type-mismatch", message, siteAt(scope.origin, childAt), hints);
      return true;
    }
    const next = this.#node.pieces[index + 1]!;
    if (typeof content === "string") this.#written.push(content, next);
    else {
      this.#written.push(...content, next);
      this.#isSecret = true;
    }
    this.#length += shownText(content).length + next.length;
    const { size } = this.#machine.world.limits;
    if (this.#length <= size) return true;
    const message = `this string has more than ${grouped(size, "character")}`;
    this.#failed = this.#machine.report("limit-exceeded", message, siteAt(scope.origin, at));
    return false;
  }

  get value(): Value {
    if (this.#failed !== null) return this.#failed;
    if (!this.#isWhole || !this.#machine.charge(this.#length >>> 6)) return poison;
    if (this.#isSecret) return { _tag: "Secret", pieces: joinPieces(this.#written) };
    return text(this.#written.join(""));
  }
}

/** Of what has its value at once. */
const joined = (node: Str<Term>, asked: Ask, machine: Machine): Value => {
  const string = new Joined(node, asked, machine);
  let childAt = asked.at + 1;
  for (let i = 0; i < node.children.length; i++) {
    const child = node.children[i]!;
    if (!string.take(machine.immediate(child, childAt, asked.scope)!, i, childAt)) break;
    childAt += child.size;
  }
  return string.value;
};

function* joining(node: Str<Term>, asked: Ask, machine: Machine): Rule {
  const string = new Joined(node, asked, machine);
  let childAt = asked.at + 1;
  for (let i = 0; i < node.children.length; i++) {
    const child = node.children[i]!;
    if (!string.take(yield ask(child, childAt, asked.scope), i, childAt)) break;
    childAt += child.size;
  }
  return string.value;
}
