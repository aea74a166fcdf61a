/** Operators. */
import type { Chain, ChainOp, Unary } from "../../core/syntax/expressions.ts";
import { grouped } from "../../core/tally.ts";
import type { Term } from "../../core/term.ts";
import { compareValues } from "../compare.ts";
import { describe } from "../describe.ts";
import { negate } from "../number/rational.ts";
import type { ProblemHint, Site } from "../problem.ts";
import { type Origin, siteAt } from "../site.ts";
import { number, poison, truth, type Value } from "../value.ts";
import { compute, equalWithin } from "./bounded.ts";
import { evaluateComposing } from "./composing.ts";
import { checkNames } from "./lookup.ts";
import { type Ask, ask, isComposing, isImmediate, type Machine, type Rule } from "./machine.ts";
import { reportMisfit } from "./misfit.ts";

type ArithmeticOp = "+" | "-" | "*" | "/";
type OrderOp = "<" | "<=" | ">" | ">=";

/** Both operands with their places, and that of the whole. */
interface Operands {
  readonly left: Value;
  readonly right: Value;
  readonly origin: Origin;
  readonly at: number;
  readonly leftAt: number;
  readonly rightAt: number;
}

/** Operands that are chained come in order. */
export const evaluateChain = (node: Chain<Term>, asked: Ask, machine: Machine): Value | Rule => {
  if (isComposing(node.ops[0]!)) return evaluateComposing(node, asked, machine);
  return isImmediate(asked.term) ? calculated(node, asked, machine) : calculating(node, asked, machine);
};

/** The same as `calculating`, of operands that have their values at once. */
const calculated = (node: Chain<Term>, { at, scope }: Ask, machine: Machine): Value => {
  const first = node.children[0]!;
  let left = machine.immediate(first, at + 1, scope)!;
  let place = at + 1 + first.size;
  for (let i = 0; i < node.ops.length; i++) {
    const op = node.ops[i]!;
    const child = node.children[i + 1]!;
    const rightAt = place;
    place += child.size;
    if ((op === "&&" || op === "||") && decides(op, left)) checkNames(child, rightAt, scope, machine);
    else {
      const right = machine.immediate(child, rightAt, scope)!;
      left = combine(op, operandsAt(node, i, left, right, at, rightAt, scope.origin), machine);
    }
  }
  return left;
};

/** Of a chain of two, the whole is the place. */
const operandsAt = (
  { ops }: Chain<Term>,
  index: number,
  left: Value,
  right: Value,
  at: number,
  rightAt: number,
  origin: Origin,
): Operands => ({
  left,
  right,
  origin,
  at: ops.length === 1 ? at : rightAt,
  leftAt: index === 0 ? at + 1 : at,
  rightAt,
});

function* calculating(node: Chain<Term>, { at, scope }: Ask, machine: Machine): Rule {
  const first = node.children[0]!;
  let left = machine.immediate(first, at + 1, scope) ?? (yield ask(first, at + 1, scope));
  let place = at + 1 + first.size;
  for (let i = 0; i < node.ops.length; i++) {
    const op = node.ops[i]!;
    const child = node.children[i + 1]!;
    const rightAt = place;
    place += child.size;
    if ((op === "&&" || op === "||") && decides(op, left)) {
      checkNames(child, rightAt, scope, machine);
      continue;
    }
    const right = machine.immediate(child, rightAt, scope) ?? (yield ask(child, rightAt, scope));
    left = combine(op, operandsAt(node, i, left, right, at, rightAt, scope.origin), machine);
  }
  return left;
}

/** Whether the right side is not asked: the left decides, or failed. */
const decides = (op: "&&" | "||", left: Value): boolean =>
  left._tag === "Poison" || (left._tag === "Bool" && left.value === (op === "||"));

const combine = (op: ChainOp, operands: Operands, machine: Machine): Value => {
  if (operands.left._tag === "Poison" || operands.right._tag === "Poison") return poison;
  switch (op) {
    case "+":
    case "-":
    case "*":
    case "/":
      return calculate(op, operands, machine);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return order(op, operands, machine);
    case "==":
    case "!=": {
      const { left, right } = operands;
      const verdict = equalWithin(left, right, machine, () => siteAt(operands.origin, operands.at));
      return verdict === null ? poison : truth(verdict === (op === "=="));
    }
    case "&&":
    case "||":
      return logic(op, operands, machine);
    case "=>":
    case "->":
    case "|":
      throw new Error(`\`${op}\` composes`);
  }
};

const verbs: Readonly<Record<ArithmeticOp, string>> = {
  "+": "adds numbers",
  "-": "subtracts numbers",
  "*": "multiplies numbers",
  "/": "divides numbers",
};

const calculate = (op: ArithmeticOp, operands: Operands, machine: Machine): Value => {
  const { left, right } = operands;
  const site = (): Site => siteAt(operands.origin, operands.at);
  if (left._tag !== "Quantity" || right._tag !== "Quantity") {
    const wrong = secretOf(left, right) ?? (left._tag === "Quantity" ? right : left);
    const hints = op === "+" ? joining(left, right) : [];
    const where =
      wrong === right ? siteAt(operands.origin, operands.rightAt) : siteAt(operands.origin, operands.leftAt);
    return reportMisfit(wrong, `\`${op}\` ${verbs[op]}, not ${describe(wrong)}`, where, machine, hints);
  }
  const result = compute(op, left.quantity, right.quantity, machine);
  switch (result) {
    case "stopped":
      return poison;
    case "zero":
      return machine.report("division-by-zero", "this divides by zero", site());
    case "too-long": {
      const { digits } = machine.world.limits;
      return machine.report(
        "limit-exceeded",
        `this number has more than ${grouped(digits, "digit")}`,
        site(),
      );
    }
    case "dimensions":
      return machine.report("type-mismatch", misfit(op, left, right), site());
    default:
      return number(result);
  }
};

const misfit = (op: ArithmeticOp, left: Value, right: Value): string => {
  const both = `${describe(left)} and ${describe(right)}`;
  if (op === "+" || op === "-") return `\`${op}\` takes two numbers of one dimension, not ${both}`;
  if (op === "*") return `\`*\` takes at least one plain number, not ${both}`;
  return `\`/\` takes a plain divisor, or two numbers of one dimension, not ${both}`;
};

/** A hint where `+` was meant to put things together. */
const joining = (left: Value, right: Value): readonly ProblemHint[] => {
  if (left._tag === "String" || right._tag === "String") {
    return [{ message: `to put strings together, write \`"\${a}\${b}"\`` }];
  }
  return left._tag === "List" ? [{ message: "to put lists together, write `[...a, ...b]`" }] : [];
};

/** That of two values that is a secret. */
const secretOf = (left: Value, right: Value): Value | null =>
  left._tag === "Secret" ? left : right._tag === "Secret" ? right : null;

const order = (op: OrderOp, { left, right, origin, at }: Operands, machine: Machine): Value => {
  const verdict = compareValues(left, right);
  if (verdict === null) {
    const both = `${describe(left)} and ${describe(right)}`;
    const hints = left._tag === "Bool" ? [{ message: `write \`a ${op} b && b ${op} c\` for a chain` }] : [];
    const message = `\`${op}\` compares two numbers of one dimension or two strings, not ${both}`;
    return reportMisfit(secretOf(left, right) ?? left, message, siteAt(origin, at), machine, hints);
  }
  switch (op) {
    case "<":
      return truth(verdict < 0);
    case "<=":
      return truth(verdict <= 0);
    case ">":
      return truth(verdict > 0);
    case ">=":
      return truth(verdict >= 0);
  }
};

const logic = (op: "&&" | "||", operands: Operands, machine: Machine): Value => {
  const { left, right } = operands;
  if (left._tag === "Bool" && right._tag === "Bool") return right;
  const [wrong, where] =
    left._tag === "Bool"
      ? [right, siteAt(operands.origin, operands.rightAt)]
      : [left, siteAt(operands.origin, operands.leftAt)];
  return reportMisfit(wrong, `\`${op}\` takes true or false, not ${describe(wrong)}`, where, machine);
};

export function* evaluateUnary(node: Unary<Term>, { at, scope }: Ask, machine: Machine): Rule {
  const value = yield ask(node.children[0], at + 1, scope);
  if (value._tag === "Poison") return poison;
  if (node.op === "-" && value._tag === "Quantity") {
    return number({ dimension: value.quantity.dimension, ...negate(value.quantity) });
  }
  if (node.op === "!" && value._tag === "Bool") return truth(!value.value);
  const wanted = node.op === "-" ? "`-` takes a number" : "`!` takes true or false";
  return reportMisfit(value, `${wanted}, not ${describe(value)}`, siteAt(scope.origin, at + 1), machine);
}
