/** Commands beside an orchestrator whose files somebody has just taken away. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { namespaceNames } from "../../../runtime/namespaces.ts";
import { SystemState } from "../../../runtime/process/state.ts";
import type { Status } from "../../../src/live/control/status.ts";
import { sweep } from "../../sweep.ts";
import { until } from "../../until.ts";
import { architect, folder, type Ran } from "../binary.ts";
import { start, systemOf } from "../running.ts";

// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

const scene = (t: ExecutionContext) => {
  const system = systemOf(t);
  const cwd = folder(t, {
    "main.arch": `automaton a { instances input("n", 1) }\nsystem ${system} = a\n`,
  });
  t.teardown(() => architect(["down", system]));
  const running = start(t, ["run", "main.arch"], cwd);
  const ask = (...args: readonly string[]): Promise<Ran> => architect(args, { cwd });
  const { directory, root } = new SystemState(system);
  return { system, running, ask, directory, root, socket: join(directory, "control") };
};

kernel("commands wait for a socket that comes again", async (t) => {
  const { system, running, ask, directory, socket } = scene(t);
  await running.says("Ctrl-C stops and removes it");
  rmSync(socket);
  const set = await ask("set", "n=2", "--system", system);
  t.deepEqual([set.code, set.err], [0, ""]);
  sweep(directory);
  const status = JSON.parse((await ask("status", system, "--json")).out) as Status;
  t.is(status.orchestrator, running.child.pid!);
  t.is(status.automata[0]?.instances.length, 2);
  await running.says(/control socket of .* was taken away/);
  rmSync(socket);
  const events = start(t, ["events", system], ".");
  // It may listen only after the first of them.
  for (let n = 3; !events.printed().includes("n = "); n++)
    t.is((await ask("set", `n=${n}`, "--system", system)).code, 0);
  sweep(directory);
  const down = await ask("down", system);
  t.deepEqual([down.code, down.out], [0, `${system} is stopped and removed\n`]);
  t.is(await running.ended, 0);
  t.deepEqual(namespaceNames(`${system}.`), []);
});

kernel("all that is below the runtime directory is taken away, and `down` works at once", async (t) => {
  const { system, running, ask, directory, root } = scene(t);
  await running.says("Ctrl-C stops and removes it");
  sweep(directory);
  rmSync(join(root, `.${system}.lock`));
  const down = await ask("down", system);
  t.deepEqual([down.code, down.out], [0, `${system} is stopped and removed\n`]);
  await running.ended;
  t.deepEqual(namespaceNames(`${system}.`), []);
});

kernel("a socket that cannot come again is told of, and `down` works without it", async (t) => {
  const { system, running, ask, socket } = scene(t);
  await running.says("Ctrl-C stops and removes it");
  rmSync(socket);
  mkdirSync(socket);
  writeFileSync(join(socket, "x"), "");
  await running.says(/cannot listen at .*: something else is there/);
  const status = JSON.parse((await ask("status", system, "--json")).out) as Status;
  t.is(status.orchestrator, running.child.pid!);
  t.regex(status.problems[0] ?? "", /^the orchestrator of .* has no control socket/);
  const set = await ask("set", "n=2", "--system", system);
  t.is(set.code, 1);
  t.regex(set.err, /^error: the orchestrator of .* has no control socket/);
  const down = await ask("down", system);
  t.deepEqual([down.code, down.out], [0, `${system} is stopped and removed\n`]);
  await running.ended;
  await until("nothing is left", () => namespaceNames(`${system}.`).length === 0);
});
