/** Logs as an orchestrator and its processes leave them; no kernel is needed to read them. */
import { appendFileSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { markTime } from "../../runtime/process/log/mark.ts";
import { architect, folder, type Ran } from "../binary.ts";
import { start } from "../running.ts";

interface Scene {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly ask: (...args: readonly string[]) => Promise<Ran>;
  /** Writes to the log of an instance at a time, in seconds since `noon`. */
  readonly write: (instance: string, text: string, second?: number) => void;
}

const noon = new Date(2026, 0, 31, 12).getTime();

const scene = (t: ExecutionContext, system = "shop"): Scene => {
  const cwd = folder(t);
  const env = { ARCHITECT_RUNTIME_DIR: join(cwd, "runtime") };
  const directory = join(cwd, "runtime", system, "logs");
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return {
    cwd,
    env,
    ask: (...args) => architect(["logs", ...args], { cwd, env }),
    write: (instance, text, second) => {
      const path = join(directory, `${instance}.log`);
      appendFileSync(path, text);
      if (second !== undefined) markTime(path, noon + 1_000 * second);
    },
  };
};

const filled = (t: ExecutionContext): Scene => {
  const it = scene(t);
  it.write("s2.0", "one\n", 1);
  it.write("s10.0", "two\nthree\n", 2);
  it.write("s2.1", "four: error\n", 3);
  it.write("s2.0", "five\n", 4);
  it.write("s10.0", "\x1b[31msix\x1b[0m: error\n", 5);
  return it;
};

test("without a name it shows all, in the order in which it was printed, behind their names", async (t) => {
  const { ask } = filled(t);
  const { code, out, err } = await ask();
  t.deepEqual([code, err], [0, ""]);
  t.is(
    out,
    [
      "s2.0  | one",
      "s10.0 | two",
      "s10.0 | three",
      "s2.1  | four: error",
      "s2.0  | five",
      "s10.0 | \x1b[31msix\x1b[0m: error",
      "",
    ].join("\n"),
  );
});

test("of an automaton, and of an instance, whose name goes without saying", async (t) => {
  const { ask } = filled(t);
  t.is((await ask("s2")).out, "s2.0 | one\ns2.1 | four: error\ns2.0 | five\n");
  t.is((await ask("s2.0")).out, "one\nfive\n");
});

test("-n prints exactly so many lines, the last ones, of however many instances", async (t) => {
  const { ask } = filled(t);
  for (const count of [0, 1, 2, 5, 6, 7])
    t.is((await ask("-n", String(count))).out.split("\n").length - 1, Math.min(6, count), `-n ${count}`);
  t.is((await ask("-n", "2")).out, "s2.0  | five\ns10.0 | \x1b[31msix\x1b[0m: error\n");
  t.is((await ask("s2", "-n", "2")).out, "s2.1 | four: error\ns2.0 | five\n");
});

test("--grep keeps the lines that match, and -n counts those", async (t) => {
  const { ask } = filled(t);
  t.is((await ask("--grep", "^(one|six)")).out, "s2.0  | one\ns10.0 | \x1b[31msix\x1b[0m: error\n");
  t.is((await ask("-g", "error", "-n", "1")).out, "s10.0 | \x1b[31msix\x1b[0m: error\n");
  t.is((await ask("-g", "nothing like it")).out, "");
  const wrong = await ask("-g", "(");
  t.is(wrong.code, 64);
  t.regex(wrong.err, /^error: --grep must be a regular expression, not "\("\n/);
});

test("-t begins each line with its time, behind the name", async (t) => {
  const { ask } = filled(t);
  t.is(
    (await ask("s2", "-t")).out,
    [
      "s2.0 | 2026-01-31 12:00:01.0 one",
      "s2.1 | 2026-01-31 12:00:03.0 four: error",
      "s2.0 | 2026-01-31 12:00:04.0 five",
      "",
    ].join("\n"),
  );
});

test("--since takes a time, or how long ago", async (t) => {
  const { ask } = filled(t);
  t.is((await ask("s2", "--since", "2026-01-31 12:00:02")).out, "s2.1 | four: error\ns2.0 | five\n");
  t.is((await ask("s2", "--since", "1m")).out, "");
  t.is((await ask("s2.0", "--since", "2026-01-31")).out, "one\nfive\n");
});

test("-f goes on with all of them, also with those that come", async (t) => {
  const { write, cwd, env } = filled(t);
  const following = start(t, ["logs", "-f", "-n", "1"], cwd, env);
  await following.says("six");
  t.is(following.printed(), "s10.0 | \x1b[31msix\x1b[0m: error\n");
  write("s2.1", "unfini");
  write("new.0", "hello\n");
  await following.says("new.0 | hello\n");
  write("s2.1", "shed\n");
  await following.says("s2.1  | unfinished\n");
  write("s10.0", "a\nb\n");
  await following.says("s10.0 | a\ns10.0 | b\n");
  t.is(following.printed().split("\n").length, 6);
});

test("-f of a system by its name goes on with all of it, also beside others", async (t) => {
  const { write, cwd, env } = filled(t);
  mkdirSync(join(cwd, "runtime/other/logs"), { recursive: true, mode: 0o700 });
  writeFileSync(join(cwd, "runtime/other/logs/s2.0.log"), "not of shop\n");
  const following = start(t, ["logs", "shop", "-f", "-n", "1"], cwd, env);
  await following.says("six");
  write("s2.1", "more\n");
  await following.says("s2.1  | more\n");
  write("new.0", "hello\n");
  await following.says("new.0 | hello\n");
  appendFileSync(join(cwd, "runtime/other/logs/s2.0.log"), "nor this\n");
  write("s2.0", "last\n");
  await following.says("s2.0  | last\n");
  t.notRegex(following.printed(), /not of shop|nor this/);
});

test("-f stays with the system that it found, whatever others come", async (t) => {
  const { write, cwd, env } = filled(t);
  const following = start(t, ["logs", "s2", "-f", "-n", "1"], cwd, env);
  await following.says("five");
  mkdirSync(join(cwd, "runtime/another/logs"), { recursive: true, mode: 0o700 });
  writeFileSync(join(cwd, "runtime/another/logs/s2.0.log"), "of another\n");
  write("s10.0", "of another automaton\n");
  write("s2.0", "last\n");
  await following.says("s2.0 | last\n");
  t.is(following.printed(), "s2.0 | five\ns2.0 | last\n");
});

test("-f goes on when the system is taken away, and comes again", async (t) => {
  const { write, cwd, env } = filled(t);
  const following = start(t, ["logs", "shop", "-f", "-n", "1"], cwd, env);
  await following.says("six");
  write("s2.0", "the last words\n");
  rmSync(join(cwd, "runtime/shop"), { recursive: true });
  await following.says(/s2.0 +\| the last words\n/);
  mkdirSync(join(cwd, "runtime/shop/logs"), { recursive: true, mode: 0o700 });
  write("s2.0", "up again\n");
  await following.says(/s2.0 +\| up again\n/);
  // The names are of one width with those that there are at the time.
  t.deepEqual(following.printed().replaceAll(" ", "").split("\n"), [
    "s10.0|\x1b[31msix\x1b[0m:error",
    "s2.0|thelastwords",
    "s2.0|upagain",
    "",
  ]);
});

test("-f goes on with a log that another takes the place of, and with one that begins anew", async (t) => {
  const { write, cwd, env } = filled(t);
  const path = join(cwd, "runtime/shop/logs/s2.0.log");
  const following = start(t, ["logs", "shop", "-f", "-n", "1"], cwd, env);
  await following.says("six");
  write("s2.0", "before\n");
  renameSync(path, `${path}.1`);
  write("s2.0", "after\n");
  await following.says("s2.0  | before\ns2.0  | after\n");
  truncateSync(path);
  // Shorter than what was read before.
  write("s2.0", "new\n");
  await following.says("s2.0  | new\n");
  t.is(following.printed().split("\n").length, 5);
});

test("-f loses nothing in a pipe whose reader is slow", async (t) => {
  const { write, cwd, env } = scene(t);
  write("loud.0", "begin\n");
  const following = start(t, ["logs", "shop", "-f"], cwd, env);
  await following.says("begin");
  following.child.stdout!.pause();
  const lines = Array.from({ length: 20_000 }, (_, n) => `line ${n}\n`);
  for (let at = 0; at < lines.length; at += 1_000) write("loud.0", lines.slice(at, at + 1_000).join(""));
  following.child.stdout!.resume();
  await following.says("line 19999\n");
  t.is(following.printed(), ["begin\n", ...lines].map((line) => `loud.0 | ${line}`).join(""));
});

test("a flood changes nothing about how many lines -n prints", async (t) => {
  const { ask, env, write } = scene(t);
  write("loud.0", "begin\n");
  const path = join(env.ARCHITECT_RUNTIME_DIR!, "shop/logs/loud.0.log");
  let loud = true;
  const flood = (async () => {
    for (let n = 0; loud; n++) {
      appendFileSync(path, `line ${n}\n`.repeat(200));
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  for (let i = 0; i < 5; i++) {
    const { out, err } = await ask("loud", "-n", "3");
    t.is(out.split("\n").length, 4);
    t.is(err, "");
  }
  loud = false;
  await flood;
});

test("following what prints all the time warns of nothing", async (t) => {
  const { write, cwd, env } = scene(t);
  write("loud.0", "begin\n");
  const following = start(t, ["logs", "-f"], cwd, env);
  await following.says("begin");
  for (let n = 0; n < 200; n++) {
    write("loud.0", `line ${n}\n`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await following.says("line 199");
  const lines = Array.from({ length: 200 }, (_, n) => `loud.0 | line ${n}\n`);
  t.is(following.printed(), ["loud.0 | begin\n", ...lines].join(""));
});

test("what is not there is said, with what is meant", async (t) => {
  const { ask } = filled(t);
  const slip = await ask("s11");
  t.is(slip.code, 1);
  t.regex(slip.err, /^error: there is no s11 in shop\nhint: did you mean s10\?\n$/);
  t.regex((await ask("s2.7")).err, /^error: s2 has no instance 7\nhint: its instances are 0, 1\n$/);
  const nothing = await scene(t).ask();
  t.deepEqual([nothing.code, nothing.err], [1, "error: nothing in shop has printed anything\n"]);
});
