import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { left, right } from "fp-ts/lib/Either.js";
import { jsonText, numberOf } from "../../../src/core/json-text.ts";
import { ControlClient } from "../../../src/live/control/client.ts";
import type { ChangeMessage, LiveEvent } from "../../../src/live/control/messages.ts";
import { ControlServer, type Handlers } from "../../../src/live/control/server.ts";
import type { Status } from "../../../src/live/control/status.ts";

const shop: Status = {
  system: "shop",
  state: "converged",
  problems: [],
  warnings: [],
  base: "memory",
  file: "/work/shop.arch",
  rejected: null,
  orchestrator: 1,
  automata: [],
  wires: [],
  publications: [],
};
const change: ChangeMessage = { operations: [], failures: [], milliseconds: 3 };

const handlers: Handlers = {
  history: () => [],
  ping: async () => right(null),
  status: async () => right(shop),
  set: async ({ name, text }) =>
    name === "region" ? right(change) : left({ message: `no input ${name}=${text}` }),
  plan: async () =>
    right({ operations: [], stats: { evaluated: 0, evaluationCutOff: 0, parsed: 0, passes: {} } }),
  apply: async () => {
    throw new Error("broken");
  },
  restart: async ({ name }) => left({ message: `no automaton ${name}` }),
  reload: async () => right(change),
  readers: async () => right({ automata: [] }),
  explain: async ({ name }) =>
    right({ automaton: name, part: null, written: [], provenances: [], passes: [], instances: [] }),
  down: async () => right({ failures: [] }),
};

const folder = (t: ExecutionContext, ...below: readonly string[]): string => {
  const root = mkdtempSync(join(tmpdir(), "control-"));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  const directory = join(root, ...below);
  mkdirSync(directory, { recursive: true });
  return directory;
};

const serve = async (t: ExecutionContext, directory: string): Promise<ControlServer> => {
  const server = new ControlServer(handlers);
  await server.listen(directory);
  t.teardown(() => server.close());
  return server;
};

const open = async (t: ExecutionContext, directory: string): Promise<ControlClient> => {
  const client = await ControlClient.open(directory);
  t.assert(client !== null);
  t.teardown(() => client!.close());
  return client!;
};

test("numbers come over it with all their digits", async (t) => {
  const directory = folder(t);
  const after = numberOf("9007199254740993");
  const because = [{ what: "input n", change: "set", before: 0.1, after }] as const;
  const source = { what: "input n", value: after };
  const pass = { pass: "p", attribute: 1, from: [source], cause: "", because };
  const explained = {
    automaton: "a",
    part: null,
    written: [],
    provenances: [],
    passes: [pass],
    instances: [],
  };
  const server = new ControlServer({ ...handlers, explain: async () => right(explained) });
  await server.listen(directory);
  t.teardown(() => server.close());
  const client = await open(t, directory);
  t.is(jsonText(await client.ask("explain", { name: "a" })), jsonText(right(explained)));
});

test("requests are answered, and what is refused says why", async (t) => {
  const directory = folder(t);
  await serve(t, directory);
  const client = await open(t, directory);
  t.deepEqual(await client.ask("status", {}), right(shop));
  t.deepEqual(await client.ask("set", { name: "region", text: "eu" }), right(change));
  t.deepEqual(await client.ask("set", { name: "x", text: "1" }), left({ message: "no input x=1" }));
  t.deepEqual(
    await client.ask("explain", { name: "cart" }),
    right({ automaton: "cart", part: null, written: [], provenances: [], passes: [], instances: [] }),
  );
});

test("many requests on one connection find their own answers", async (t) => {
  const directory = folder(t);
  await serve(t, directory);
  const client = await open(t, directory);
  const names = Array.from({ length: 50 }, (_, i) => `a${i}`);
  const answers = await Promise.all(names.map((name) => client.ask("explain", { name })));
  t.deepEqual(
    answers,
    names.map((automaton) =>
      right({ automaton, part: null, written: [], provenances: [], passes: [], instances: [] }),
    ),
  );
});

test("an error of the orchestrator's own is told, and it goes on", async (t) => {
  const directory = folder(t);
  await serve(t, directory);
  const client = await open(t, directory);
  const program = { file: "/a.arch", text: null, inputs: [] };
  t.deepEqual(await client.ask("apply", { program }), left({ message: "internal error: Error: broken" }));
  t.deepEqual(await client.ask("status", {}), right(shop));
});

test("events reach every listener in order, and nobody else", async (t) => {
  const directory = folder(t);
  const server = await serve(t, directory);
  const [a, b] = [await open(t, directory), await open(t, directory)];
  const seen: string[] = [];
  const all = new Promise<void>((resolve) => {
    void a.listen(({ text }) => {
      seen.push(text);
      if (text === "two") resolve();
    });
  });
  await a.ask("status", {});
  const event = (text: string): LiveEvent => ({
    time: "2026-01-01T00:00:00.000Z",
    event: "drift",
    automaton: null,
    text,
    causes: [],
  });
  server.publish(event("one"));
  server.publish(event("two"));
  await all;
  t.deepEqual(seen, ["one", "two"]);
  t.deepEqual(await b.ask("status", {}), right(shop));
});

test("nobody there is null: no directory, no socket, a socket of the dead", async (t) => {
  const directory = folder(t);
  t.is(await ControlClient.open(join(directory, "gone")), null);
  t.is(await ControlClient.open(directory), null);
  writeFileSync(join(directory, "control"), "");
  t.is(await ControlClient.open(directory), null);
  await serve(t, directory);
  t.not(await ControlClient.open(directory), null);
});

test("the socket is its owner's alone, and gone after the end", async (t) => {
  const directory = folder(t);
  const server = new ControlServer(handlers);
  await server.listen(directory);
  const path = join(directory, "control");
  t.is(statSync(path).mode & 0o777, 0o600);
  await server.close();
  t.throws(() => statSync(path), { code: "ENOENT" });
});

test("a directory of any depth will do", async (t) => {
  const directory = folder(t, "x".repeat(90), "y".repeat(90));
  await serve(t, directory);
  const client = await open(t, directory);
  t.deepEqual(await client.ask("status", {}), right(shop));
});

test("what is no request is refused, and the connection stays", async (t) => {
  const directory = folder(t);
  await serve(t, directory);
  const socket = connect(join(directory, "control"));
  t.teardown(() => socket.destroy());
  socket.setEncoding("utf8");
  const answers: string[] = [];
  const three = new Promise<void>((resolve) => {
    socket.on("data", (text: string) => {
      answers.push(...text.split("\n").filter((line) => line !== ""));
      if (answers.length >= 3) resolve();
    });
  });
  socket.write('nonsense\n{"id":7,"request":"fly"}\n{"id":8,"request":"down"}\n');
  await three;
  t.deepEqual(
    answers.map((line) => JSON.parse(line)),
    [
      { id: -1, refusal: { message: "the request is not understood" } },
      { id: 7, refusal: { message: "the request is not understood" } },
      { id: 8, result: { failures: [] } },
    ],
  );
});

test("an orchestrator that ends leaves nobody waiting", async (t) => {
  const directory = folder(t);
  const deaf = createServer((socket) => socket.once("data", () => socket.destroy()));
  await new Promise<void>((resolve) => deaf.listen(join(directory, "control"), resolve));
  t.teardown(() => deaf.close());
  const client = await open(t, directory);
  t.deepEqual(await client.ask("status", {}), left({ message: "the orchestrator ended before it answered" }));
  t.deepEqual(await client.ask("status", {}), left({ message: "the orchestrator ended before it answered" }));
});

test("a listener that does not read misses events, and is told how many", async (t) => {
  const directory = folder(t);
  const server = await serve(t, directory);
  const client = await open(t, directory);
  const heard: LiveEvent[] = [];
  let isSlow = true;
  let read = (): void => {};
  const readAgain = new Promise<void>((resolve) => {
    read = resolve;
  });
  await client.listen((event) => {
    heard.push(event);
    return isSlow ? readAgain : undefined;
  });
  const event = { time: "2026-01-01T00:00:00.000Z", event: "set", automaton: null, causes: [] };
  const count = 50_000;
  const publish = (text: string): void => server.publish({ ...event, text });
  for (let i = 0; i < count; i++) {
    publish(`${i} ${"x".repeat(200)}`);
    if (i % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  isSlow = false;
  read();
  const ended = performance.now() + 60_000;
  while (heard.at(-1)?.text !== "last" && performance.now() < ended) {
    publish("last");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const missed = heard.filter(({ event: of }) => of === "missed");
  const counted = missed.reduce((sum, { text }) => sum + Number(/^\d+/.exec(text)![0]), 0);
  const told = heard.filter(({ event: of, text }) => of === "set" && text !== "last").length;
  t.true(told < count / 2, `${told} of ${count} were kept for it`);
  t.true(counted >= count - told, `${counted} of ${count - told}`);
});
