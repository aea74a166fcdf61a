/** An orchestrator that is stopped: commands say so in time, and go on by the kernel where they can. */
import { existsSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { namespaceNames } from "../../../runtime/namespaces.ts";
import { SystemState } from "../../../runtime/process/state.ts";
import { commands } from "../../../src/cli/commands.ts";
import type { Status } from "../../../src/live/control/status.ts";
import { architect, complaints, folder, type Ran } from "../binary.ts";
import { type Running, start, systemOf } from "../running.ts";

const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

interface Scene {
  readonly system: string;
  readonly running: Running;
  readonly ask: (...args: readonly string[]) => Promise<Ran>;
}

const scene = async (t: ExecutionContext, ...options: readonly string[]): Promise<Scene> => {
  const system = systemOf(t);
  const text = `automaton a { runs exec ["sleep", "1000"] instances input("n", 1) }\nsystem ${system} = [a]\n`;
  const cwd = folder(t, { "main.arch": text });
  const running = start(t, ["run", "main.arch", ...options], cwd);
  await running.says("Ctrl-C stops and removes it");
  t.teardown(() => running.child.kill("SIGCONT"));
  return { system, running, ask: (...args) => architect(args, { cwd }) };
};

/** How each command is called about a system; null where it asks nobody, whatever it is called with. */
const calls: Readonly<Record<string, ((system: string) => readonly string[]) | null>> = {
  check: null,
  eval: null,
  fmt: null,
  graph: null,
  init: null,
  lsp: null,
  // Goes on: its page tells that nobody answers.
  inspect: null,
  completion: null,
  repl: () => ["main.arch"],
  edit: () => ["main.arch", "scale a 2", "--dry-run"],
  plan: () => ["main.arch"],
  apply: () => ["main.arch"],
  run: () => ["main.arch"],
  down: (system) => [system],
  status: (system) => [system],
  restart: (system) => ["a", "-s", system],
  exec: (system) => ["a.0", "-s", system, "--", "true"],
  logs: (system) => ["a", "-s", system],
  state: (system) => ["ls", "-s", system],
  secret: (system) => ["ls", "-s", system],
  set: (system) => ["n=2", "-s", system],
  events: (system) => [system],
  explain: (system) => ["a", "-s", system],
};

/** Commands that need nobody to answer: the text, the kernel or files tell them all. */
const independent = ["edit", "down", "exec", "logs", "state", "secret"];

test("every command is called", (t) => {
  t.deepEqual(Object.keys(calls).sort(), commands.map(({ name }) => name).sort());
});

test.serial("what needs the orchestrator says that it is stopped, and what lets it go on", async (t) => {
  const { system, running, ask } = await scene(t, "--base", "memory");
  const { pid } = running.child;
  running.child.kill("SIGSTOP");
  const [way, removal] = [
    `\`kill -CONT ${pid}\` lets it go on`,
    `\`architect down ${system}\` removes the system`,
  ];
  const error = {
    message: `the orchestrator of ${system} (process ${pid}) is stopped`,
    hint: `${way}; ${removal} all the same`,
  };
  const keeps = {
    ...error,
    message: `another orchestrator (process ${pid}), which is stopped, keeps ${system} already`,
  };
  await Promise.all(
    commands.map(async ({ name, options }) => {
      const words = calls[name]?.(system);
      if (words === undefined || independent.includes(name)) return;
      const expected = name === "run" ? keeps : error;
      const ran = await ask(name, ...words);
      const told = `error: ${expected.message}\nhint: ${expected.hint}\n`;
      // The prompt says on standard output what it says.
      const said = name === "repl" ? ran.out.replace(/^main\.arch: .*\n/, "") : complaints(ran);
      t.deepEqual([ran.code, said], [1, told], name);
      if (!options.some((option) => option.name === "json")) return;
      const { code, out, err } = await ask(name, ...words, "--json");
      t.deepEqual([code, err], [1, ""], name);
      t.deepEqual(JSON.parse(out), { ok: false, error: expected, diagnostics: [] }, name);
    }),
  );
  running.child.kill("SIGCONT");
  t.is((await ask("set", "n=2", "-s", system)).code, 0);
});

test.serial("down kills an orchestrator of a model that is stopped", async (t) => {
  const { system, running, ask } = await scene(t, "--base", "memory");
  running.child.kill("SIGSTOP");
  const ran = await ask("down", system);
  t.deepEqual([ran.code, ran.out], [0, `${system} is stopped and removed\n`]);
  t.regex(
    ran.err,
    new RegExp(
      `^warning: the orchestrator of ${system} \\(process ${running.child.pid}\\) is stopped: it is killed`,
    ),
  );
  await running.ended;
  t.false(existsSync(new SystemState(system).directory));
});

kernel("what the kernel, files and texts tell goes on, and down removes the system", async (t) => {
  const { system, running, ask } = await scene(t);
  running.child.kill("SIGSTOP");
  const shown = await ask("status", system, "--json");
  t.is(shown.code, 0);
  const status = JSON.parse(shown.out) as Status;
  t.like(status, { system, state: "degraded", orchestrator: running.child.pid });
  t.regex(status.problems[0]!, /is stopped: this is what the kernel shows$/);
  t.true(status.automata[0]!.instances[0]!.pid! > 0);
  t.regex((await ask("status", system)).out, /\n! the orchestrator of .* is stopped: /);
  for (const name of ["edit", "exec", "logs", "state", "secret"]) {
    const { code, err } = await ask(name, ...calls[name]!(system));
    t.deepEqual([code, err], [0, ""], name);
  }
  const down = await ask("down", system);
  t.deepEqual([down.code, down.out], [0, `${system} is stopped and removed\n`]);
  t.deepEqual(namespaceNames(`${system}.`), []);
  t.false(existsSync(new SystemState(system).directory));
  await running.ended;
});
