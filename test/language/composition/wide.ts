/** For tests of long lists: operations without their problems. */
import type { ArrowOp } from "../../../src/core/syntax/expressions.ts";
import * as algebra from "../../../src/language/composition/algebra.ts";
import type { Composition } from "../../../src/language/composition/composition.ts";
import type { Site } from "../../../src/language/problem.ts";
import type { Value } from "../../../src/language/value.ts";
import { compositionOf } from "./graphs.ts";

export { automaton, compositionOf, site, told } from "./graphs.ts";

export const arrow = (op: ArrowOp, x: Value, y: Value, where: Site): Composition =>
  compositionOf(algebra.arrow(op, x, y, where));
