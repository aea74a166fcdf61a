/** Commands that go on: a slow reader holds nothing up, and one that goes away ends them. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { feed } from "../../../src/cli/feed.ts";
import type { Stream } from "../../../src/cli/terminal.ts";
import { architect, binary, folder } from "../binary.ts";
import { writeLog } from "./recipes.ts";

const program = `
automaton a { instances input("n", 1) }
${Array.from({ length: 400 }, (_, i) => `let x${i} = input("x${i}", 0)`).join("\n")}
system lasting = [a]
`;

interface Scene {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const scene = (t: ExecutionContext): Scene => {
  const cwd = folder(t, { "main.arch": program });
  const runtime = join(cwd, "runtime");
  mkdirSync(runtime, { mode: 0o700 });
  return { cwd, env: { ARCHITECT_RUNTIME_DIR: runtime } };
};

interface Started {
  readonly ended: Promise<number>;
  readonly end: (signal: NodeJS.Signals) => void;
}

/** A script of bash with `$architect`; it leads a group of processes that end with the test. */
const start = (t: ExecutionContext, { cwd, env }: Scene, script: string): Started => {
  const child = spawn("bash", ["-c", script], {
    cwd,
    env: { ...process.env, ...env, architect: `${process.execPath} ${binary}` },
    stdio: "ignore",
    detached: true,
  });
  const ended = new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? -1)));
  const end = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-child.pid!, signal);
    } catch {
      // It has ended.
    }
  };
  t.teardown(async () => {
    end("SIGKILL");
    await ended;
  });
  return { ended, end };
};

const read = ({ cwd }: Scene, name: string): string =>
  existsSync(join(cwd, name)) ? readFileSync(join(cwd, name), "utf8") : "";

const until = async (what: string, isSo: () => boolean | Promise<boolean>): Promise<void> => {
  const end = performance.now() + 60_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`not within a minute: ${what}`);
    await sleep(50);
  }
};

const running = async (t: ExecutionContext, of: Scene): Promise<Started> => {
  const started = start(t, of, "exec $architect run main.arch --base memory >run.out 2>&1");
  await until("it runs", () => read(of, "run.out").includes("Ctrl-C stops"));
  return started;
};

const set = (of: Scene, ...assignments: readonly string[]) => architect(["set", ...assignments], of);

test("events end with their reader, and nothing need happen for that", async (t) => {
  const of = scene(t);
  await running(t, of);
  const script = `$architect events 2>err | head -1 >out; echo \${PIPESTATUS[0]} >code`;
  const { ended } = start(t, of, script);
  let n = 1;
  await until("an event is read", async () => {
    await set(of, `n=${++n}`);
    return read(of, "out") !== "";
  });
  await ended;
  t.deepEqual([read(of, "code"), read(of, "err")], ["141\n", ""]);
});

test("a watched status ends with its reader", async (t) => {
  const of = scene(t);
  await running(t, of);
  for (const flags of ["--json", ""]) {
    const script = `$architect status --watch ${flags} 2>err | head -1 >out; echo \${PIPESTATUS[0]} >code`;
    await start(t, of, script).ended;
    t.deepEqual([read(of, "code"), read(of, "err")], ["141\n", ""]);
    t.true(read(of, "out").includes("lasting"));
  }
});

test("a watched status that is stopped ends well, as does one whose system is taken away", async (t) => {
  const of = scene(t);
  const { end, ended } = await running(t, of);
  const stopped = start(t, of, "exec $architect status --watch --json >out 2>err");
  await until("it is shown", () => read(of, "out") !== "");
  stopped.end("SIGTERM");
  t.is(await stopped.ended, 0);
  const gone = start(t, of, "exec $architect status --watch --json >gone 2>err");
  await until("it is shown", () => read(of, "gone") !== "");
  end("SIGTERM");
  t.is(await gone.ended, 1);
  t.is(await ended, 0);
  const lines = read(of, "gone").trimEnd().split("\n");
  for (const line of lines) t.notThrows(() => JSON.parse(line), line);
  t.like(JSON.parse(lines.at(-1)!), { ok: false, error: { message: "lasting is gone" } });
  t.is(read(of, "err"), "");
});

test("followed logs end with their reader", async (t) => {
  const of = scene(t);
  writeLog(of.env.ARCHITECT_RUNTIME_DIR!, 10);
  const script = `$architect logs front -f 2>err | head -1 >out; echo \${PIPESTATUS[0]} >code`;
  await start(t, of, script).ended;
  t.deepEqual([read(of, "code"), read(of, "err")], ["141\n", ""]);
});

test("run ends with its reader as by SIGPIPE: it lets go of the system", async (t) => {
  const of = scene(t);
  const script = `$architect run main.arch --base memory 2>err | head -1 >out; echo \${PIPESTATUS[0]} >code`;
  await start(t, of, script).ended;
  t.deepEqual([read(of, "code"), read(of, "err")], ["141\n", ""]);
  t.regex(read(of, "out"), /^lasting converged/);
  t.is((await architect(["status", "lasting"], of)).code, 1);
});

test("run waits for no reader: it goes on, and says what it left out", async (t) => {
  const of = scene(t);
  const reader = "(until [ -e go ]; do sleep 0.1; done; cat >out)";
  const { ended } = start(t, of, `trap "" TERM; $architect run main.arch --base memory 2>&1 | ${reader}`);
  await until("it runs", async () => (await architect(["status", "lasting"], of)).code === 0);
  // Each change is told; together they are more than the pipe and the orchestrator keep.
  for (let n = 1; n <= 5; n++) {
    const counts = Array.from({ length: 400 }, (_, i) => `n=${1 + ((n + i) % 7)}`);
    const { code, err } = await set(of, ...counts);
    t.deepEqual([code, err], [0, ""]);
  }
  const status = await architect(["status", "lasting", "--json"], of);
  start(t, of, ": >go");
  await until("the rest is read", () => /left out: nobody read them\n/.test(read(of, "out")));
  t.true(read(of, "out").length < 400_000, `${read(of, "out").length} bytes`);
  process.kill((JSON.parse(status.out) as { orchestrator: number }).orchestrator, "SIGTERM");
  await until("it is taken away", () => read(of, "out").endsWith("lasting is stopped and removed\n"));
  await ended;
});

test("what a slow reader misses is counted, and told when it has caught up", async (t) => {
  const written: string[] = [];
  let full = false;
  let drain = (): void => {};
  const stream: Stream = {
    write: (text) => void written.push(text),
    live: false,
    colour: false,
    columns: () => null,
    rows: () => 24,
    isFull: () => full,
    drained: () =>
      new Promise((resolve) => {
        drain = resolve;
      }),
    gone: () => new AbortController().signal,
  };
  const fed = feed(stream);
  fed.write("a\n");
  full = true;
  fed.write("b\n");
  fed.write("c\n");
  full = false;
  drain();
  await sleep(0);
  fed.write("d\n");
  t.deepEqual(written, ["a\n", "… 2 messages were left out: nobody read them\n", "d\n"]);
});
