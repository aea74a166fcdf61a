/** The commands of a running system, on the model in memory: no rights are needed. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { SystemState } from "../../../runtime/process/state.ts";
import { architect, complaints, folder, type Ran, withoutProgress } from "../binary.ts";
import { type Running, start, systemOf } from "../running.ts";

const programOf = (system: string, fronts = 1): string => `
protocol Rpc = mu t. &{ call: ?Bytes . !Bytes . t, quit: end }
automaton store { provides kv: Rpc on tcp 6379  runs exec ["sleep", "1000"] }
automaton front {
  requires kv: Rpc
  runs exec ["sleep", "1000"]
  instances input("fronts", ${fronts})
}
system ${system} = [front => store]
`;

interface Scene {
  readonly system: string;
  readonly cwd: string;
  readonly running: Running;
  readonly ask: (...args: readonly string[]) => Promise<Ran>;
}

const scene = async (t: ExecutionContext, ...options: readonly string[]): Promise<Scene> => {
  const system = systemOf(t);
  const cwd = folder(t, { "main.arch": programOf(system) });
  const running = start(t, ["run", "main.arch", "--base", "memory", ...options], cwd);
  await running.says("Ctrl-C stops and removes it");
  return { system, cwd, running, ask: (...args) => architect(args, { cwd }) };
};

test.serial("run shows the system, stays, and takes it away at SIGTERM", async (t) => {
  const { system, running } = await scene(t);
  t.regex(
    withoutProgress(running.printed()),
    new RegExp(`^${system} converged \\(2 of 2 instances ready, memory, supervised by `),
  );
  t.regex(running.printed(), /\nWIRES\nfront\.kv => store\.kv\n/);
  const { directory } = new SystemState(system);
  t.true(existsSync(directory));
  running.child.kill("SIGTERM");
  t.is(await running.ended, 0);
  t.true(running.printed().endsWith(`${system} is stopped and removed\n`), running.printed());
  t.false(existsSync(directory));
});

test.serial("status tells programs everything, in the form of the contract", async (t) => {
  const { system, ask } = await scene(t);
  const { code, out } = await ask("status", system, "--json");
  t.is(code, 0);
  const status = JSON.parse(out) as { automata: { instances: { addresses: unknown[]; pid: number }[] }[] };
  t.like(status, { system, state: "converged", base: "memory" });
  t.like(status.automata[0], { name: "front", services: [] });
  t.like(status.automata[1], {
    name: "store",
    services: [{ port: "kv", protocol: "Rpc", transport: "tcp", number: 6379 }],
  });
  const [instance] = status.automata[0]!.instances;
  t.like(instance, { index: 0, netns: `${system}.front.0`, state: "ready", restarts: 0 });
  t.is(instance!.addresses.length, 2);
  t.like(status, { wires: [{ from: "front.kv", to: "store.kv", kind: "request" }] });
});

test.serial("set changes an input, events tell of it, and plan has nothing left to do", async (t) => {
  const { system, cwd, ask } = await scene(t);
  const events = start(t, ["events", system, "--json"], cwd);
  // It is listening once it has heard of something.
  const heard = events.says('"event":"converged"');
  let changed = await ask("set", "fronts=2", "--system", system);
  t.deepEqual([changed.code, changed.err], [0, ""]);
  t.regex(changed.out, /^fronts = 2: \d+ operations? \(\+\d+.*\) in [\d.]+ ms\n$/);
  changed = await ask("set", "fronts=3", "-s", system);
  await heard;
  const { out } = await ask("status", system, "--json");
  t.is((JSON.parse(out) as { automata: { instances: unknown[] }[] }).automata[0]!.instances.length, 3);
  const told = events
    .printed()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  for (const event of told)
    t.deepEqual(Object.keys(event).sort(), ["automaton", "causes", "event", "text", "time"]);
  t.true(told.some(({ event, text }) => event === "set" && String(text).startsWith("fronts = 3")));
  t.is((await ask("plan", "main.arch")).out, `${system}: no changes\n`);
});

test.serial("events have a history: since when, and to the end", async (t) => {
  const { system, cwd, ask } = await scene(t);
  await ask("set", "fronts=2", "-s", system);
  const past = async (...args: readonly string[]): Promise<readonly Record<string, unknown>[]> => {
    const { code, out, err } = await ask("events", system, "--json", "--no-follow", ...args);
    t.deepEqual([code, err], [0, ""]);
    return out
      .trimEnd()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  const all = await past();
  t.true(all.some(({ event, text }) => event === "set" && String(text).startsWith("fronts = 2")));
  t.deepEqual(await past("--since", "1h"), all);
  t.deepEqual(await past("--since", "0s"), []);
  const last = all.at(-1)!.time as string;
  t.deepEqual(
    await past("--since", last),
    all.filter(({ time }) => String(time) >= last),
  );
  const follower = start(t, ["events", system, "--since", "1h", "--json"], cwd);
  await follower.says("fronts = 2");
  await ask("set", "fronts=3", "-s", system);
  await follower.says("fronts = 3");
  const wrong = await ask("events", system, "--since", "yesterday");
  t.is(wrong.code, 64);
  t.regex(wrong.err, /^error: --since must be how long ago .*, or a time .*, not "yesterday"\n/);
});

test.serial("plan honours inputs beside an orchestrator, and sets nothing", async (t) => {
  const { system, ask } = await scene(t);
  const planned = await ask("plan", "main.arch", "-i", "fronts=3", "--detailed-exitcode");
  t.deepEqual([planned.code, complaints(planned)], [2, ""]);
  t.regex(planned.out, /~ front scales 1 → 3\n/);
  t.regex(planned.out, /fronts/);
  t.is((await ask("plan", "main.arch")).out, `${system}: no changes\n`);
  const slip = await ask("plan", "main.arch", "-i", "front=3");
  t.deepEqual([slip.code, slip.out], [1, ""]);
  t.regex(slip.err, /did you mean fronts\?/);
});

test.serial("set refuses what the program does not know, or cannot take", async (t) => {
  const { system, ask } = await scene(t);
  const slip = await ask("set", "front=2", "-s", system);
  t.deepEqual(
    [slip.code, slip.err],
    [1, "error: the program has no input front\nhint: did you mean fronts?\n"],
  );
  const kind = await ask("set", "fronts=many", "-s", system);
  t.is(kind.code, 1);
  t.regex(kind.err, /^error: fronts takes /);
  t.is((await ask("set", "fronts", "-s", system)).code, 64);
});

test.serial("there is one orchestrator a system; another says so and changes nothing", async (t) => {
  const { system, running, ask } = await scene(t);
  const second = await ask("run", "main.arch", "--base", "memory");
  t.is(second.code, 1);
  t.regex(
    complaints(second),
    new RegExp(`^error: another orchestrator \\(process ${running.child.pid}\\) keeps ${system} already\n`),
  );
  t.is((await ask("status", system)).code, 0);
});

test.serial("apply hands the program to the orchestrator that runs", async (t) => {
  const { system, cwd, ask } = await scene(t);
  t.regex((await ask("apply", "main.arch")).out, new RegExp(`^${system}: 0 operations in `));
  writeFileSync(join(cwd, "main.arch"), programOf(system, 2));
  const planned = await ask("plan", "main.arch", "--detailed-exitcode");
  t.is(planned.code, 2);
  t.regex(planned.out, /~ front scales 1 → 2\n(?:.*\n)* {4}\+ instance 1 /);
  const { code, out } = await ask("apply", "main.arch", "--json");
  t.is(code, 0);
  t.like(JSON.parse(out), { summary: { create: 2 }, failures: [] });
  writeFileSync(join(cwd, "main.arch"), "system = nonsense");
  t.is((await ask("apply", "main.arch")).code, 1);
  t.regex((await ask("status", system)).out, /\(3 of 3 instances ready/);
});

test.serial("a plan says why, and explain what was done last, not what was only planned", async (t) => {
  const { system, cwd, ask } = await scene(t);
  await ask("set", "fronts=3", "-s", system);
  writeFileSync(
    join(cwd, "main.arch"),
    programOf(system).replace('"sleep", "1000"]\n  instances', '"sleep", "1001"]\n  instances'),
  );
  const { out } = await ask("plan", "main.arch");
  t.regex(out, /~ front .*\n {4}because front was edited at .*main\.arch:4:11\n/);
  const { operations } = JSON.parse((await ask("plan", "main.arch", "--json")).out) as {
    operations: { id: string; because: { what: string; change?: string }[] }[];
  };
  t.like(operations.find(({ id }) => id === "process/front/0")?.because[0], {
    what: "front",
    change: "edited",
  });
  const explained = await ask("explain", "front", "--system", system);
  t.regex(explained.out, /\ninstances {2}input fronts: 1 → 3 ⇒ instances of front\n/);
});

test.serial("run --watch follows the file; a save with errors changes nothing", async (t) => {
  const { system, cwd, running } = await scene(t, "--watch");
  writeFileSync(join(cwd, "main.arch"), programOf(system, 2));
  await running.says(/applied +main\.arch: \d+ operations/);
  writeFileSync(join(cwd, "main.arch"), `${programOf(system, 3)}\nlet broken = nope\n`);
  await running.says(/main\.arch:11:14: error\[unknown-name\].*\n.*\n11 \| let broken = nope\n/);
  const file = join(cwd, "main.arch");
  const { out } = await architect(["status", system]);
  t.regex(out, /\(3 of 3 instances ready/);
  t.true(
    out.includes(`\n! what was saved last is not applied: ${file}:11:14: nothing is called \`nope\` here\n`),
    out,
  );
  const rejected = async (): Promise<unknown> =>
    (JSON.parse((await architect(["status", system, "--json"])).out) as { rejected: unknown }).rejected;
  t.like(await rejected(), { file, line: 11, column: 14, errors: 1 });
  writeFileSync(join(cwd, "main.arch"), programOf(system, 4));
  await running.says(/applied +main\.arch: 4 operations/);
  t.is(await rejected(), null);
  // Back at what is run, nothing is wrong any more, and nothing is applied.
  writeFileSync(join(cwd, "main.arch"), "let broken = nope\n");
  const becomes = async (isRejected: boolean): Promise<boolean> => {
    for (let tries = 0; tries < 500; tries++) {
      if (((await rejected()) !== null) === isRejected) return true;
      await sleep(20);
    }
    return false;
  };
  t.true(await becomes(true));
  writeFileSync(join(cwd, "main.arch"), programOf(system, 4));
  t.true(await becomes(false));
});

test.serial("explain asks the one who runs it", async (t) => {
  const { system, ask } = await scene(t);
  const { code, out } = await ask("explain", "front", "--system", system);
  t.is(code, 0);
  t.regex(out, /^front is written in \d places\n {2}main\.arch:\d+:\d+ /);
  t.regex(out, /\nnow\n {2}instance 0 {2}ready\n/);
  const slip = await ask("explain", "frnt", "--system", system);
  t.deepEqual(
    [slip.code, slip.err],
    [1, `error: ${system} has no automaton frnt\nhint: did you mean front?\n`],
  );
  const json = await ask("explain", "front.0", "--system", system, "--json");
  t.like(JSON.parse(json.out), { automaton: "front", part: { kind: "instance", index: 0 } });
});

test.serial("down from elsewhere ends the run, too", async (t) => {
  const { system, running, ask } = await scene(t);
  const down = await ask("down", system);
  t.deepEqual([down.code, down.out, complaints(down)], [0, `${system} is stopped and removed\n`, ""]);
  t.is(await running.ended, 0);
  t.true(running.printed().endsWith(`${system} was stopped and removed\n`));
});

test.serial("apply in memory converges, tells what it did, and leaves nothing", async (t) => {
  const system = systemOf(t);
  const cwd = folder(t, { "main.arch": programOf(system, 2) });
  const ran = await architect(["apply", "main.arch", "--base", "memory", "--json"], { cwd });
  const { code, out } = ran;
  t.deepEqual([code, complaints(ran)], [0, ""]);
  const { summary, operations, failures } = JSON.parse(out) as {
    summary: unknown;
    operations: unknown[];
    failures: unknown[];
  };
  t.like(summary, { delete: 0 });
  t.deepEqual(operations[0], { op: "create", kind: "hub", id: "hub", automaton: null });
  t.deepEqual(failures, []);
  t.false(existsSync(new SystemState(system).directory));
});

test.serial("a command that does not exist is named, and nothing stays", async (t) => {
  const system = systemOf(t);
  const cwd = folder(t, {
    "main.arch": `automaton x { runs exec ["no-such-command"] }\nsystem ${system} = [x]\n`,
  });
  const ran = await architect(["run", "main.arch", "--base", "memory"], { cwd });
  const { code, out } = ran;
  t.is(code, 1);
  t.regex(complaints(ran), /^error: \w[\w-]*\.0: cannot run "no-such-command": no such command in PATH/m);
  t.true(out.endsWith(`${system} is stopped and removed\n`));
  t.false(existsSync(new SystemState(system).directory));
});

test.serial("without an orchestrator, what needs one says so", async (t) => {
  const system = systemOf(t);
  for (const args of [
    ["status", system],
    ["set", "a=1", "-s", system],
    ["events", system],
    ["explain", "a", "-s", system],
  ]) {
    const { code, err } = await architect(args);
    t.deepEqual([code, err.split("\n")[0]], [1, `error: there is no system ${system} here`]);
  }
  const down = await architect(["down", system]);
  t.deepEqual([down.code, down.out], [0, `nothing of ${system} is here\n`]);
  t.is((await architect(["status", "not a name"])).code, 64);
});

test.serial("status without a name lists all systems, to programs in one document", async (t) => {
  const cwd = folder(t, {
    "one.arch": "automaton a {}\nsystem one = [a]\n",
    "two.arch": 'automaton b { runs exec ["sleep", "1"] instances 2 }\nsystem two = [b]\n',
  });
  const env = { ARCHITECT_RUNTIME_DIR: join(cwd, "runtime") };
  const ask = (...args: readonly string[]): Promise<Ran> => architect(args, { cwd, env });
  for (const file of ["one.arch", "two.arch"])
    await start(t, ["run", file, "--base", "memory"], cwd, env).says("Ctrl-C stops and removes it");
  const { code, out } = await ask("status");
  t.is(code, 0);
  t.regex(
    out,
    /^SYSTEM +STATE +INSTANCES .*\none +converged +1 of 1 ready .*\ntwo +converged +2 of 2 ready .*\n$/,
  );
  const { systems } = JSON.parse((await ask("status", "--json")).out) as { systems: { system: string }[] };
  t.deepEqual(
    systems.map(({ system }) => system),
    ["one", "two"],
  );
  t.is((await ask("status", "two")).out.split(" ")[0], "two");
  for (const command of ["set", "explain"])
    t.regex(
      (await ask(command, "a=1")).err,
      /^error: there are several: one, two\nhint: name one with --system\n/,
    );
});

test.serial("a model publishes nothing, and says so", async (t) => {
  const system = systemOf(t);
  const text = `protocol P = ?Bytes\nautomaton web { provides http: P on tcp 80 }\nsystem ${system} = [publish(web.http, 8123)]\n`;
  const cwd = folder(t, { "main.arch": text });
  const running = start(t, ["run", "main.arch", "--base", "memory"], cwd);
  await running.says("Ctrl-C stops and removes it");
  t.regex(running.printed(), /\nweb\.http would be published at the host's tcp port 8123\n/);
  t.notRegex(running.printed(), /localhost|https?:\/\/|logs web|exec web/);
});
