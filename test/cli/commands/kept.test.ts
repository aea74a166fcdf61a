/** Logs of systems that are gone. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { architect, folder, type Ran } from "../binary.ts";
import { start, systemOf } from "../running.ts";

const speak =
  "process.on('SIGTERM', () => { console.log('last words'); process.exit() }); console.log('first'); require('net').createServer().listen(9000)";

const programOf = (system: string): string => `
protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton a { provides p: P on tcp 9000 runs exec ["node", "-e", ${JSON.stringify(speak)}] }
automaton b { runs exec ["sh", "-c", "echo of b; touch /tmp/said; exec sleep 640"] health exec ["test", "-e", "/tmp/said"] every 100ms }
system ${system} = [a, b]
`;

const scene = (t: ExecutionContext) => {
  const system = systemOf(t);
  const cwd = folder(t, { "main.arch": programOf(system) });
  const env = { ARCHITECT_RUNTIME_DIR: join(cwd, "run") };
  const ask = (...args: readonly string[]): Promise<Ran> => architect(args, { cwd, env });
  return { system, cwd, env, ask };
};

/** As `down` leaves them. */
const kept = (cwd: string, system: string, logs: Readonly<Record<string, string>>): void => {
  const directory = join(cwd, "run.logs", system);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(logs)) writeFileSync(join(directory, `${name}.log`), text);
};

const note = (system: string): RegExp =>
  new RegExp(
    `^note: ${system} does not run: this is kept from \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d, when it was removed\\n$`,
  );

// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

for (const how of ["down", "Ctrl-C"] as const) {
  kernel(`after ${how} logs are there, with what was said last`, async (t) => {
    const { system, cwd, env, ask } = scene(t);
    t.teardown(() => ask("down", system));
    if (how === "down") {
      t.is((await ask("apply", "main.arch")).code, 0);
      t.is((await ask("down", system)).code, 0);
    } else {
      const run = start(t, ["run", "main.arch"], cwd, env);
      await run.says("converged");
      run.child.kill("SIGINT");
      t.is(await run.ended, 0);
    }
    const all = await ask("logs", "-n", "9");
    t.is(all.code, 0);
    t.regex(all.err, note(system));
    t.deepEqual(all.out.trimEnd().split("\n").sort(), ["a.0 | first", "a.0 | last words", "b.0 | of b"]);
    t.is((await ask("logs", "a.0", "--grep", "words")).out, "last words\n");
    t.is((await ask("logs", system, "-n", "1", "--system", system)).code, 1, "it has no such automaton");
    const lines = (await ask("logs", system, "--json", "-n", "9")).out.trimEnd().split("\n");
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    t.deepEqual(told.map(({ automaton, index, text }) => `${automaton}.${index} ${text}`).sort(), [
      "a.0 first",
      "a.0 last words",
      "b.0 of b",
    ]);
    for (const { kept, time, system: of } of told) {
      t.is(of, system);
      t.true(Date.parse(kept as string) >= Date.parse(time as string) - 1_000, lines.join(" "));
    }
    t.is((await ask("logs", system, "-n", "1")).out.split("\n").length, 2);
  });
}

test("kept logs are found by system, automaton or instance, and what runs comes first", async (t) => {
  const { cwd, ask } = scene(t);
  kept(cwd, "one", { "web.0": "w0\n", "web.1": "w1\n", "db.0": "d\n" });
  t.is((await ask("logs", "web.1")).out, "w1\n");
  t.is((await ask("logs", "web")).out, "web.0 | w0\nweb.1 | w1\n");
  t.is((await ask("logs", "one", "--grep", "d")).out, "db.0  | d\n");
  t.is((await ask("logs", "--system", "one", "-n", "2")).out.split("\n").length, 3);
  t.regex((await ask("logs", "db", "-t")).out, /^db\.0 \| \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d d\n$/);
  t.is((await ask("logs", "web.7")).err, "error: web has no instance 7\nhint: its instances are 0, 1\n");

  kept(cwd, "two", { "web.0": "other\n" });
  const several = await ask("logs");
  t.is(several.code, 1);
  t.regex(
    several.err,
    /^error: no system runs here; logs are kept of one, two\nhint: name one: architect logs \w+\n$/,
  );
  t.regex((await ask("logs", "web")).err, /web is in several systems: /);
  t.is((await ask("logs", "two", "--follow")).out, "web.0 | other\n", "there is nothing to wait for");

  // As long as a system of that name runs, only its own logs count.
  mkdirSync(join(cwd, "run/two/logs"), { recursive: true, mode: 0o700 });
  writeFileSync(join(cwd, "run/two/logs/web.0.log"), "running\n");
  t.deepEqual(await ask("logs"), { code: 0, out: "web.0 | running\n", err: "" });
  t.deepEqual(await ask("logs", "two"), { code: 0, out: "web.0 | running\n", err: "" });
  mkdirSync(join(cwd, "run/three/logs"), { recursive: true, mode: 0o700 });
  writeFileSync(join(cwd, "run/three/logs/web.0.log"), "running too\n");
  t.is((await ask("logs")).err, "error: there are several: three, two\nhint: name one with --system\n");
  t.regex((await ask("logs", "web")).err, /^error: web is in several systems: three, two\n/);
  t.is((await ask("logs", "db.0")).out, "d\n", "nothing that runs is called so");
  rmSync(join(cwd, "run"), { recursive: true });
});

test("where nothing is kept, it says what it said before; with --json as JSON", async (t) => {
  const { ask } = scene(t);
  // The hint may be of a system of another runtime directory of this machine.
  t.regex(
    (await ask("logs")).err,
    /^error: no system runs here\nhint: (start one: |another \S+ is kept in )/,
  );
  const { out } = await ask("logs", "web", "--json");
  t.like(JSON.parse(out), { ok: false, error: { message: "no system runs here" } });
});
