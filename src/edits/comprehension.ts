/** A comprehension without one of its elements. */
import { asInteger } from "../language/quantity.ts";
import { elements } from "../language/rope.ts";
import type { Step } from "../program/provenance/step.ts";
import { childrenOf, type Thunk } from "../program/provenance/thunk.ts";
import type { EditContext } from "./context.ts";
import { conditionOf, namesBound, sourceOf } from "./element.ts";
import { removeItem } from "./items.ts";
import type { Splice } from "./splice.ts";

type ElementStep = Step & { readonly kind: "element" };

/** The source as `range(a, b)` or `range(b)`, and which end of it the element is; null where it is neither. */
const shortened = (context: EditContext, source: Thunk, index: number): readonly Splice[] | null => {
  const [callee, ...bounds] = childrenOf(source);
  if (source.term.node._tag !== "Call" || callee?.term.node._tag !== "Name") return null;
  if (context.value(callee)._tag !== "Builtin" || callee.term.node.name !== "range") return null;
  const last = bounds.at(-1);
  const list = context.value(source);
  if (last?.term.node._tag !== "Num" || list._tag !== "List" || index !== list.length - 1) return null;
  const end = context.value(last);
  const number = end._tag === "Quantity" ? asInteger(end.quantity) : null;
  return number === null ? null : [context.replace(last, String(number - 1))];
};

/** The item that a list literal has for the element. */
const withoutSourceItem = (context: EditContext, source: Thunk, index: number): readonly Splice[] | null => {
  const { node } = source.term;
  if (
    node._tag !== "List" ||
    node.children.some((child) => child.node._tag === "Spread" || child.node._tag === "Chunk")
  )
    return null;
  const item = childrenOf(source)[index];
  return item === undefined ? null : [removeItem(context, item)];
};

/** The last of a range shortens it, an item of a list goes, any other is left out by a filter. */
export const withoutElement = (context: EditContext, element: ElementStep): readonly Splice[] | null => {
  const source = sourceOf(element.thunk);
  const [name] = namesBound(element);
  const index = name?.from._tag === "Element" ? name.from.index : -1;
  if (source !== null && index >= 0) {
    const list = context.value(source);
    const isOnce =
      list._tag === "List" && [...elements(list)].filter((one) => one === name?.value).length <= 1;
    const direct = shortened(context, source, index) ?? withoutSourceItem(context, source, index);
    if (isOnce && direct !== null) return direct;
  }
  const condition = conditionOf(element, "!=");
  if (condition === null) return null;
  const { file, end } = context.extent(childrenOf(element.thunk).at(-1)!);
  return [{ file, start: end, end, text: ` if ${condition}` }];
};
