/** Files that import each other, edited one by one. */
import { createHash } from "node:crypto";
import test from "ava";
import { joinPath } from "../../src/program/imports.ts";
import { Program } from "../../src/program/program.ts";

const open = (files: Record<string, string>): Program => {
  const program = new Program({
    file: "main.arch",
    text: files["main.arch"]!,
    resolveImport: (path, from) => {
      const file = joinPath(path, from);
      const text = files[file];
      return text === undefined ? null : { file, text };
    },
  });
  program.start();
  return program;
};

const messages = ({ diagnostics }: Program): readonly string[] => diagnostics.map(({ message }) => message);

test("a name that comes into an imported file is known by its namespace, and one that goes is not", (t) => {
  const program = open({
    "main.arch": 'import "./lib.arch" as lib\nlet x = lib.a\n',
    "lib.arch": "let a = 1\n",
  });
  program.update("let a = 1\nlet b = 2\n", "lib.arch");
  program.update('import "./lib.arch" as lib\nlet x = lib.b\n');
  t.deepEqual(messages(program), []);
  program.update("let a = 1\n", "lib.arch");
  t.is(program.diagnostics.length, 1);
});

test("a file that is taken out and comes back is imported again", (t) => {
  const files: Record<string, string> = {
    "main.arch": 'import "./lib.arch" { a }\nlet x = a + 1\n',
    "lib.arch": "let a = 1\n",
  };
  const { workspace } = open(files);
  const valueIn = (name: string): string => {
    workspace.graph.stabilize();
    return JSON.stringify(workspace.valueOf(workspace.lookup("main.arch", name)!), (_, value: unknown) =>
      typeof value === "bigint" ? Number(value) : value,
    );
  };
  const before = valueIn("x");
  delete files["lib.arch"];
  workspace.close("lib.arch");
  t.regex(valueIn("x"), /Poison/);
  t.deepEqual(
    [...workspace.faulty].flatMap(({ problems }) => problems.map(({ code }) => code)),
    ["import-not-found"],
  );
  files["lib.arch"] = "let a = 1\n";
  workspace.seekImports();
  t.is(valueIn("x"), before);
  t.is(workspace.faulty.size, 0);
});

test("what was wrong in a file that nothing imports any more is no matter", (t) => {
  const files: Record<string, string> = { "main.arch": "let x = 1\n", "lib.arch": "let a = nope\n" };
  const program = open(files);
  const importing = 'import "./lib.arch" { a }\nlet x = a\n';
  program.update(importing);
  t.is(program.diagnostics.length, 1);
  program.update("let x = 2\n");
  t.deepEqual(messages(program), []);
  files["lib.arch"] = "let a = 1\n";
  program.update(importing);
  t.deepEqual(messages(program), [], "it is read as it is when it is imported again");
  program.update("let x = 3\n");
  t.deepEqual([...program.workspace.modules.keys()], ["main.arch"]);
});

test("a file that must be as it is refuses another text", (t) => {
  const text = "let a = 1\n";
  const seal = createHash("sha256").update(text).digest("hex");
  const program = open({
    "main.arch": `import "./lib.arch" sha256:${seal} { a }\nlet x = a\n`,
    "lib.arch": text,
  });
  t.deepEqual(messages(program), []);
  for (const _ of ["once", "and again"]) {
    program.update("let a = 2\n", "lib.arch");
    t.deepEqual(
      program.diagnostics.map(({ code }) => code),
      ["import-integrity"],
    );
  }
  program.update("let a = 1 -- the same?\nlet b = nope\n", "lib.arch");
  t.deepEqual(
    program.diagnostics.map(({ file }) => file),
    ["main.arch"],
    "what is not read has nothing wrong",
  );
  program.update('import "./lib.arch" { a }\nlet x = a + 1\n');
  program.update("let a = 2\n", "lib.arch");
  t.deepEqual(messages(program), []);
});

test("what an imported file has is told in one order, however it came to have it", (t) => {
  const main = 'import "./lib.arch" as lib\nlet x = lib.nope\n';
  const program = open({ "main.arch": 'import "./lib.arch" as lib\n', "lib.arch": "let a = 1\nlet c = 1\n" });
  program.update("let a = 1\nlet b = 1\nlet c = 1\n", "lib.arch");
  program.update(main);
  const anew = open({ "main.arch": main, "lib.arch": "let c = 1\nlet b = 1\nlet a = 1\n" });
  t.deepEqual(messages(program), messages(anew));
});

test("a file that is imported another way while it changes is taken as it is then", (t) => {
  const lib = (k: number, p: string): string => `let a = m + 1\nlet k = ${k}\nlet m = k + 1\nlet p = ${p}\n`;
  const texts = [
    ["main.arch", 'import "./lib.arch" as lib\nlet x = lib.a\n'],
    ["lib.arch", lib(10, "a + 100")],
  ] as const;
  for (const change of [texts, texts.toReversed()]) {
    const program = open({
      "main.arch": 'import "./lib.arch" { a }\nlet x = a\n',
      "lib.arch": lib(1, "a"),
    });
    program.updateAll(change);
    const x = program.workspace.valueOf(program.workspace.lookup("main.arch", "x")!);
    t.is(x._tag === "Quantity" && Number(x.quantity.numerator), 12);
  }
});

const circle = (program: Program): readonly (readonly string[])[] =>
  program.diagnostics.map(({ file, code, message }) => [file, code, message]);

const twoLibraries = {
  "main.arch": 'import "./one.arch" as one\nimport "./two.arch" as two\nlet x = two.y\n',
  "one.arch": "let x = 1\n",
  "two.arch": 'import "./one.arch" { x }\nlet y = x\n',
};
const alsoOne = 'import "./two.arch" { y }\nlet x = 1\n';

test("which import closes a circle of files is told by the texts, not by which was there first", (t) => {
  const expected = [
    ["two.arch", "import-cycle", "files import each other: two.arch → one.arch → two.arch"],
  ] as const;
  const program = open(twoLibraries);
  program.update(alsoOne, "one.arch");
  t.deepEqual(circle(program), expected);
  t.deepEqual(circle(open({ ...twoLibraries, "one.arch": alsoOne })), expected);
  const [one, two, rest] = twoLibraries["main.arch"].split("\n");
  const reversed = { ...twoLibraries, "main.arch": [two, one, rest].join("\n"), "one.arch": alsoOne };
  t.deepEqual(circle(open(reversed)), [
    ["one.arch", "import-cycle", "files import each other: one.arch → two.arch → one.arch"],
  ]);
});

test("a circle of files is mended at any of its imports", (t) => {
  const broken = { ...twoLibraries, "one.arch": alsoOne };
  const mends = [
    ["one.arch", "let x = 1\n"],
    ["two.arch", "let y = 1\n"],
    ["main.arch", "let x = 1\n"],
  ] as const;
  for (const [file, text] of mends) {
    const program = open(broken);
    t.is(program.diagnostics.length, 1);
    program.update(text, file);
    t.deepEqual(messages(program), [], file);
    const x = program.workspace.valueOf(program.workspace.lookup("main.arch", "x")!);
    t.is(x._tag === "Quantity" && Number(x.quantity.numerator), 1, file);
    t.true([...program.workspace.modules.keys()].every((one) => one === "main.arch" || file !== "main.arch"));
  }
});

test("a file that imports itself says so, and what it has beside is what it is", (t) => {
  const program = open({
    "main.arch": 'import "./main.arch" { x }\nimport "./main.arch" as own\nlet y = 1\n',
  });
  const itself = ["main.arch", "import-cycle", "files import each other: main.arch → main.arch"];
  t.deepEqual(circle(program), [itself, itself]);
  program.update("let y = 1\n");
  t.deepEqual(circle(program), []);
});

test("imports turn round while a seal breaks, and no file waits for itself", (t) => {
  const one = "let x = 1\n";
  const seal = createHash("sha256").update(one).digest("hex");
  const program = open({
    "main.arch": 'import "./two.arch" { y }\nimport "./one.arch" { x }\n',
    "one.arch": one,
    "two.arch": `import "./one.arch" sha256:${seal} { x }\nlet y = x\n`,
  });
  program.updateAll([
    ["one.arch", 'import "./two.arch" { y }\nlet x = y\n'],
    ["two.arch", "let y = 2\n"],
  ]);
  t.deepEqual(messages(program), []);
  const x = program.workspace.valueOf(program.workspace.lookup("main.arch", "x")!);
  t.is(x._tag === "Quantity" && Number(x.quantity.numerator), 2);
});

test("a sealed file that changes while nothing imports it any more is taken out", (t) => {
  const text = "let a = 1\n";
  const seal = createHash("sha256").update(text).digest("hex");
  const program = open({
    "main.arch": `import "./lib.arch" sha256:${seal} { a }\nlet x = 1\n`,
    "lib.arch": text,
  });
  program.updateAll([
    ["lib.arch", "let a = 2\n"],
    ["main.arch", "let x = 1\n"],
  ]);
  t.deepEqual([...program.workspace.modules.keys()], ["main.arch"]);
});

test("a file that was refused and is imported again is edited as it was read then", (t) => {
  const files: Record<string, string> = {
    "main.arch": 'import "./lib.arch" { a }\nlet x = a\n',
    "lib.arch": "let a = 1\n",
  };
  const program = open(files);
  program.update("let b = 2\nlet a = ,\n", "lib.arch");
  program.update("let x = 1\n");
  files["lib.arch"] = "let c = 3\nlet a = 1\n";
  program.update(files["main.arch"]!);
  program.edit({ start: { line: 2, column: 9 }, end: { line: 2, column: 10 } }, "4", "lib.arch");
  t.is(program.workspace.modules.get("lib.arch")!.document.text, "let c = 3\nlet a = 4\n");
});

test("a program starts in the folder of the file that its automaton is written in, or where `directory` says", (t) => {
  const program = new Program({
    file: "apps/main.arch",
    directory: "/work/apps",
    text: `import "../lib/parts/all.arch" { a, b, c, d }
automaton e { runs exec ["true"] }
system s = [a, b, c, d, e, b with { name "f" directory "own" }]
`,
    resolveImport: (path, from) => ({
      file: joinPath(path, from),
      text: `automaton a { runs exec ["true"] }
automaton b { runs exec ["true"] directory "data" }
automaton c { runs exec ["true"] directory "/srv/./c" }
automaton d { runs exec ["true"] directory ".." }
`,
    }),
  });
  program.start();
  t.deepEqual(program.diagnostics, []);
  const places = Array.from(program.resources()).flatMap((resource) =>
    resource.kind === "process" ? [[resource.automaton, resource.cwd]] : [],
  );
  t.deepEqual(Object.fromEntries(places), {
    a: "/work/lib/parts",
    b: "/work/lib/parts/data",
    c: "/srv/c",
    d: "/work/lib",
    e: "/work/apps",
    f: "/work/apps/own",
  });
});
