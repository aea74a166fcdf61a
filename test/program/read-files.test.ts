/** Files that a program reads with `read`: found, given other texts, refused, taken back. */
import test from "ava";
import { observable } from "../../src/core/observable.ts";
import { openProgram } from "../../src/library.ts";
import { explain } from "../../src/program/explain.ts";
import { joinPath, type ResolveImport } from "../../src/program/imports.ts";
import { Program } from "../../src/program/program.ts";

/** A program over files in memory, and what was asked for. */
const open = (files: Record<string, string>, limits = {}) => {
  const asked: string[] = [];
  const resolveImport: ResolveImport = (path, from) => {
    const file = joinPath(path, from);
    asked.push(file);
    const text = files[file];
    return text === undefined ? null : { file, text };
  };
  const program = new Program({ file: "main.arch", text: files["main.arch"]!, resolveImport, limits });
  program.start();
  return { program, asked };
};

const told = ({ diagnostics }: Program): readonly string[] =>
  diagnostics.map(
    ({ code, message, range }) => `${range.start.line}:${range.start.column} ${code} ${message}`,
  );

const two = `automaton a { runs exec ["true"] env { TEXT = read("./a.txt") } }
automaton b { runs exec ["true"] env { TEXT = read("./b.txt") } }
system s = [a, b]
`;

const envOf = (program: Program): readonly string[] =>
  [...program.resources()].flatMap((one) =>
    one.kind === "process" ? [`${one.automaton}: ${one.env.TEXT}`] : [],
  );

test("a text is read once, and stands where it was read", (t) => {
  const { program, asked } = open({ "main.arch": two, "a.txt": "one\n", "b.txt": "two" });
  t.deepEqual(told(program), []);
  t.deepEqual(envOf(program), ["a: one\n", "b: two"]);
  program.update(`${two}-- a comment\nlet more = read("./a.txt")\n`);
  t.deepEqual(asked, ["a.txt", "b.txt"]);
});

test("another text changes what reads it, and nothing else", (t) => {
  const { program } = open({ "main.arch": two, "a.txt": "one", "b.txt": "two" });
  const { operations, stats } = program.update("three", "a.txt");
  t.deepEqual(
    operations.map(({ op, key }) => `${op} ${key}`),
    ["update process/a/0"],
  );
  t.deepEqual(program.because(operations[0]!), [{ what: "file a.txt", change: "edited" }]);
  t.deepEqual([stats.evaluated, stats.parsed], [1, 0]);
  t.deepEqual(envOf(program), ["a: three", "b: two"]);
  t.deepEqual(program.update("three", "a.txt").operations, []);
  t.deepEqual(program.update("three", "c.txt").operations, []);
});

test("a path is one from the file in which it is written, also in a function of another file", (t) => {
  const { program } = open({
    "main.arch": `import "./lib/lib.arch" { conf }
automaton a { runs exec ["true"] env { TEXT = join(" ", [conf("x"), read("./x.txt")]) } }
system s = a
`,
    "lib/lib.arch": 'let conf(name) = read(join("", ["./", name, ".txt"]))\n',
    "x.txt": "here",
    "lib/x.txt": "there",
  });
  t.deepEqual(told(program), []);
  t.deepEqual(envOf(program), ["a: there here"]);
});

test("a file that is not there, not to be read, or no text is told where it is named", (t) => {
  const find: ResolveImport = (path) =>
    path === "./folder"
      ? { file: "folder", reason: "it is a directory", _tag: "NoFile" }
      : path === "./large"
        ? { file: "large", reason: "it has more than 5 bytes", _tag: "TooLarge" }
        : path === "./bytes"
          ? { file: "bytes", text: "a\udcff" }
          : path === "./long"
            ? "x".repeat(101)
            : null;
  const text = ["./none", "./folder", "./large", "./bytes", "./long"]
    .map((path, i) => `let x${i} = read("${path}")\n`)
    .join("");
  const program = new Program({ file: "dir/main.arch", text, resolveImport: find, limits: { size: 100 } });
  program.start();
  t.deepEqual(told(program), [
    '1:15 import-not-found there is no file "./none"',
    '2:15 import-not-found cannot read "./folder": it is a directory',
    '3:15 limit-exceeded cannot read "./large": it has more than 5 bytes',
    '4:15 import-not-found cannot read "./bytes": it is no text in UTF-8: it has the byte 0xff',
    '5:15 limit-exceeded cannot read "./long": it has more than 100 characters, the bound of a string',
  ]);
  t.regex(program.diagnostics[0]!.hints[0]!.message, /this one looks for dir\/none$/);
});

test("without a resolver no file is found: the library reads none by itself", (t) => {
  const { diagnostics } = openProgram({ file: "main.arch", text: 'let x = read("/etc/hostname")\n' });
  t.deepEqual(
    diagnostics.map(({ code }) => code),
    ["import-not-found"],
  );
});

test("a text with which the program is wrong is taken back, and so is an edit that reads another", (t) => {
  const text = `let n = if read("./n.txt") == "one" then 1 else 0\nlet x = 1 / n\n`;
  const files: Record<string, string> = { "main.arch": text, "n.txt": "one" };
  const { program } = open(files);
  t.deepEqual(told(program), []);
  program.update("zero", "n.txt");
  t.is(program.diagnostics[0]?.code, "division-by-zero");
  t.deepEqual(
    [...program.workspace.readFiles.all].map(({ cell }) => cell.value.text),
    ["one"],
  );
  files["n.txt"] = "changed unseen";
  program.update(
    `let n = if read("./n.txt") == "one" then 1 else 0 -- edited\nlet x = 1 / n\nlet y = 1 / 0\n`,
  );
  t.is(program.diagnostics[0]?.code, "division-by-zero");
  t.deepEqual(
    [...program.workspace.readFiles.all].map(({ cell }) => cell.value.text),
    ["one"],
    "what was taken back has the text that it had",
  );
});

test("a file that was missing is looked for again with the next text; what only a refused text read is known", (t) => {
  const files: Record<string, string> = { "main.arch": "let x = 1\n" };
  const { program } = open(files);
  const wanted = 'let x = read("./late.txt")\n';
  t.is(program.update(wanted).diagnostics[0]?.code, "import-not-found");
  t.deepEqual(program.workspace.readFiles.sought, [{ path: "./late.txt", from: "main.arch" }]);
  files["late.txt"] = "here";
  t.deepEqual(program.update(wanted).diagnostics, []);
  t.deepEqual(program.workspace.readFiles.sought, []);
  program.update("let x = 2\n");
  t.deepEqual([...program.workspace.readFiles.all], [], "what nothing reads is forgotten");
  files["late.txt"] = "other";
  program.update(wanted);
  t.deepEqual(
    [...program.workspace.readFiles.all].map(({ cell }) => cell.value.text),
    ["other"],
  );
});

test("a program that was wrong from the beginning finds the file that came", (t) => {
  const files: Record<string, string> = { "main.arch": two, "a.txt": "one" };
  const { program } = open(files);
  t.is(program.diagnostics[0]?.code, "import-not-found");
  files["b.txt"] = "two";
  t.deepEqual(program.update(`${two}\n`).diagnostics, []);
  t.deepEqual(envOf(program), ["a: one", "b: two"]);
});

test("with `reload` another text replaces files, and no process", (t) => {
  const text = `automaton a { runs exec ["true"] files { "/etc/a" = read("./a.txt") } reload SIGHUP }
automaton b { runs exec ["true"] files { "/etc/b" = read("./a.txt") } }
system s = [a, b]
`;
  const { program } = open({ "main.arch": text, "a.txt": "one" });
  const specs = (): readonly (readonly [string, string])[] =>
    [...program.resources()].flatMap((one) =>
      one.kind === "process" ? [[one.automaton, one.spec] as const] : [],
    );
  const before = new Map(specs());
  const { operations } = program.update("two", "a.txt");
  const changed = operations.filter(
    ({ before: old, after }) => JSON.stringify(observable(old!)) !== JSON.stringify(observable(after!)),
  );
  t.deepEqual(changed.map(({ op, key }) => `${op} ${key}`).sort(), [
    "update files/a/0",
    "update process/b/0",
  ]);
  const after = new Map(specs());
  t.is(after.get("a"), before.get("a"));
  t.not(after.get("b"), before.get("b"));
  t.like(operations.find(({ key }) => key === ("files/a/0" as string))?.after, {
    signal: "SIGHUP",
    spec: after.get("a"),
    files: [{ path: "/etc/a", text: "two", mode: "0644" }],
  });
  // Another mode is another program.
  program.update(
    text.replace('read("./a.txt") } reload', '{ text = read("./a.txt"), mode = "0600" } } reload'),
  );
  t.not(new Map(specs()).get("a"), after.get("a"));
});

test("a clause that speaks of its instance reads a file for each, and is followed", (t) => {
  const each = `automaton a { runs exec ["true"] instances 2 files { "/etc/a" = read("./a.\${self.index}") } }\nsystem s = a\n`;
  const files: Record<string, string> = { "main.arch": each, "a.0": "zero", "a.1": "one" };
  const { program, asked } = open(files);
  t.deepEqual(told(program), []);
  const texts = (): readonly (string | undefined)[] =>
    [...program.resources()].flatMap((one) => (one.kind === "process" ? [one.files?.[0]?.text] : []));
  t.deepEqual(texts(), ["zero", "one"]);
  program.observe([]);
  program.update(`${each}-- a comment\n`);
  t.deepEqual(asked, ["a.0", "a.1"]);
  const { operations } = program.update("other", "a.1");
  t.deepEqual(operations.map(({ key }) => key) as string[], ["process/a/1"]);
  t.deepEqual(program.because(operations[0]!), [{ what: "file a.1", change: "edited" }]);
  t.deepEqual(texts(), ["zero", "other"]);
  // Of one that has none, the mistake is told, and the last good program stands.
  t.deepEqual(
    program.update(each.replace("instances 2", "instances 3")).diagnostics.map(({ code }) => code),
    ["import-not-found"],
  );
  t.deepEqual(program.workspace.readFiles.sought, [{ path: "./a.2", from: "main.arch" }]);
  t.deepEqual(texts(), ["zero", "other"]);
  program.update("zero again", "a.0");
  t.deepEqual(texts(), ["zero again", "other"]);
  files["a.2"] = "two";
  program.update(each.replace("instances 2", "instances 3"));
  t.deepEqual(texts(), ["zero again", "other", "two"]);
});

test("the files that are read are among what an automaton was computed from, and their texts are not told", (t) => {
  const { program } = open({
    "main.arch": `let conf = read("./conf.txt")
let made(path) = automaton "c" { runs exec ["true"] files { "/etc/c" = read(path) } }
automaton a { runs exec ["true"] files { "/etc/a" = read("./a.txt") } }
automaton b { runs exec ["true"] env { TEXT = conf } }
automaton d { runs exec ["true"] env { MANY = read("./\${join("", ["d", ".txt"])}") } }
system s = [a, b, made("./c.txt"), d]
`,
    "a.txt": "hidden",
    "conf.txt": "known by its name",
    "c.txt": "hidden",
    "d.txt": "hidden",
  });
  t.deepEqual(told(program), []);
  const filesOf = (name: string): readonly string[] => {
    const { passes } = explain(program, name)!;
    t.false(JSON.stringify(passes.map(({ from }) => from)).includes("hidden"));
    const words = passes.flatMap(({ from }) => from.map(({ what }) => what));
    return [...new Set(words.filter((what) => what.startsWith("file ")))];
  };
  t.deepEqual(["a", "b", "c", "d"].map(filesOf), [
    ["file ./a.txt"],
    ["file ./conf.txt"],
    ["file ./c.txt"],
    ["file ./d.txt"],
  ]);
  const steps = explain(program, "b")!.provenances.find(({ of }) => of === "env.TEXT")?.steps;
  t.is(steps?.[0]?.what, "file ./conf.txt");
});
