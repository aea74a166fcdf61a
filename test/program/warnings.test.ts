/** Warnings: told like errors, and in the way of nothing. */
import test from "ava";
import { type CheckCommand, openProgram } from "../../src/library.ts";
import { Program } from "../../src/program/program.ts";

const only =
  (...there: readonly string[]): CheckCommand =>
  (program) =>
    there.includes(program) ? null : "no such command in PATH";

const told = (text: string, checkCommand: CheckCommand): readonly string[] =>
  openProgram({ file: "main.arch", text, checkCommand }).diagnostics.map(
    ({ severity, code, message, range: { start, end } }) =>
      `${severity}[${code}] ${start.line}:${start.column}-${end.line}:${end.column} ${message}`,
  );

test("a program that is not there is a warning at its name, with the automaton", (t) => {
  const text = `automaton cart {
  runs exec ["nodejs", "cart.js"]
  health exec ["ask", "it"]
}
automaton fine { runs exec ["node", "fine.js"] }
system shop = [cart, fine]
`;
  t.deepEqual(told(text, only("node")), [
    'warning[missing-program] 2:14-2:22 `runs exec` of `cart` names "nodejs": no such command in PATH',
    'warning[missing-program] 3:16-3:21 `health exec` of `cart` names "ask": no such command in PATH',
  ]);
});

test("a command that is computed, or an equation, is looked for as it comes out", (t) => {
  const text = `let command(name) = [name, "x"]
let service(name) = automaton "\${name}" { runs exec command(name) }
automaton load { runs exec ["nothing", self.ready] }
system shop = [service("some"), load]
`;
  t.deepEqual(told(text, only("some")), [
    'warning[missing-program] 3:29-3:38 `runs exec` of `load` names "nothing": no such command in PATH',
  ]);
  t.deepEqual(told(text.replace('service("some")', 'service("other")'), only("some", "nothing")), [
    'warning[missing-program] 2:53-2:66 `runs exec` of `other` names "other": no such command in PATH',
  ]);
});

test("the folder of the program and the PATH of the automaton are told", (t) => {
  const asked: [string, unknown][] = [];
  openProgram({
    file: "dir/main.arch",
    text: `automaton a { runs exec ["one"] env { PATH = "/opt/bin" } }
automaton b { runs exec ["./two"] }
automaton c { runs exec ["three"] env { PATH = "/\${self.ready}" } }
`,
    checkCommand: (program, place) => {
      asked.push([program, place]);
      return null;
    },
  });
  asked.sort(([a], [b]) => (a! < b! ? -1 : 1));
  t.deepEqual(asked, [
    ["./two", { directory: "dir", path: null }],
    ["one", { directory: "dir", path: "/opt/bin" }],
  ]);
});

test("with warnings alone a program is interpreted, and changed", (t) => {
  const text = `automaton a { runs exec ["nothing"] }\nsystem s = a\n`;
  const program = openProgram({ file: "main.arch", text, checkCommand: only() });
  t.deepEqual(
    Object.keys(program.desired()).filter((key) => key.startsWith("process/")),
    ["process/a/0"],
  );
  const more = program.update(text.replace("runs", "instances 2 runs"));
  t.deepEqual(
    [more.operations.length > 0, more.diagnostics.map(({ severity }) => severity)],
    [true, ["warning"]],
  );
  t.is(program.diagnostics.length, 1);
  const wrong = program.update(text.replace("runs", "instances nope runs"));
  t.deepEqual(
    [wrong.operations.length, wrong.diagnostics.map(({ severity }) => severity)],
    [0, ["error", "warning"]],
  );
  t.is(program.update(text.replace('["nothing"]', '["x"]')).diagnostics[0]!.message.includes('"x"'), true);
});

test("without anybody who can look there are no warnings", (t) => {
  const text = `automaton a { runs exec ["nothing"] }\nsystem s = a\n`;
  t.deepEqual(openProgram({ file: "main.arch", text }).diagnostics, []);
});

test("programs are looked for again when that is asked for", (t) => {
  const there = new Set<string>();
  const text = `automaton a { runs exec ["late"] }\nsystem s = a\n`;
  const program = new Program({
    file: "main.arch",
    text,
    checkCommand: (name) => (there.has(name) ? null : "it is not there"),
  });
  program.start();
  t.is(program.diagnostics.length, 1);
  there.add("late");
  program.workspace.seekCommands();
  t.is(program.update(`${text}\n`).diagnostics.length, 0);
});

test("a directory that is not there is a warning, unless the automaton keeps it", (t) => {
  const text = `automaton a { directory "/no/such" runs exec ["x"] }
automaton kept { directory "/no/such/inner" runs exec ["x"] state data at "/no/such" }
automaton bare { directory "/no/such" }
system s = [a, kept, bare]
`;
  const checkDirectory = (path: string): string | null => (path.startsWith("/no") ? `no ${path}` : null);
  const { diagnostics } = openProgram({ file: "main.arch", text, checkDirectory });
  t.deepEqual(
    diagnostics.map(({ severity, code, message, range }) => [severity, code, message, range.start]),
    [["warning", "missing-directory", "`directory` of `a`: no /no/such", { line: 1, column: 25 }]],
  );
});

test("what is shared is looked for where it lies on the machine", (t) => {
  const text = `automaton a {
  runs exec ["./run.sh"]
  directory "/app/bin"
  shares "/no/such/build" at "/app"
}
system s = a
`;
  const asked: unknown[] = [];
  const { diagnostics } = openProgram({
    file: "main.arch",
    text,
    checkDirectory: (path) => {
      asked.push(path);
      return null;
    },
    checkCommand: (program, { directory, shares }) => {
      asked.push([program, directory, shares]);
      return null;
    },
  });
  t.deepEqual(diagnostics, []);
  t.deepEqual(asked, [
    ["./run.sh", "/app/bin", [{ source: "/no/such/build", path: "/app" }]],
    "/no/such/build/bin",
  ]);
});
