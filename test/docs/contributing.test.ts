/** Whoever contributes finds the files, folders and commands that the page names. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { isKnown, isPath, isThere, namedOn, root } from "./named.ts";

const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Readonly<Record<string, string>>;
};

test("every file, folder and name is there", (t) => {
  const named = namedOn(page);
  const paths = named.filter(({ text }) => isPath(text));
  t.true(paths.length > 40, `${paths.length} paths`);
  t.deepEqual(
    paths.filter((one) => !isThere(one)).map(({ line, text }) => `${line}: ${text}`),
    [],
  );
  // Names of types and functions; clauses and commits are in code too.
  const names = named.filter(({ text }) => /^[A-Z]?[a-z]+[A-Z]?[A-Za-z]*$/.test(text));
  t.true(names.length > 5, `${names.length} names`);
  t.deepEqual(
    names.filter((one) => !existsSync(join(root, one.text)) && !isKnown(one)).map(({ text }) => text),
    [],
  );
});

test("every command of npm, and every compiled test, is there", (t) => {
  const asked = [...page.matchAll(/\bnpm run (?:--silent )?([\w-]+)/g)].map(([, name]) => name!);
  t.true(asked.length > 4);
  for (const name of asked) t.true(name in scripts, name);
  for (const [, file] of page.matchAll(/\bnpx ava (dist\/\S+\.js)/g)) {
    const source = file!.replace(/^dist\//, "").replace(/\.js$/, ".ts");
    t.true(existsSync(join(root, source)), source);
  }
});

test("every link leads to a file", (t) => {
  for (const name of ["CONTRIBUTING.md", "README.md", "SECURITY.md", "CHANGELOG.md"])
    for (const [, target] of readFileSync(join(root, name), "utf8").matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      t.true(existsSync(join(root, target!)), `${name}: ${target}`);
});
