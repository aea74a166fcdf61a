/** `architect inspect`, spoken to as its page does. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { WebSocket } from "ws";
import type { PageRequest, ServerMessage } from "../../../src/inspector/protocol.ts";
import { until } from "../../until.ts";
import { architect, complaints, folder } from "../binary.ts";
import { type Running, start, systemOf } from "../running.ts";

const programOf = (system: string, fronts = 1): string => `
protocol Rpc = mu t. &{ call: ?Bytes . !Bytes . t, quit: end }
automaton store { provides kv: Rpc on tcp 6379 }
automaton front { requires kv: Rpc  instances ${fronts} }
system ${system} = [front => store]
`;

interface Page {
  readonly messages: readonly ServerMessage[];
  readonly ask: (asked: Omit<PageRequest, "id">) => Promise<ServerMessage>;
  readonly hangUp: () => void;
}

const addressIn = (printed: string): URL =>
  new URL(/http:\S+/g.exec(printed.split("\n").findLast((line) => line.includes("http:"))!)![0]);

/** Lets itself in by the address that was printed last. */
const openPage = async (t: ExecutionContext, running: Running): Promise<Page> => {
  await running.says("http:");
  const { origin, host, hash } = addressIn(running.printed());
  const answer = await fetch(`${origin}/session`, {
    method: "POST",
    headers: { origin, "content-type": "application/json" },
    body: JSON.stringify({ token: hash.slice(1) }),
  });
  t.is(answer.status, 200);
  const { key } = (await answer.json()) as { readonly key: string };
  const cookie = answer.headers.get("set-cookie")!.split(";")[0]!;
  const socket = new WebSocket(`ws://${host}/socket`, ["architect-inspector", `key.${key}`], {
    headers: { origin, cookie },
  });
  const messages: ServerMessage[] = [];
  socket.on("message", (data) => messages.push(JSON.parse(String(data)) as ServerMessage));
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  t.teardown(() => socket.terminate());
  let nextId = 0;
  return {
    messages,
    hangUp: () => socket.terminate(),
    ask: async (asked) => {
      const id = nextId++;
      socket.send(JSON.stringify({ ...asked, id }));
      const find = () => messages.find((one) => "id" in one && one.id === id);
      await until(`there is an answer to ${asked.ask}`, () => find() !== undefined);
      return find()!;
    },
  };
};

/** How many instances of an automaton the page knows of. */
const instancesOf = ({ messages }: Page, name: string): number | undefined =>
  messages
    .flatMap((one) => (one.kind === "snapshot" ? (one.delta.automata ?? []) : []))
    .findLast((one) => one.name === name)?.instances.length;

const linkOf = ({ messages }: Page): string | undefined =>
  messages
    .flatMap((one) => (one.kind === "snapshot" && one.delta.head !== undefined ? [one.delta.head] : []))
    .at(-1)?.link;

test("a program that does not run is shown, and followed as it is saved", async (t) => {
  const system = systemOf(t);
  const cwd = folder(t, { "main.arch": programOf(system) });
  const running = start(t, ["inspect", "--file", "main.arch", "--no-open"], cwd);
  const page = await openPage(t, running);
  await until("the page knows the system", () => instancesOf(page, "front") === 1);
  writeFileSync(join(cwd, "main.arch"), programOf(system, 3));
  await until("the page knows what was saved", () => instancesOf(page, "front") === 3);
  const explained = await page.ask({ ask: "explain", name: "front" } as PageRequest);
  t.true(explained.kind === "result");
  t.like((explained as { readonly result: object }).result, {
    automaton: "front",
    written: [{ what: "its declaration", place: { range: { start: { line: 4 } } } }],
  });
  t.like(await page.ask({ ask: "explain", name: "nobody" } as PageRequest), { kind: "refusal" });
  await until("the page hears what happens", () => page.messages.some(({ kind }) => kind === "events"));
  running.child.kill("SIGTERM");
  t.is(await running.ended, 0);
});

test("each address opens one page, and is followed by another", async (t) => {
  const cwd = folder(t, { "main.arch": programOf(systemOf(t)) });
  const running = start(t, ["inspect", "--file", "main.arch", "--no-open"], cwd);
  await running.says("http:");
  const first = addressIn(running.printed());
  await openPage(t, running);
  await running.says("another page: http:");
  const second = addressIn(running.printed());
  t.is(second.origin, first.origin);
  t.not(second.hash, first.hash);
  t.regex(first.hash, /^#[\w-]{43}$/);
});

test("a page follows a system over the end of its orchestrator, and the next", async (t) => {
  const system = systemOf(t);
  const cwd = folder(t, { "main.arch": programOf(system) });
  const run = () => start(t, ["run", "main.arch", "--base", "memory"], cwd);
  const first = run();
  await first.says("Ctrl-C stops and removes it");
  const inspecting = start(t, ["inspect", system, "--no-open"], cwd);
  const page = await openPage(t, inspecting);
  await until("the page knows the system", () => instancesOf(page, "store") === 1);
  first.child.kill("SIGTERM");
  await first.ended;
  await until("the page knows that nobody supervises it", () => linkOf(page) === "absent");
  t.like(await page.ask({ ask: "explain", name: "front" } as PageRequest), {
    refusal: { message: `nobody supervises ${system} now` },
  });
  const second = run();
  await second.says("Ctrl-C stops and removes it");
  await until("the page knows the next", () => linkOf(page) === "answering");
  page.hangUp();
});

test("what cannot be inspected is told", async (t) => {
  const cwd = folder(t, { "wrong.arch": "system s = nothing\n" });
  const env = { ARCHITECT_RUNTIME_DIR: join(cwd, "runtime") };
  const none = await architect(["inspect"], { cwd, env });
  t.is(none.code, 1);
  t.regex(complaints(none), /^error: no system runs here\n/);
  const wrong = await architect(["inspect", "--file", "wrong.arch"], { cwd, env });
  t.is(wrong.code, 1);
  t.regex(complaints(wrong), /nothing is not defined|unknown-name/);
  const port = await architect(["inspect", "--port", "many"], { cwd, env });
  t.deepEqual([port.code, /--port must be a whole number/.test(port.err)], [64, true]);
});

test("run --inspect serves a page of what it runs, and ends it with itself, also where it is killed", async (t) => {
  const system = systemOf(t);
  const cwd = folder(t, { "main.arch": programOf(system) });
  const run = () => start(t, ["run", "main.arch", "--base", "memory", "--inspect"], cwd);
  const first = run();
  const page = await openPage(t, first);
  await until("the page knows the system", () => instancesOf(page, "store") === 1);
  const { origin } = addressIn(first.printed());
  first.child.kill("SIGTERM");
  t.is(await first.ended, 0, "it ends when its inspector has ended, too, which has the same output");
  await t.throwsAsync(() => fetch(origin));
  const second = run();
  await second.says("Ctrl-C stops and removes it");
  await second.says("http:");
  const { origin: next } = addressIn(second.printed());
  second.child.kill("SIGKILL");
  await second.ended;
  await t.throwsAsync(() => fetch(next));
});

// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

kernel("of what really runs a page follows the logs, restarts it, and scales it by its text", async (t) => {
  const system = systemOf(t);
  const program = `automaton talker {
  runs exec ["sh", "-c", "echo I am $(date +%s%N); exec sleep 1000"]
  instances 1
}
system ${system} = [talker]
`;
  const cwd = folder(t, { "main.arch": program });
  t.teardown(() => architect(["down", system]));
  const running = start(t, ["run", "main.arch"], cwd, { XDG_STATE_HOME: cwd });
  await running.says("Ctrl-C stops");
  const page = await openPage(t, start(t, ["inspect", system, "--no-open"], cwd, { XDG_STATE_HOME: cwd }));
  const printed = (): readonly string[] =>
    page.messages.flatMap((one) => (one.kind === "lines" ? one.lines : [])).map(({ text }) => text);
  await page.ask({ ask: "logs", automaton: "talker" } as PageRequest);
  await until("its log is there", () => printed().length === 1);
  t.regex(printed()[0]!, /^I am \d+$/);
  const restarted = await page.ask({ ask: "restart", name: "talker" } as PageRequest);
  t.like(restarted, { kind: "result", result: { failures: [] } });
  await until("the new process has printed", () => printed().length === 2);
  t.not(printed()[1], printed()[0]);
  const proposed = await page.ask({ ask: "propose", goal: "scale talker 2" } as PageRequest);
  t.true(proposed.kind === "result", JSON.stringify(proposed));
  const { offer, choices } = (
    proposed as { readonly result: { offer: number; choices: readonly { text: string }[] } }
  ).result;
  t.regex(choices[0]!.text, /- {3}instances 1\n\+ {3}instances 2\n/);
  t.regex(choices[0]!.text, new RegExp(`\\n${system}: 2 to create`));
  t.is(readFileSync(join(cwd, "main.arch"), "utf8"), program);
  t.like(await page.ask({ ask: "choose", offer, choice: 0 } as PageRequest), { kind: "result" });
  await until("there are two", () => instancesOf(page, "talker") === 2);
  t.is(readFileSync(join(cwd, "main.arch"), "utf8"), program.replace("instances 1", "instances 2"));
  t.like(await page.ask({ ask: "choose", offer: offer + 1, choice: 0 } as PageRequest), { kind: "refusal" });
  t.like(await page.ask({ ask: "propose", goal: "scale nobody 2" } as PageRequest), { kind: "refusal" });
});
