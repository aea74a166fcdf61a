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

const filesIn = (room: string): readonly string[] =>
  readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
    .map((name) => join(room, name))
    .filter((path) => /\.tsx?$/.test(path));

const sourceAt = (path: string): Source => {
  const text = readFileSync(join(root, path), "utf8");
  const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, name]) =>
    name!.startsWith(".") ? relative(root, resolve(root, dirname(path), name!)) : name!,
  );
  return { path, imports, lines: text.split("\n").length };
};

const sources: readonly Source[] = ["grammar", "src", "passes", "runtime"].flatMap(filesIn).map(sourceAt);

/** What a room may import of the project; the first rule that fits a path counts. */
const rules: readonly (readonly [room: string, may: readonly string[]])[] = [
  ["src/core/", ["src/core/"]],
  ["src/language/", ["src/core/", "src/language/"]],
  ["src/files/", ["src/core/", "src/files/"]],
  ["src/edits/", ["src/core/", "src/language/", "src/program/", "src/assist/", "src/edits/", "grammar/"]],
  ["grammar/", ["src/core/", "grammar/"]],
  ["passes/", ["src/core/", "src/language/", "passes/"]],
  ["runtime/", ["src/core/", "runtime/"]],
  ["src/", ["grammar/", "src/", "passes/", "runtime/"]],
];

/** Each room begins with a page that says what it may import. */
const rooms = [
  ...["grammar", "passes", "runtime", "src/assist", "src/cli", "src/core", "src/edits", "src/files"],
  ...["src/inspector", "src/language", "src/live", "src/lsp", "src/program", "src/repl"],
];

/** Rooms that may touch the machine: `node:*` modules and the FFI. */
const mayTouchTheMachine = [
  ...["runtime/", "src/cli/", "src/files/", "src/inspector/", "src/live/", "src/lsp/", "src/repl/"],
];

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

test("each room begins with what it is for, what it may import, and what holds there", (t) => {
  for (const room of rooms) {
    const page = readFileSync(join(root, room, "README.md"), "utf8");
    t.regex(
      page,
      new RegExp(`^# ${room}: .+\\n\\n.+\\n\\nMay import: .+\\.\\n\\nWhat holds here:\\n\\n- `),
      room,
    );
    const [, allowed] = /^May import: (.*)$/m.exec(page)!;
    const may = [...allowed!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
    const used = sources
      .filter(({ path }) => path.startsWith(`${room}/`))
      .flatMap(({ imports }) => imports.filter((name) => isProject(name) && !name.startsWith(`${room}/`)))
      .map((name) => rooms.find((other) => name.startsWith(`${other}/`)) ?? dirname(name));
    t.deepEqual([...new Set(used)].sort(), may.sort(), `${room} imports what its page says`);
  }
});

test("every room has its page", (t) => {
  const inSrc = readdirSync(join(root, "src"), { withFileTypes: true });
  const folders = inSrc.filter((entry) => entry.isDirectory()).map(({ name }) => `src/${name}`);
  t.deepEqual([...folders, "grammar", "passes", "runtime"].sort(), rooms);
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

test("keys of cells are put together and taken apart in one file", (t) => {
  const own = /`(held|ready|unready|observed|input) \$\{|startsWith\("(held|ready|unready|observed|input) /;
  const wrong = sources.filter(
    ({ path }) => path !== "src/core/cell-key.ts" && own.test(readFileSync(join(root, path), "utf8")),
  );
  t.deepEqual(
    wrong.map(({ path }) => path),
    [],
  );
});

test("only the ledger writes the state of a running system, and the control server its socket", (t) => {
  const writes =
    /\b(writeFile|appendFile|rename|mkdir|rm|unlink|symlink|copyFile|truncate|ftruncate|write)Sync\(|\breplaceFile\(/;
  const wrong = sources.filter(
    ({ path }) =>
      path.startsWith("src/live/") &&
      !path.startsWith("src/live/ledger/") &&
      path !== "src/live/control/server.ts" &&
      writes.test(readFileSync(join(root, path), "utf8")),
  );
  t.deepEqual(
    wrong.map(({ path }) => path),
    [],
  );
});

test("the control loop decides and does nothing else", (t) => {
  const loop = sources.filter(
    ({ path }) => path.startsWith("src/live/loop/") || path.startsWith("src/live/policy/"),
  );
  t.true(loop.length > 15);
  const wrong = loop.flatMap(({ path, imports }) =>
    imports
      .filter(
        (name) =>
          name.startsWith("node:") || /^runtime\/(?!process\/(backoff|health)\.ts|clock\.ts)/.test(name),
      )
      .map((name) => `${path} imports ${name}`),
  );
  t.deepEqual(wrong, []);
});

test("the control loop and what it is made of are given their time", (t) => {
  const own =
    /\b(performance\.now|Date\.now|new Date\(\)|setTimeout|setInterval|setImmediate|queueMicrotask|Math\.random)\b|node:timers/;
  const timed = sources.filter(({ path }) => /^src\/(live|core|reconcile\.ts)|^runtime\/memory\//.test(path));
  t.true(timed.length > 40);
  const wrong = timed.filter(({ path }) => own.test(readFileSync(join(root, path), "utf8")));
  t.deepEqual(
    wrong.map(({ path }) => path),
    [],
  );
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

/** What the oracle takes of the project: how a text is read, and what one declaration means. */
const oracleMayImport = [
  ...["grammar/", "src/language/", "test/program/oracle/"],
  ...["src/core/diagnostic.ts", "src/core/syntax/", "src/core/term.ts"],
];
/** Of this only the types: how a resource is written. */
const oracleMayName = "src/core/resource.ts";
/** What it judges, although it stands beside what it may use. */
const judged = ["src/language/member.ts", "src/language/host-name.ts"];

test("the oracle shares nothing with what it judges", (t) => {
  const files = [...filesIn("test/program/oracle"), "test/program/oracle.ts"];
  t.true(files.length > 10, `${files.length} files`);
  const isAllowed = (name: string): boolean =>
    !judged.includes(name) && [...oracleMayImport, oracleMayName].some((may) => name.startsWith(may));
  const wrong = files
    .map(sourceAt)
    .flatMap(({ path, imports }) =>
      imports
        .filter((name) => /^(grammar|src|passes|runtime|test)\//.test(name) && !isAllowed(name))
        .map((name) => `${path} imports ${name}`),
    );
  t.deepEqual(wrong, []);
  const more = files.filter((path) =>
    /import \{[^}]*\} from "[^"]*\/core\/resource\.ts"/.test(readFileSync(join(root, path), "utf8")),
  );
  t.deepEqual(more, []);
});

test("what is done with a system goes through its base case, which one file registers", (t) => {
  const own = /^runtime\/(netns|memory|netlink|nftables|relay|observe)\//;
  const wrong = sources
    .filter(({ path }) => path.startsWith("src/") && path !== "src/bases.ts")
    .flatMap(({ path, imports }) =>
      imports.filter((name) => own.test(name)).map((name) => `${path} imports ${name}`),
    );
  t.deepEqual(wrong, []);
  const named = sources.filter(
    ({ path }) =>
      /^src\/(cli|live|repl|lsp)\//.test(path) &&
      /"(netns|memory)"/.test(readFileSync(join(root, path), "utf8")),
  );
  t.deepEqual(
    named.map(({ path }) => path),
    [],
  );
});

test("the control loop lies in folders by concern", (t) => {
  const flat = readdirSync(join(root, "src/live")).filter((name) => name.endsWith(".ts"));
  t.deepEqual(flat, []);
});

test("there is no room for leftovers", (t) => {
  const names = sources.filter(({ path }) => /(^|\/)(utils?|helpers?|misc|common)(\.ts|\/)/.test(path));
  t.deepEqual(
    names.map(({ path }) => path),
    [],
  );
});
