/** Published ports that somebody else has are warned of before anything is applied. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { architect, complaints, folder } from "../binary.ts";
import { start, systemOf } from "../running.ts";

interface Listening {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** A program that listens, namely this one. */
const listener = (t: ExecutionContext): Promise<Listening> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    const close = (): Promise<void> => new Promise((done) => void server.close(() => done()));
    t.teardown(() => void server.close());
    server.once("error", reject);
    server.listen(0, () => resolve({ port: (server.address() as { port: number }).port, close }));
  });

const publishing = (system: string, port: number): string => `
protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton ${system}_a { provides p: P on tcp 80 }
system ${system} = publish(${system}_a.p, ${port})
`;

interface Told {
  readonly ok: boolean;
  readonly diagnostics: readonly {
    readonly code: string;
    readonly severity: string;
    readonly message: string;
    readonly range: { readonly start: object };
    readonly hints: readonly { readonly message: string }[];
  }[];
}

test("a port at which a program listens: its name, and where it is published", async (t) => {
  const { port, close } = await listener(t);
  const cwd = folder(t, { "main.arch": publishing("s", port) });
  const env = { ARCHITECT_RUNTIME_DIR: join(cwd, "run") };
  const who = `${basename(process.execPath)} (process ${process.pid})`;
  const message = `tcp port ${port} of this machine is taken: a program on this host listens there already: ${who}`;
  const json = await architect(["check", "main.arch", "--json"], { cwd, env });
  t.deepEqual([json.code, complaints(json)], [0, ""]);
  const { ok, diagnostics } = JSON.parse(json.out) as Told;
  t.true(ok);
  t.like(diagnostics[0], {
    code: "port-taken",
    severity: "warning",
    message,
    range: { start: { line: 4, column: 12 } },
  });
  t.is(diagnostics.length, 1);
  for (const command of ["check", "plan"]) {
    const words = [command, "main.arch", ...(command === "plan" ? ["--detailed-exitcode"] : [])];
    const { code, err } = await architect(words, { cwd, env });
    t.is(code, command === "plan" ? 2 : 0, "a warning changes no exit code");
    t.true(err.startsWith(`main.arch:4:12: warning[port-taken]: ${message}\n`), err);
  }
  // In memory no port of the machine is taken.
  t.is(complaints(await architect(["plan", "main.arch", "--base", "memory"], { cwd, env })), "");
  await close();
  t.deepEqual(await architect(["check", "main.arch"], { cwd, env }), { code: 0, out: "", err: "" });
});

test("a port of udp is another than that of tcp", async (t) => {
  const { port } = await listener(t);
  const cwd = folder(t, { "main.arch": publishing("s", port).replace("on tcp", "on udp") });
  t.deepEqual(await architect(["check", "main.arch"], { cwd }), { code: 0, out: "", err: "" });
});

// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

kernel(
  "a port that another system publishes: its name and its automaton, and with nobody to ask its name",
  async (t) => {
    const { port, close } = await listener(t);
    await close();
    const [one, other] = [systemOf(t), `${systemOf(t)}o`];
    const cwd = folder(t, { "one.arch": publishing(one, port), "other.arch": publishing(other, port) });
    const env = { ARCHITECT_RUNTIME_DIR: join(cwd, "run") };
    mkdirSync(join(cwd, "run"), { mode: 0o700 });
    t.teardown(() => architect(["down", one], { cwd, env }));
    const run = start(t, ["run", "one.arch"], cwd, env);
    await run.says("converged");
    const taken = `tcp port ${port} of this machine is taken: system ${one} of ${cwd}/run publishes it already`;
    const asked = async (): Promise<Told["diagnostics"]> =>
      (JSON.parse((await architect(["check", "other.arch", "--json"], { cwd, env })).out) as Told)
        .diagnostics;
    t.like((await asked())[0], {
      message: `${taken}, for ${one}_a.p`,
      hints: { 0: { message: `publish at another port, or end that system: architect down ${one}` } },
    });
    t.deepEqual(await architect(["check", "one.arch"], { cwd, env }), { code: 0, out: "", err: "" });
    run.child.kill("SIGKILL");
    await run.ended;
    t.is((await asked())[0]?.message, taken);
    t.is((await architect(["down", one], { cwd, env })).code, 0);
    t.deepEqual(await asked(), []);
  },
);

kernel(
  "a system of which nothing is there is not begun where a port of it is taken: no job of it runs",
  async (t) => {
    const { port, close } = await listener(t);
    const system = systemOf(t);
    const job = `automaton ${system}_job { runs once exec ["sh", "-c", "echo ran >> ran"] }`;
    const program = publishing(system, port).replace(
      /system .* = (.*)/,
      (_, published: string) => `${job}\nsystem ${system} = [${system}_job, ${published}]`,
    );
    const cwd = folder(t, { "main.arch": program });
    const env = { ARCHITECT_RUNTIME_DIR: join(cwd, "run") };
    t.teardown(() => architect(["down", system], { cwd, env }));
    for (const command of ["apply", "run"]) {
      const { code, out, err } = await architect([command, "main.arch"], { cwd, env });
      t.deepEqual([code, out], [1, ""]);
      t.regex(
        err,
        new RegExp(`^main\\.arch:5:\\d+: error\\[port-taken\\]: tcp port ${port} of this machine is taken: `),
      );
    }
    const json = await architect(["apply", "main.arch", "--json"], { cwd, env });
    t.is(json.code, 1);
    t.like((JSON.parse(json.out) as Told).diagnostics[0], { code: "port-taken", severity: "error" });
    t.false(existsSync(join(cwd, "ran")), "its job has not run");
    await close();
    t.is((await architect(["apply", "main.arch"], { cwd, env })).code, 0);
    t.is(readFileSync(join(cwd, "ran"), "utf8"), "ran\n");
    // One that is there goes on, whoever listens there later.
    const later = createServer();
    t.teardown(() => void later.close());
    await new Promise<void>((resolve) => later.listen(port, resolve));
    t.is((await architect(["apply", "main.arch"], { cwd, env })).code, 0);
  },
);
