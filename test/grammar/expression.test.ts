import test from "ava";
import { parseExpression } from "../../grammar/expression.ts";
import { print } from "../../grammar/printer.ts";
import { Terms } from "../../src/core/term.ts";

test("an expression is read with the places of its terms", (t) => {
  const terms = new Terms();
  const { term, spans, errors } = parseExpression(" f(a, 1 + 2) ", terms);
  t.deepEqual(errors, []);
  t.is(print(term!), "f(a, 1 + 2)");
  // Call, f, a, the chain, 1, 2: start, end, and the same of what they are called by.
  t.deepEqual(
    [...spans],
    [
      [1, 12, 1, 12],
      [1, 2, 1, 2],
      [3, 4, 3, 4],
      [6, 11, 8, 9],
      [6, 7, 6, 7],
      [10, 11, 10, 11],
    ].flat(),
  );
});

test("a declaration is no expression, nor is nothing", (t) => {
  t.is(parseExpression("let x = 1", new Terms()).errors.length, 1);
  t.is(parseExpression("", new Terms()).errors.length, 1);
  t.is(parseExpression("1 2", new Terms()).errors.length, 1);
});
