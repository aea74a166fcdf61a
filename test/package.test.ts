/** The package, as it is published and imported. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import test from "ava";
import type * as Library from "../src/library.ts";

const root = resolve(import.meta.dirname, "../..");

interface Manifest {
  readonly name: string;
  readonly files: readonly string[];
  readonly bin: Readonly<Record<string, string>>;
}
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;

test("it has a name of its own, and the command that people know", (t) => {
  t.regex(manifest.name, /^@[a-z-]+\/architect$/);
  t.deepEqual(Object.keys(manifest.bin), ["architect"]);
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Manifest;
  t.is(lock.name, manifest.name);
});

test("the library is imported by the package's name, and in this folder by the language's", async (t) => {
  const load = (name: string): Promise<typeof Library> => import(name);
  const own = await load(manifest.name);
  const text = "automaton a {}\nsystem s = a\n";
  t.is(own.openProgram({ file: "s.arch", text }).system, "s");
  t.is(Object.keys(own).join(), "openProgram");
  // By a link, which the build makes where node_modules is this folder's own.
  if (existsSync(join(root, "node_modules/architect"))) {
    const short = await load("architect");
    t.is(short.openProgram({ file: "s.arch", text }).system, "s");
  }
});

test("what is published is all that it takes, and no test", (t) => {
  const said = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [{ files }] = JSON.parse(said) as [{ readonly files: readonly { readonly path: string }[] }];
  const paths = new Set(files.map(({ path }) => path));
  for (const path of [
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "dist/bundle/cli.cjs",
    "dist/src/cli/main.js",
    "dist/src/library.d.ts",
    "dist/src/library.js",
    "examples/hello/system.arch",
  ])
    t.true(paths.has(path), path);
  t.deepEqual(
    [...paths].filter((path) => /^(dist\/)?(test|bench)\//.test(path)),
    [],
  );
  for (const entry of manifest.files) t.true(existsSync(join(root, entry)), entry);
});
