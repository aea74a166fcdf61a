import test from "ava";
import { parseExpression } from "../../grammar/expression.ts";
import { bindings, bindsNames, bindsSelf } from "../../src/core/bindings.ts";
import { type Term, Terms } from "../../src/core/term.ts";
import { randomProgram } from "../grammar/arbitrary.ts";

const term = (text: string): Term => parseExpression(text, new Terms()).term!;

/** A child by its index, a binding by its name. */
const shown = (of: Term): readonly string[] =>
  bindings(of).map((scope) =>
    scope.map((step) => (typeof step === "number" ? step : `${step.kind} ${step.name}`)).join(", "),
  );

test("a parameter is known to the defaults behind it and to the body", (t) => {
  t.deepEqual(shown(term("fn(a, b = a) a + b")), ["0, parameter a, 1, parameter b, 2"]);
});

test("a `let` knows its parameters in its value, and itself in its body only", (t) => {
  t.deepEqual(shown(term("let f(x) = x in f(1)")), ["0, parameter x, 1", "let f, 2"]);
  t.deepEqual(shown(term("let x = 1 in x")), ["0", "let x, 1"]);
});

test("what a comprehension runs over is known to what stands behind it, and to its body", (t) => {
  t.deepEqual(shown(term("[x + y for x in xs if x > 1 for y in x]")), ["1, for x, 2, 3, for y, 0"]);
});

test("what a clause is repeated for is known in the clause, and self is not known to it", (t) => {
  const automaton = term('automaton "a" { env { A = i + self.index } for i in xs if i > 1 }');
  const [, repeated] = automaton.node.children as readonly Term[];
  t.deepEqual(shown(repeated!), ["1, for i, 2, 0"]);
});

test("self is known in all of a clause that may speak of it", (t) => {
  const automaton = term('automaton "a" { instances self.cpu settle 1m restart never }');
  const [, instances, restart] = automaton.node.children as readonly Term[];
  t.deepEqual(shown(instances!), ["self self, self requires, self provides, 0, 1"]);
  t.deepEqual(shown(restart!), [""]);
});

test("each child of any term stands in one scope, and only binders bind", (t) => {
  const terms = new Terms();
  let binders = 0;
  for (let seed = 0; seed < 40; seed++) {
    const todo: Term[] = [...randomProgram(seed, terms, 8).declarations];
    for (let one = todo.pop(); one !== undefined; one = todo.pop()) {
      const parts = one.node.children as readonly Term[];
      const steps = bindings(one).flat();
      const indices = steps.filter((step) => typeof step === "number");
      t.deepEqual(
        [...indices].sort((a, b) => a - b),
        parts.map((_, i) => i),
      );
      const { _tag } = one.node;
      const kinds = new Set(steps.flatMap((step) => (typeof step === "number" ? [] : [step.kind])));
      t.is(kinds.has("self"), bindsSelf(_tag));
      if (kinds.size > 0 && !kinds.has("self")) {
        t.true(bindsNames(_tag), _tag);
        binders++;
      }
      todo.push(...parts);
    }
  }
  t.true(binders > 100, `${binders}`);
});
