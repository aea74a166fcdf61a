/** The language's public cases, in `test/conformance`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import test from "ava";
import { parseExpression } from "../grammar/expression.ts";
import { Terms } from "../src/core/term.ts";
import { evaluateExpression } from "../src/language/evaluate.ts";
import { toJson } from "../src/language/json.ts";
import { defaultLimits, type World } from "../src/language/world.ts";
import { openProgram } from "../src/library.ts";
import { expected, found } from "./expectation.ts";

const folder = resolve(import.meta.dirname, "../../test/conformance");
const read = (name: string): string => readFileSync(join(folder, name), "utf8");

for (const name of readdirSync(join(folder, "programs"))) {
  test(`program ${name}`, (t) => {
    const text = read(`programs/${name}`);
    t.is(found(name, text), expected(text));
  });
}

test("sessions.json: a wire fits where the provided protocol is a subtype", (t) => {
  const cases = JSON.parse(read("sessions.json")) as { provided: string; required: string; fits: boolean }[];
  for (const { provided, required, fits } of cases) {
    const text = [
      `protocol P = ${provided}`,
      `protocol R = ${required}`,
      "automaton a { requires r: R }",
      "automaton b { provides p: P on tcp 1 }",
      "system s = a => b",
    ].join("\n");
    const codes = openProgram({ file: "s.arch", text }).diagnostics.map(({ code }) => code);
    t.deepEqual(codes, fits ? [] : ["protocol-mismatch"], text);
  }
});

test("values.json: expressions come out as said", (t) => {
  const world: World = {
    module: "",
    global: () => undefined,
    globals: () => [],
    input: (_, fallback) => fallback,
    observed: () => 0,
    remember: (_, __, compute) => compute(world),
    limits: defaultLimits,
  };
  for (const { expression, json } of JSON.parse(read("values.json")) as {
    expression: string;
    json: unknown;
  }[]) {
    const { term } = parseExpression(expression, new Terms());
    t.not(term, null, expression);
    const { value, problems } = evaluateExpression(term!, "", world);
    t.deepEqual(problems, [], expression);
    t.deepEqual(toJson(value), json, expression);
  }
});

/** Cases that are handed out beside the project, where they are. */
const shared = resolve(import.meta.dirname, "../../../shared/conformance");

(existsSync(shared) ? test : test.skip)("the cases beside the project are these", (t) => {
  const names = [
    "sessions.json",
    "values.json",
    ...readdirSync(join(shared, "programs")).map((name) => `programs/${name}`),
  ];
  for (const name of names) t.is(read(name), readFileSync(join(shared, name), "utf8"), name);
});
