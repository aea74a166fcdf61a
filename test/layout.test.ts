/** The rooms of the house and the direction of imports between them. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";

/** The project's root, from dist/test. */
const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

interface Source {
  readonly path: string;
  readonly imports: readonly string[];
  readonly lines: number;
}

const sources: readonly Source[] = ["grammar", "src", "passes", "runtime"]
  .flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" }).map((name) => join(room, name)),
  )
  .filter((path) => path.endsWith(".ts"))
  .map((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, name]) =>
      name!.startsWith(".") ? relative(root, resolve(root, dirname(path), name!)) : name!,
    );
    return { path, imports, lines: text.split("\n").length };
  });

/** What a room may import of the project; the first rule that fits a path counts. */
const rules: readonly (readonly [room: string, may: readonly string[]])[] = [
  ["src/core/", ["src/core/"]],
  ["src/language/", ["src/core/", "src/language/"]],
  ["grammar/", ["src/core/", "grammar/"]],
  ["passes/", ["src/core/", "src/language/", "passes/"]],
  ["runtime/", ["src/core/", "runtime/"]],
  ["src/", ["grammar/", "src/", "passes/", "runtime/"]],
];

/** Rooms that may touch the machine: `node:*` modules and the FFI. */
const mayTouchTheMachine = ["runtime/", "src/cli/", "src/live/", "src/lsp/", "src/repl/"];

const isProject = (name: string): boolean => /^(grammar|src|passes|runtime)\//.test(name);

test("there is something to look at", (t) => {
  t.true(sources.length > 40, `${sources.length} files`);
});

test("each room imports only what it may", (t) => {
  const wrong = sources.flatMap(({ path, imports }) => {
    const [, may] = rules.find(([room]) => path.startsWith(room))!;
    return imports
      .filter((name) => isProject(name) && !may.some((room) => name.startsWith(room)))
      .map((name) => `${path} imports ${name}`);
  });
  t.deepEqual(wrong, []);
});

test("only the runtime and the commands touch the machine", (t) => {
  const wrong = sources
    .filter(({ path }) => !mayTouchTheMachine.some((room) => path.startsWith(room)))
    .flatMap(({ path, imports }) =>
      imports
        .filter((name) => name.startsWith("node:") || name === "koffi")
        .map((name) => `${path} imports ${name}`),
    );
  t.deepEqual(wrong, []);
});

test("the language, the passes and the grammar do not know the library's face", (t) => {
  const inner = sources.filter(({ path }) =>
    /^(grammar|passes|runtime|src\/core|src\/language)\//.test(path),
  );
  t.deepEqual(
    inner.flatMap(({ path, imports }) => imports.filter((name) => name === "src/library.ts").map(() => path)),
    [],
  );
});

test("no file imports itself by way of others", (t) => {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const state = new Map<string, "open" | "done">();
  const cycles: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (state.get(path) === "done") return;
    if (state.get(path) === "open") {
      cycles.push([...way.slice(way.indexOf(path)), path].join(" → "));
      return;
    }
    state.set(path, "open");
    for (const name of byPath.get(path)?.imports ?? []) if (byPath.has(name)) visit(name, [...way, path]);
    state.set(path, "done");
  };
  // Types alone make no cycle at run time; they are erased.
  for (const source of sources) {
    const text = readFileSync(join(root, source.path), "utf8");
    const typesOnly = new Set(
      [...text.matchAll(/import type [^;]*? from "(\.[^"]+)"/gs)].map(([, name]) =>
        relative(root, resolve(root, dirname(source.path), name!)),
      ),
    );
    byPath.set(source.path, { ...source, imports: source.imports.filter((name) => !typesOnly.has(name)) });
  }
  for (const { path } of sources) visit(path, []);
  t.deepEqual(cycles, []);
});

test("there is no room for leftovers", (t) => {
  const names = sources.filter(({ path }) => /(^|\/)(utils?|helpers?|misc|common)(\.ts|\/)/.test(path));
  t.deepEqual(
    names.map(({ path }) => path),
    [],
  );
});
