/** The commands on the real kernel. */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { namespaceNames } from "../../../runtime/namespaces.ts";
import { SystemState } from "../../../runtime/process/state.ts";
import type { Status } from "../../../src/live/control/status.ts";
import { architect, complaints, folder, type Ran } from "../binary.ts";
import { start, systemOf } from "../running.ts";

// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

const serve = `
import { createServer } from "node:http";
createServer((_, response) => response.end(process.env.GREETING + "\\n")).listen(process.env.PORT, "::");
console.log("serving " + process.env.ARCHITECT_INSTANCE);
`;

const programOf = (system: string, greeting = "hello", count = 1): string => `
protocol Web = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton back {
  provides web: Web on tcp 8080
  runs exec ["node", "serve.mjs"]
  env { GREETING = "${greeting}" }
  instances ${count}
}
automaton front { requires back: Web }
system ${system} = [front => back]
`;

interface Scene {
  readonly system: string;
  readonly cwd: string;
  readonly ask: (...args: readonly string[]) => Promise<Ran>;
  readonly status: () => Promise<Status>;
}

const scene = (t: ExecutionContext): Scene => {
  const system = systemOf(t);
  const cwd = folder(t, { "main.arch": programOf(system), "serve.mjs": serve });
  t.teardown(() => architect(["down", system]));
  const ask: Scene["ask"] = (...args) => architect(args, { cwd });
  const status = async (): Promise<Status> =>
    JSON.parse((await ask("status", system, "--json")).out) as Status;
  return { system, cwd, ask, status };
};

const pids = ({ automata }: Status): readonly (number | null)[] =>
  automata.flatMap(({ instances }) => instances.map(({ pid }) => pid));

const nothingLeft = (t: ExecutionContext, system: string): void => {
  t.deepEqual(namespaceNames(`${system}.`), []);
  t.false(existsSync(new SystemState(system).directory));
  t.false(existsSync(`${new SystemState(system).root}/.${system}.lock`));
};

kernel("apply converges and leaves it running; once more does nothing and restarts nothing", async (t) => {
  const { system, cwd, ask, status } = scene(t);
  const planned = await ask("plan", "main.arch", "--detailed-exitcode");
  t.is(planned.code, 2);
  t.regex(planned.out, / to create\n/);

  const applied = await ask("apply", "main.arch");
  t.deepEqual([applied.code, complaints(applied)], [0, ""]);
  t.regex(applied.out, new RegExp(`^${system}: \\d+ operations \\(\\+\\d+.*\\) in `));
  const first = await status();
  t.like(first, { system, orchestrator: null, base: "netns" });
  const none = await ask("plan", "main.arch", "--detailed-exitcode");
  t.deepEqual([none.code, none.out], [0, `${system}: no changes\n`]);

  const again = await ask("apply", "main.arch", "--json");
  t.like(JSON.parse(again.out), { summary: { create: 0, update: 0, delete: 0 } });
  t.deepEqual(pids(await status()), pids(first));

  writeFileSync(join(cwd, "main.arch"), programOf(system, "hello", 2));
  const scaled = await ask("apply", "main.arch", "--json");
  t.is(scaled.code, 0);
  const kinds = (JSON.parse(scaled.out) as { operations: { op: string; kind: string }[] }).operations;
  t.deepEqual(
    kinds
      .filter(({ op }) => op === "create")
      .map(({ kind }) => kind)
      .sort(),
    ["instance", "process"],
  );
  const second = pids(await status());
  t.is(second.length, pids(first).length + 1);
  for (const pid of pids(first)) t.true(second.includes(pid));

  const down = await ask("down", system);
  t.deepEqual([down.code, down.out, complaints(down)], [0, `${system} is stopped and removed\n`, ""]);
  nothingLeft(t, system);
});

kernel("exec sees what the instance sees, and passes on how it ended", async (t) => {
  const { system, ask } = scene(t);
  t.is((await ask("apply", "main.arch")).code, 0);
  const curl = await ask("exec", "front", "-s", system, "--", "curl", "-s", "http://back:8080/");
  t.deepEqual(curl, { code: 0, out: "hello\n", err: "" });
  const inside = await ask("exec", "back.0", "-s", system, "--", "sh", "-c", "echo $PORT $GREETING; exit 7");
  t.deepEqual(inside, { code: 7, out: "8080 hello\n", err: "" });
  const command = await ask("exec", "back", "-s", system, "--", "no-such-command");
  t.is(command.code, 1);
  t.regex(command.err, /^error: cannot run "no-such-command": no such command in PATH/m);
  const slip = await ask("exec", "bak", "-s", system, "--", "true");
  t.is(slip.err, `error: there is no bak in ${system}\nhint: did you mean back?\n`);
  const index = await ask("exec", "back.7", "-s", system, "--", "true");
  t.is(index.err, "error: back has no instance 7\nhint: its instances are 0\n");
  const none = await ask("exec", "back", "-s", system);
  t.is(none.code, 64);
});

kernel("logs are read by automaton or instance, the last lines or those that come", async (t) => {
  const { system, cwd, ask } = scene(t);
  writeFileSync(join(cwd, "main.arch"), programOf(system, "hello", 2));
  t.is((await ask("apply", "main.arch")).code, 0);
  const both = await ask("logs", "back", "-s", system);
  t.is(both.code, 0);
  // Both may have printed within one half second.
  t.deepEqual(both.out.trimEnd().split("\n").sort(), ["back.0 | serving 0", "back.1 | serving 1"]);
  t.is((await ask("logs", "back.1", "-s", system)).out, "serving 1\n");
  t.is((await ask("logs", "back.1", "-s", system, "--tail", "0")).out, "");
  t.is((await ask("logs", "back.1", "-s", system, "--since", "1h")).out, "serving 1\n");
  t.is((await ask("logs", "back", "-s", system, "--tail", "many")).code, 64);

  const following = start(t, ["logs", "back", "-f", "-s", system], cwd);
  await following.says("back.1 | serving 1");
  writeFileSync(join(cwd, "main.arch"), programOf(system, "hello", 3));
  t.is((await ask("apply", "main.arch")).code, 0);
  await following.says("back.2 | serving 2");
});

kernel("run adopts what apply left, follows the file, and takes everything away", async (t) => {
  const { system, cwd, ask, status } = scene(t);
  t.is((await ask("apply", "main.arch")).code, 0);
  const before = pids(await status());
  const running = start(t, ["run", "main.arch", "--watch"], cwd);
  await running.says("Ctrl-C stops and removes it");
  const supervised = await status();
  t.is(supervised.orchestrator, running.child.pid!);
  t.deepEqual(pids(supervised), before);

  writeFileSync(join(cwd, "main.arch"), programOf(system, "goodbye"));
  await running.says(/rolled +back is rolled/);
  t.is((await ask("exec", "front", "-s", system, "--", "curl", "-s", "http://back:8080/")).out, "goodbye\n");

  running.child.kill("SIGINT");
  t.is(await running.ended, 0);
  nothingLeft(t, system);
});

kernel("a system whose orchestrator was killed goes on, and is removed without it", async (t) => {
  const { system, cwd, ask, status } = scene(t);
  const running = start(t, ["run", "main.arch"], cwd);
  await running.says("Ctrl-C stops and removes it");
  const before = pids(await status());
  running.child.kill("SIGKILL");
  await running.ended;
  t.like(await status(), { orchestrator: null });
  t.deepEqual(pids(await status()), before);
  t.is((await ask("exec", "front", "-s", system, "--", "curl", "-s", "http://back:8080/")).out, "hello\n");
  t.is((await ask("down", system)).code, 0);
  nothingLeft(t, system);
});

kernel("what was set counts for plan as for apply, also without an orchestrator", async (t) => {
  const { cwd, ask, system } = scene(t);
  writeFileSync(join(cwd, "main.arch"), `automaton a { instances input("n", 1) }\nsystem ${system} = a\n`);
  const running = start(t, ["run", "main.arch"], cwd);
  await running.says("Ctrl-C stops and removes it");
  t.is((await ask("set", "n=3", "--system", system)).code, 0);
  running.child.kill("SIGKILL");
  await running.ended;
  t.is((await ask("plan", "main.arch", "--detailed-exitcode")).code, 0, "nothing is to change");
  t.is((await ask("plan", "main.arch", "-i", "n=2", "--detailed-exitcode")).code, 2);
  t.like(JSON.parse((await ask("apply", "main.arch", "--json")).out), { operations: [] });
});

kernel("a command that does not exist is named, and nothing stays", async (t) => {
  const { system, cwd, ask } = scene(t);
  writeFileSync(
    join(cwd, "main.arch"),
    `automaton x { runs exec ["no-such-command"] }\nsystem ${system} = [x]\n`,
  );
  for (const verb of ["apply", "run"]) {
    const ran = await ask(verb, "main.arch");
    t.is(ran.code, 1);
    t.regex(complaints(ran), /^error: \w[\w-]*\.0: cannot run "no-such-command": no such command in PATH/m);
    nothingLeft(t, system);
  }
});

kernel("the directory of a system is its owner's alone", async (t) => {
  const { system, ask } = scene(t);
  t.is((await ask("apply", "main.arch")).code, 0);
  const { directory } = new SystemState(system);
  t.true(readdirSync(directory).includes("logs"));
  const stranger = await ask("exec", "front", "-s", system, "--", "ls", directory);
  t.is(stranger.out, "", "what runs inside does not see it");
});
