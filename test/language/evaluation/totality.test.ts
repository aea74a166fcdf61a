import test from "ava";
import fc from "fast-check";
import { equal, identical } from "../../../src/language/equality.ts";
import { toJson } from "../../../src/language/json.ts";
import { show } from "../../../src/language/show.ts";
import { anyProgram } from "../generate.ts";
import { Program } from "../program.ts";

const runs = { numRuns: Number(process.env.FUZZ_RUNS ?? 300) };

test("every program has a value and problems that stand in its text, within its limits", (t) => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(anyProgram, (text) => {
      const start = performance.now();
      const program = new Program(text);
      const again = new Program(text, {}, program.document.terms);
      for (const name of program.names()) {
        const { value, problems } = program.outcome(name);
        seen.set(value._tag, (seen.get(value._tag) ?? 0) + 1);
        t.is(typeof show(value), "string");
        t.is(typeof JSON.stringify(toJson(value)), "string");
        t.true(equal(value, value) !== false);
        t.true(identical(again.outcome(name), { value, problems }), name);
        for (const { code, site, hints } of problems) {
          seen.set(code, (seen.get(code) ?? 0) + 1);
          t.not(program.textAt(site), "");
          for (const hint of hints) if (hint.site !== undefined) t.not(program.textAt(hint.site), "");
        }
      }
      t.true(performance.now() - start < 5_000, "it takes too long");
    }),
    runs,
  );
  // The programs reach most of what there is to reach.
  for (const what of [
    "Quantity",
    "List",
    "Fn",
    "Automaton",
    "Composition",
    "Poison",
    "unknown-name",
    "type-mismatch",
    "arity",
  ]) {
    t.true((seen.get(what) ?? 0) > 0, `no program came to ${what}`);
  }
});

test("whatever the limits are, evaluation keeps to them", (t) => {
  const limits = fc.record({
    steps: fc.nat(300),
    depth: fc.nat(5),
    size: fc.nat(20),
    digits: fc.nat(10),
    states: fc.nat(5),
  });
  let met = 0;
  fc.assert(
    fc.property(anyProgram, limits, (text, bounds) => {
      const program = new Program(text, { limits: bounds });
      const problems = program.check();
      if (problems.some(({ code }) => code === "limit-exceeded")) met++;
      for (const name of program.names()) {
        const { value } = program.outcome(name);
        if (value._tag === "List") t.true(value.length <= Math.max(bounds.size, 0) || value.level === 0);
        if (value._tag === "String") t.true(value.text.length <= bounds.size + 20);
      }
    }),
    runs,
  );
  t.true(met > runs.numRuns / 20, `a limit was met in ${met} programs`);
});
