/** Binding strengths: from operands and operators in a row to nested chains. */
import type { ChainOp } from "../../src/core/syntax/expressions.ts";
import type { Layer } from "../../src/core/term.ts";
import type { ParseNode } from "../parse-node.ts";
import type { Token } from "../tokens.ts";

/** Loosest first. All are left-associative; those of one level form one chain. */
export const levels: readonly (readonly ChainOp[])[] = [
  ["=>", "->"],
  ["|"],
  ["||"],
  ["&&"],
  ["==", "!=", "<", "<=", ">", ">="],
  ["+", "-"],
  ["*", "/"],
];
const levelOf: ReadonlyMap<string, number> = new Map(
  levels.flatMap((ops, level) => ops.map((op) => [op, level])),
);

/** How loosely an operator binds: 0 is the loosest. */
export const looseness = (op: ChainOp): number => levelOf.get(op)!;

type Make = (
  layer: Layer<ParseNode>,
  start: number,
  end: number,
  focusStart: number,
  focusEnd: number,
) => ParseNode;

interface Open {
  readonly level: number;
  readonly ops: Token[];
  readonly children: ParseNode[];
}

/** The node of `operands[from] operators[from] operands[from + 1] …`, in linear time. */
export const chain = (
  operands: readonly ParseNode[],
  operators: readonly Token[],
  from: number,
  make: Make,
): ParseNode => {
  const open: Open[] = [];
  const close = (last: ParseNode): ParseNode => {
    const { ops, children } = open.pop()!;
    children.push(last);
    const focus = ops[0]!;
    return make(
      { _tag: "Chain", ops: ops.map((op) => op.image as ChainOp), children },
      children[0]!.start,
      last.end,
      focus.startOffset,
      focus.end,
    );
  };
  let operand = operands[from]!;
  for (let i = from; i < operators.length; i++) {
    const op = operators[i]!;
    const level = levelOf.get(op.image)!;
    while (open.length > 0 && open[open.length - 1]!.level > level) operand = close(operand);
    const top = open[open.length - 1];
    if (top !== undefined && top.level === level) {
      top.children.push(operand);
      top.ops.push(op);
    } else open.push({ level, ops: [op], children: [operand] });
    operand = operands[i + 1]!;
  }
  while (open.length > 0) operand = close(operand);
  return operand;
};
