/** Secrets in a living program: names and versions, never values. */
import test from "ava";
import { type CellKey, secretCell, secretsCell } from "../../src/core/cell-key.ts";
import type { Process } from "../../src/core/resource.ts";
import { undigested } from "../../src/core/undigested.ts";
import { giveSecrets } from "../../src/live/system/secrets.ts";
import { explainName } from "../../src/program/explain-name.ts";
import { Program } from "../../src/program/program.ts";

const text = `
let password = secret("db.password")
automaton db { runs exec ["db"] secret superuser = password }
automaton app { runs exec ["app"] env { URL = "postgres://app:\${password}@db/\${secret("name")}" } }
automaton other { runs exec ["other"] }
system s = [db, app, other]
`;

const opened = (versions: Readonly<Record<string, string>> | null): Program => {
  const program = new Program({ file: "main.arch", text });
  program.start();
  if (versions !== null) giveSecrets(program, new Map(Object.entries(versions)));
  return program;
};

const processes = (program: Program): ReadonlyMap<string, Process> =>
  new Map(
    [...program.resources()].flatMap((one) =>
      one.kind === "process" ? [[one.automaton, one] as const] : [],
    ),
  );

test("a process has the name and the version of each secret, and in its place a text for people", (t) => {
  const all = processes(opened({ "db.password": "v1", name: "n1", unread: "u1" }));
  const password = { secret: "db.password", version: "v1" };
  t.like(all.get("app"), {
    env: { URL: "postgres://app:‹secret db.password›@db/‹secret name›" },
    secrets: {
      env: { URL: ["postgres://app:", password, "@db/", { secret: "name", version: "n1" }] },
      files: {},
    },
  });
  t.deepEqual(all.get("db")?.secrets, { env: {}, files: { superuser: [password] } });
  t.false("secrets" in all.get("other")!);
});

test("a new version changes the spec of what reads it, and of nothing else", (t) => {
  const program = opened({ "db.password": "v1", name: "n1" });
  const before = processes(program);
  const { operations } = program.observe([[secretCell("name"), "n2"]]);
  t.deepEqual(
    operations.map(({ op, key }) => [op, key]),
    [["update", "process/app/0"]],
  );
  t.not(processes(program).get("app")!.spec, before.get("app")!.spec);
  t.deepEqual(program.because(operations[0]!)[0], { what: "secret name", change: "edited" });
  program.observe([[secretCell("name"), "n1"]]);
  t.is(processes(program).get("app")!.spec, before.get("app")!.spec);
  t.deepEqual(program.observe([[secretCell("unread"), "u2"]]).operations, []);
});

test("where it is asked which secrets have a value, each automaton misses one once, where it is written", (t) => {
  t.deepEqual(opened(null).diagnostics, []);
  const { diagnostics } = opened({ name: "n1" });
  t.deepEqual(
    diagnostics.map(({ code, range }) => [code, range.start.line, range.start.column]),
    [["missing-secret", 2, 16]],
  );
  t.regex(diagnostics[0]!.message, /`db\.password` has no value/);
});

test("a secret that is taken away changes nothing, and neither does a text that reads one without a value", (t) => {
  const program = opened({ "db.password": "v1", name: "n1" });
  const before = processes(program);
  const taken = program.observe([[secretCell("db.password"), undefined]]);
  t.deepEqual([taken.operations, taken.diagnostics.map(({ code }) => code)], [[], ["missing-secret"]]);
  const edited = program.update(
    text.replace('runs exec ["other"]', 'runs exec ["other"] secret x = secret("new")'),
  );
  t.deepEqual([edited.operations, edited.diagnostics.map(({ code }) => code)], [[], ["missing-secret"]]);
  t.deepEqual(processes(program), before);
  t.is(program.workspace.cells.get(secretCell("db.password")), "v1");
  t.true(program.workspace.cells.get(secretsCell));
  program.observe([[secretCell("new"), "w1"]]);
  t.deepEqual(
    program
      .update(text.replace('runs exec ["other"]', 'runs exec ["other"] secret x = secret("new")'))
      .operations.map(({ key }) => key),
    ["process/other/0"],
  );
});

test("two texts with the same secrets and pieces at other places have other specs", (t) => {
  const specOf = (env: string): string => {
    const program = new Program({
      file: "main.arch",
      text: `let s = secret("s")\nautomaton a { runs exec ["a"] env { ${env} } }\nsystem t = a`,
    });
    program.start();
    giveSecrets(program, new Map([["s", "v1"]]));
    return processes(program).get("a")!.spec;
  };
  const envs = ['A = "x${s}"', 'A = "${s}x"', 'A = "${s}${s}"', "A = s", 'A = "‹secret s›"', "B = s"];
  t.is(new Set(envs.map(specOf)).size, envs.length);
  t.is(specOf("A = s"), specOf('A = "${"${s}"}"'));
});

test("an explanation has no digest, and tells apart what differs", (t) => {
  const program = opened({ "db.password": "fedc01", name: "fedc02" });
  const explained = explainName(program, "app");
  if (explained._tag === "Left") return t.fail(explained.left.message);
  const text = JSON.stringify(explained.right);
  t.notRegex(text, /fedc0/);
  t.regex(text, /\{"secret":"db\.password","version":"1"\}/);
  t.regex(text, /\{"secret":"name","version":"2"\}/);
});

test("numbers stand for digests within a text, and for nothing else", (t) => {
  const piece = (secret: string, version: string | null) => ({ secret, version });
  const env = { secret: "a", version: "b" };
  t.deepEqual(
    undigested({
      env,
      before: [piece("s", "x"), "t"],
      after: [piece("s", "y"), piece("s", "x"), piece("u", null)],
    }),
    { env, before: [piece("s", "1"), "t"], after: [piece("s", "2"), piece("s", "1"), piece("u", null)] },
  );
});

test("a look with other versions changes what it would change, and leaves the program as it was", (t) => {
  const program = opened({ "db.password": "v1", name: "n1" });
  const before = processes(program);
  const looked = (...settings: readonly (readonly [CellKey, unknown])[]) =>
    program.preview(text.replace('"other"]', '"other"] secret x = secret("new")'), "main.arch", [], settings);
  t.deepEqual(
    looked().diagnostics.map(({ code }) => code),
    ["missing-secret"],
  );
  const { operations, diagnostics } = looked([secretCell("name"), "n2"], [secretCell("new"), "w1"]);
  t.deepEqual(diagnostics, []);
  t.deepEqual(operations.map(({ key }) => key).sort(), ["process/app/0", "process/other/0"]);
  t.deepEqual(processes(program), before);
  t.deepEqual([...program.workspace.cells.secrets()].sort(), ["db.password", "name"]);
  t.deepEqual(program.preview(text).operations, []);
});

test("a secret in the path, mode or owner of a file is a leak, and it is said where it may stand", (t) => {
  for (const entry of [
    '"/etc/${secret("s")}" = ""',
    '"/etc/a" = { text = "", mode = secret("s") }',
    '"/etc/a" = { text = "", owner = secret("s") }',
  ]) {
    const program = new Program({
      file: "main.arch",
      text: `automaton a { runs exec ["a"] files { ${entry} } }\nsystem t = a`,
    });
    program.start();
    const told = program.diagnostics.map(({ code, hints }) => [
      code,
      hints.some(({ message }) => /`env`, `files` and `secret`/.test(message)),
    ]);
    t.deepEqual(told, [["secret-leak", true]], entry);
  }
});

test("a file with a secret in it is its user's alone, and shows the secret by its name", (t) => {
  const program = new Program({
    file: "main.arch",
    text: `
automaton a {
  runs exec ["a"]
  files { "/etc/a" = "key = \${secret("key")}\\n", "/etc/b" = { text = secret("key"), mode = "0440" }, "/etc/c" = "plain" }
}
system s = a
`,
  });
  program.start();
  giveSecrets(program, new Map([["key", "v1"]]));
  const key = { secret: "key", version: "v1" };
  const { files, secrets, spec } = processes(program).get("a")!;
  t.deepEqual(files, [
    { path: "/etc/a", text: "key = ‹secret key›\n", mode: "0400" },
    { path: "/etc/b", text: "‹secret key›", mode: "0440" },
    { path: "/etc/c", text: "plain", mode: "0644" },
  ]);
  t.deepEqual(secrets, { env: {}, files: {}, own: { "/etc/a": ["key = ", key, "\n"], "/etc/b": [key] } });
  t.is(program.observe([[secretCell("key"), "v2"]]).operations.length, 1);
  t.not(processes(program).get("a")!.spec, spec);
  program.observe([[secretsCell, true]]);
  const { diagnostics } = program.observe([[secretCell("key"), undefined]]);
  t.deepEqual(
    diagnostics.map(({ code, message }) => `${code}: ${message}`),
    ["missing-secret: the secret `key` has no value"],
  );
});
