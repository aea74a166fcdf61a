/** An orchestrator that is stopped: commands say so in time, and go on by the kernel where they can. */
import { existsSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { namespaceNames } from "../../../runtime/namespaces.ts";
import { SystemState } from "../../../runtime/process/state.ts";
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

test.serial("what needs the orchestrator says that it is stopped, and what lets it go on", async (t) => {
  const { system, running, ask } = await scene(t, "--base", "memory");
  const { pid } = running.child;
  running.child.kill("SIGSTOP");
  const expected =
    `error: the orchestrator of ${system} (process ${pid}) is stopped\n` +
    `hint: \`kill -CONT ${pid}\` lets it go on; \`architect down ${system}\` removes the system all the same\n`;
  for (const args of [
    ["set", "n=2", "-s", system],
    ["plan", "main.arch"],
    ["apply", "main.arch"],
    ["explain", "a", "-s", system],
    ["events", system],
    ["status", system],
  ]) {
    const ran = await ask(...args);
    t.deepEqual([ran.code, ran.out, complaints(ran)], [1, "", expected], args.join(" "));
  }
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

kernel("status shows what the kernel has, and down removes it", async (t) => {
  const { system, running, ask } = await scene(t);
  running.child.kill("SIGSTOP");
  const shown = await ask("status", system, "--json");
  t.is(shown.code, 0);
  const status = JSON.parse(shown.out) as Status;
  t.like(status, { system, state: "degraded", orchestrator: running.child.pid });
  t.regex(status.problems[0]!, /is stopped: this is what the kernel shows$/);
  t.true(status.automata[0]!.instances[0]!.pid! > 0);
  t.regex((await ask("status", system)).out, /\n! the orchestrator of .* is stopped: /);
  const down = await ask("down", system);
  t.deepEqual([down.code, down.out], [0, `${system} is stopped and removed\n`]);
  t.deepEqual(namespaceNames(`${system}.`), []);
  t.false(existsSync(new SystemState(system).directory));
  await running.ended;
});
