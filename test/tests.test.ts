/** The tests themselves: each can fail, none takes what another may have. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type AnyNode, type CallExpression, parse } from "acorn";
import { full } from "acorn-walk";
import test from "ava";

const compiled = import.meta.dirname;
const sources = resolve(compiled, "../../test");

const filesIn = (folder: string, end: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(end));

const isFunction = (node: AnyNode): boolean => /Function/.test(node.type);

/** Whether the body of a test asserts something by its first parameter, or hands it on to what may. */
const asserts = (given: AnyNode, code: string): boolean => {
  if (given.type !== "ArrowFunctionExpression" && given.type !== "FunctionExpression") return true;
  const [t] = given.params;
  if (t?.type !== "Identifier") return false;
  let found = false;
  full(given.body, (node) => {
    const one = node as AnyNode;
    if (one.type !== "CallExpression") return;
    const callee = code.slice(one.callee.start, one.callee.end);
    if (callee.startsWith(`${t.name}.`)) found ||= !/\.(teardown|log|timeout|plan|pass)$/.test(callee);
    else
      found ||= one.arguments.some((argument) => argument.type === "Identifier" && argument.name === t.name);
  });
  return found;
};

/** Calls that declare a test: a title, and a function of what asserts. */
const isTest = ({ callee, arguments: given }: CallExpression, code: string): boolean =>
  given.length === 2 &&
  isFunction(given[1]!) &&
  /^(test|kernel|kernelTest|anyTest|rootTest|root|userTest|present|shared|asRoot|of)(\.serial)?$/.test(
    code.slice(callee.start, callee.end),
  );

test("every test asserts something", (t) => {
  const wrong: string[] = [];
  let seen = 0;
  for (const name of filesIn(compiled, ".test.js")) {
    const code = readFileSync(join(compiled, name), "utf8");
    full(parse(code, { ecmaVersion: "latest", sourceType: "module" }), (node) => {
      const one = node as AnyNode;
      if (one.type !== "CallExpression" || !isTest(one, code)) return;
      seen++;
      const [title, body] = one.arguments;
      if (!asserts(body!, code)) wrong.push(`${name}: ${code.slice(title!.start, title!.end)}`);
    });
  }
  t.true(seen > 700, `${seen} tests`);
  t.deepEqual(wrong, []);
});

/** Lines of tests that match, with their places. */
const linesWith = (pattern: RegExp, isMeant: (name: string) => boolean = () => true): readonly string[] =>
  filesIn(sources, ".ts")
    .filter(isMeant)
    .flatMap((name) =>
      readFileSync(join(sources, name), "utf8")
        .split("\n")
        .flatMap((line, i) => (pattern.test(line) ? [`${name}:${i + 1}: ${line.trim()}`] : [])),
    )
    .filter((line) => !line.startsWith("tests.test.ts"));

test("no test passes by saying so, and none keeps others from running", (t) => {
  t.deepEqual(linesWith(/\bt\.pass\(/), []);
  t.deepEqual(linesWith(/\btest(\.serial)?\.only\(/), []);
});

test("tests of the kernel publish and listen at ports of their own", (t) => {
  const isKernel = (name: string): boolean =>
    /^(runtime\/(netns|rootless|contract)|live\/kernel|cli\/commands\/(netns|owners))/.test(name) &&
    // It has a network of its own.
    !name.endsWith("settings-main.ts");
  t.deepEqual(linesWith(/hostPort: \d/, isKernel), []);
  t.deepEqual(linesWith(/^(?!.*\.replace\().*publish\([\w.]+, \d/, isKernel), []);
});
