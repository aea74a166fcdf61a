/** The page of examples: it has all of them, and each is a program without errors, laid out as `fmt` does. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { architect } from "../cli/binary.ts";

const root = new URL("../../../", import.meta.url).pathname;
const page = readFileSync(join(root, "docs/examples.md"), "utf8");
const programs = readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".arch"),
);

test("every example is on the page, without errors, and says what it is", async (t) => {
  t.true(programs.length >= 6, programs.join(" "));
  for (const name of programs) {
    t.true(page.includes(`](../examples/${name})`), name);
    const file = join(root, "examples", name);
    for (const words of [["check"], ["fmt", "--check"]]) {
      const { code, out, err } = await architect([...words, file]);
      t.is(code, 0, `${name}: ${out}${err}`);
    }
    t.regex(readFileSync(file, "utf8"), /^-- .*\n(-- .*\n)*/, name);
  }
});

test("every link leads to a file, or to a section of the page", (t) => {
  const sections = [...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
  for (const [, target] of page.matchAll(/\]\(([^)]+)\)/g))
    if (target!.startsWith("#")) t.true(sections.includes(target!.slice(1)), target);
    else t.true(existsSync(join(root, "docs", target!)), target);
});

test("inputs that it sets are those of the examples", (t) => {
  const texts = programs.map((name) => readFileSync(join(root, "examples", name), "utf8")).join("\n");
  const set = [...page.matchAll(/architect set "?([\w.]+)=/g)].map(([, name]) => name!);
  t.true(set.length >= 4);
  for (const name of set) t.true(texts.includes(`input("${name}",`), name);
});

test("the packages that it names are those that the tests install", (t) => {
  const installed = readFileSync(join(root, "scripts/test"), "utf8");
  const contributing = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const needs = [...page.matchAll(/^\| .* \| `([^|`]+)` \|$/gm)].flatMap(([, list]) => list!.split(" "));
  t.deepEqual([...new Set(needs)].sort(), [
    "etcd-server",
    "nginx-light",
    "postgresql",
    "prometheus",
    "redis-server",
  ]);
  for (const name of needs) {
    t.true(installed.includes(name), name);
    t.true(contributing.includes(name), name);
  }
});
