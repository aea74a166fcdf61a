/** Nothing that a command says is lost, whoever reads it, and however slowly. */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { commands } from "../../../src/cli/commands.ts";
import { binary, folder, withoutProgress } from "../binary.ts";
import { start } from "../running.ts";
import { files, keepState, much, type Recipe, recipes, writeLog } from "./recipes.ts";

/** Those that go on until they are ended, and one that is spoken with, below. */
const others = ["run", "inspect", "lsp"];
const isRoot = process.getuid?.() === 0;

interface Scene {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

let scene: Scene;
const endings: (() => unknown)[] = [];
const t = { teardown: (end: () => unknown) => void endings.unshift(end) };

test.after.always(async () => {
  for (const end of endings) await end();
});

test.before(async () => {
  const cwd = folder(t, files);
  const runtime = join(cwd, "runtime");
  mkdirSync(runtime, { mode: 0o700 });
  writeLog(runtime, 3_000);
  const state = join(cwd, "state");
  keepState(state, runtime);
  scene = { cwd, env: { ARCHITECT_RUNTIME_DIR: runtime, ARCHITECT_STATE_DIR: state } };
  const running = [start(t, ["run", "ring.arch", "--base", "memory"], cwd, scene.env)];
  if (isRoot) running.push(start(t, ["run", "inside.arch"], cwd, scene.env));
  for (const { says } of running) await says("Ctrl-C stops and removes it");
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * The command line as `"$@"` of a script of bash, which may write files `out` and `err`
 * in a directory of its own, and must end with the exit code of the command.
 */
const bash = async (t: ExecutionContext, script: string, { args, input }: Recipe): Promise<Ended> => {
  const place = folder(t, { input: input ?? "", out: "", err: "" });
  const cwd = args[0] === "init" ? folder(t) : scene.cwd;
  const { FORCE_COLOR: _, NO_COLOR: __, ...env } = process.env;
  const child = spawn("bash", ["-c", script, place, process.execPath, binary, ...args], {
    cwd,
    env: { ...env, ...scene.env },
    stdio: "ignore",
  });
  const code = await new Promise<number>((resolve) => child.once("close", (of) => resolve(of ?? -1)));
  const read = (name: string): string => readFileSync(join(place, name), "utf8");
  return { code, out: read("out"), err: read("err") };
};

const plain = `"$@" <$0/input >$0/out 2>$0/err`;
/** Both streams are pipes that are read slowly. */
const slow =
  `( "$@" <$0/input 2>&3 3>&- | (sleep 0.3; cat) >$0/out; exit \${PIPESTATUS[0]} ) 3> >(sleep 0.3; cat >$0/err; : >$0/read); ` +
  `code=$?; until [ -e $0/read ]; do sleep 0.01; done; exit $code`;
/** Begins the command when there is no reader any more. */
const whenLeft = `trap "" PIPE; while printf x; do sleep 0.01; done 2>/dev/null; trap - PIPE;`;
const leftOut = `{ ${whenLeft} "$@" <$0/input 2>$0/err; } | true; exit \${PIPESTATUS[0]}`;
const leftErr = `{ ${whenLeft} "$@" <$0/input 2>&1 >$0/out; } | true; exit \${PIPESTATUS[0]}`;
const leftHalfway = `"$@" <$0/input 2>$0/err | head -c 100 >$0/out; exit \${PIPESTATUS[0]}`;
const full = `"$@" <$0/input >/dev/full 2>$0/err`;
const closed = `"$@" <$0/input >&- 2>$0/err`;

/** A stack, or the name of an error of Node's. */
const leaked = /^\s+at |Error:|EPIPE|ENOSPC|node:/m;

test("each command is looked at", (t) => {
  t.deepEqual(
    commands.map(({ name }) => name).filter((name) => !others.includes(name)),
    commands.map(({ name }) => name).filter((name) => name in recipes),
  );
});

for (const { name } of commands) {
  for (const [index, recipe] of (recipes[name] ?? []).entries()) {
    const testIt = recipe.isKernel === true && !isRoot ? test.serial.skip : test.serial;
    testIt(`architect ${recipe.args.slice(0, 6).join(" ")}`, async (t) => {
      const same = (text: string): string => (recipe.same ?? ((whole) => whole))(withoutProgress(text));
      const whole = await bash(t, plain, recipe);
      const length = whole.out.length + whole.err.length;
      t.true(length > (recipe.atLeast ?? 0), `${length} bytes`);
      t.notRegex(whole.err, leaked);

      const slowly = await bash(t, slow, recipe);
      t.is(slowly.code, whole.code, "a slow reader changes nothing");
      t.true(same(slowly.out) === same(whole.out), `${slowly.out.length} of ${whole.out.length} bytes`);
      t.true(same(slowly.err) === same(whole.err), `${slowly.err.length} of ${whole.err.length} bytes`);

      if (index > 0) return;
      if (whole.out !== "") {
        const left = await bash(t, leftOut, recipe);
        t.deepEqual([left.code, same(left.err)], [141, same(whole.err)], "nobody reads standard output");
      }
      // Progress is said only where something takes long.
      if (withoutProgress(whole.err) !== "")
        t.is((await bash(t, leftErr, recipe)).code, 141, "nobody reads standard error");
    });
  }
}

test("a disk that is full, and a stream that is closed", async (t) => {
  for (const recipe of [recipes.check![1]!, recipes.eval![0]!, recipes.set![0]!]) {
    const failed = await bash(t, full, recipe);
    t.not(failed.code, 0);
    t.notRegex(failed.err, leaked);
    t.regex(failed.err, /error: cannot write standard output: no space is left on the device\n$/);
    t.notRegex((await bash(t, closed, recipe)).err, leaked);
  }
});

test("a file gets what was said on both streams in the order in which it was said", async (t) => {
  const recipe: Recipe = { args: ["fmt", "-", "gone.arch", "-"], input: "let a   = 1\n" };
  const { out } = await bash(t, `"$@" <$0/input >$0/out 2>&1`, recipe);
  t.is(out, "let a = 1\nerror: cannot read gone.arch: there is no such file\n");
});

test("a descriptor that somebody else made non-blocking loses nothing", async (t) => {
  // Node makes its end of a pipe non-blocking, and so that of whoever shares it.
  const script = `{ ${JSON.stringify(process.execPath)} -e 'process.stdout.write("x".repeat(100000), () => setTimeout(() => {}, 3000))' & "$@" <$0/input; wait; } | (sleep 1; cat) >$0/out`;
  const recipe: Recipe = { args: ["eval", "-e", "range(1, 20000)", "--json"] };
  const whole = await bash(t, plain, recipe);
  const { out } = await bash(t, script, recipe);
  t.is(out.replaceAll("x", "").length, whole.out.length);
});

test("--version and help", async (t) => {
  for (const args of [["--version"], ["--help"], ["check", "--help"]]) {
    t.is((await bash(t, leftOut, { args })).code, 141);
    const { code, err } = await bash(t, full, { args });
    t.deepEqual([code, err], [1, "error: cannot write standard output: no space is left on the device\n"]);
  }
});

test("a reader that has seen enough ends it", async (t) => {
  const recipe: Recipe = { args: ["check", "wrong.arch", "--json"] };
  const whole = await bash(t, plain, recipe);
  t.deepEqual(await bash(t, leftHalfway, recipe), { code: 141, out: whole.out.slice(0, 100), err: "" });
});

test("a language server that is told to exit has said everything", async (t) => {
  const uri = "file:///rough.arch";
  const say = (message: object): string => {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    return `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
  };
  const document = { uri, languageId: "architect", version: 1, text: files["rough.arch"] };
  const input = [
    { id: 1, method: "initialize", params: { processId: null, rootUri: null, capabilities: {} } },
    { method: "initialized", params: {} },
    { method: "textDocument/didOpen", params: { textDocument: document } },
    { id: 2, method: "textDocument/documentSymbol", params: { textDocument: { uri } } },
    { id: 3, method: "shutdown" },
  ];
  const exit = say({ method: "exit" });
  // The client says the last word when it has heard of the end, and reads slowly all the time.
  const script = `{ cat $0/input; until grep -q '"id":3' $0/out; do sleep 0.1; done; printf ${JSON.stringify(exit.replaceAll("\r\n", "\\r\\n"))}; } |
    "$@" 2>$0/err | (sleep 0.5; cat) >$0/out; exit \${PIPESTATUS[1]}`;
  const { code, out, err } = await bash(t, script, { args: ["lsp"], input: input.map(say).join("") });
  t.deepEqual([code, err], [0, ""]);
  t.true(out.length > much);
  t.regex(out, /a5999[\s\S]*"id":3/);
});
