/** Expressions that pick a port: `x.port`, `x["port"]`. */
import { isComposable } from "../../language/composition/coerce.ts";
import { childOf, type Evaluator, type Thunk } from "./thunk.ts";

/** The expression of which a port is picked; null where none is. */
export const pickedFrom = (thunk: Thunk, evaluator: Pick<Evaluator, "value">): Thunk | null => {
  const { _tag } = thunk.term.node;
  if (_tag !== "Field" && _tag !== "Index") return null;
  if (_tag === "Index" && evaluator.value(childOf(thunk, 1))._tag !== "String") return null;
  const owner = childOf(thunk, 0);
  return isComposable(evaluator.value(owner)) ? owner : null;
};
