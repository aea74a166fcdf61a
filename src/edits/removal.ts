/** Taking out of a composition what says an element: as little as possible, or the whole item. */
import { placeOfValue } from "../core/syntax/expressions.ts";
import { coerce, isComposable } from "../language/composition/coerce.ts";
import { sizeOf } from "../language/composition/facts.ts";
import type { Site } from "../language/problem.ts";
import type { Value } from "../language/value.ts";
import type { Found } from "../program/provenance/find.ts";
import { pickedFrom } from "../program/provenance/pick.ts";
import type { Step } from "../program/provenance/step.ts";
import { childrenOf, type Thunk } from "../program/provenance/thunk.ts";
import { withoutElement } from "./comprehension.ts";
import type { EditContext } from "./context.ts";
import { removeItem, withParentheses } from "./items.ts";
import type { Splice } from "./splice.ts";

/** The ways to take something out at one place, from the least to the most. */
export type Removal = readonly Splice[];

/** An operand of two or more, with its operator; null where what stays would mean something else. */
const withoutOperand = (
  context: EditContext,
  { chain, index, thunk }: Step & { readonly kind: "operand" },
): Removal | null => {
  const { node } = chain.term;
  const children = childrenOf(chain);
  if (node._tag !== "Chain") return null;
  const isEnd = index === 0 || index === children.length - 1;
  if (node.ops[0] !== "|" && !isEnd) return null;
  const [before, own, behind] = [children[index - 1], withParentheses(context, thunk), children[index + 1]];
  if (behind !== undefined)
    return [{ file: own.file, start: own.start, end: withParentheses(context, behind).start, text: "" }];
  return [{ file: own.file, start: withParentheses(context, before!).end, end: own.end, text: "" }];
};

/** An argument of a call; with the last one the parentheses go. */
const withoutArgument = (
  context: EditContext,
  { call, thunk }: { readonly call: Thunk; readonly thunk: Thunk },
): Removal => {
  const [callee, ...given] = childrenOf(call);
  if (given.length > 1) return [removeItem(context, thunk)];
  return [context.replace(call, context.text(callee!))];
};

/** What is published, without the publication: `x` of `publish(x.port, 80)`. */
const ownerText = (context: EditContext, call: Thunk): string => {
  const port = childrenOf(call)[1];
  const within = port?.term.node._tag === "Arg" ? childrenOf(port)[placeOfValue(port.term.node)] : port;
  if (within === undefined) return "[]";
  return context.text(pickedFrom(within, context) ?? within);
};

/** What takes an element out at one step; undefined where the step next to it outward must be asked. */
const removalAt = (context: EditContext, step: Step): Removal | null | undefined => {
  switch (step.kind) {
    case "item":
      return [removeItem(context, step.thunk)];
    case "operand":
      return withoutOperand(context, step);
    case "given":
      return step.index === 0 || step.thunk.term.node._tag !== "Arg"
        ? undefined
        : withoutArgument(context, step);
    case "requirement":
      return withoutArgument(context, step);
    case "publication":
      return [context.replace(step.thunk, ownerText(context, step.thunk))];
    case "element":
      return withoutElement(context, step);
    default:
      return undefined;
  }
};

/** All of what the system says, taken out. */
const nothing = (context: EditContext): readonly Removal[] => {
  const { system } = context;
  return system === null ? [] : [[context.replace(system, "[]")]];
};

/** More than so many facts go only where they must. */
const most = 64;

const isLarge = (value: Value): boolean =>
  isComposable(value) && sizeOf(coerce(value, nowhere).value.facts) > most;

const nowhere: Site = { module: "", declaration: "", at: 0 };

/** The ways to take out what is said at a place, the smallest first. */
export const removalsAt = (context: EditContext, { steps }: Found): readonly Removal[] => {
  const removals: Removal[] = [];
  for (const step of [...steps].reverse()) {
    // What says so much more says something that nothing else does.
    if (removals.length > 0 && isLarge(context.value(step.thunk))) break;
    const removal = removalAt(context, step);
    if (removal !== undefined && removal !== null) removals.push(removal);
  }
  return removals.length === 0 ? nothing(context) : removals;
};
