/** A page that reads slowly, or says what it should not. */
import { EventEmitter } from "node:events";
import test from "ava";
import type { WebSocket } from "ws";
import type { Follower, Watcher } from "../../src/inspector/follower.ts";
import { type Answer, PageConnection } from "../../src/inspector/page-connection.ts";
import type { ServerMessage } from "../../src/inspector/protocol.ts";
import { noSnapshot, type Snapshot, snapshotOf } from "../../src/inspector/snapshot.ts";
import type { LiveEvent } from "../../src/live/control/messages.ts";
import type { Status } from "../../src/live/control/status.ts";

/** Takes a message only when it is told to. */
class SlowSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  readonly sent: ServerMessage[] = [];
  closedWith: number | null = null;
  #taken: (() => void) | null = null;

  send(text: string, taken: () => void): void {
    if (this.#taken !== null) throw new Error("a message is on its way already");
    this.sent.push(JSON.parse(text) as ServerMessage);
    this.#taken = taken;
  }

  take(): void {
    const taken = this.#taken;
    this.#taken = null;
    taken?.();
  }

  close(code: number): void {
    this.closedWith = code;
  }

  terminate(): void {
    this.closedWith = 1006;
  }
}

class Source {
  snapshot: Snapshot = noSnapshot;
  events: LiveEvent[] = [];
  watcher: Watcher | null = null;
  watch(watcher: Watcher): () => void {
    this.watcher = watcher;
    return () => {
      this.watcher = null;
    };
  }
}

const status = (restarts: number): Status => ({
  ...{ system: "s", state: "converged", problems: [], warnings: [], base: "memory", file: null },
  ...{ rejected: null, orchestrator: 1, publications: [], wires: [] },
  automata: [
    {
      ...{ name: "a", services: [] },
      instances: [{ index: 0, netns: "a", addresses: [], pid: 1, state: "ready", restarts, reason: null }],
    },
  ],
});

const event = (text: string): LiveEvent => ({ time: "", event: "exit", automaton: "a", text, causes: [] });

const scene = (answer: Answer = async () => ({ result: null })) => {
  const [socket, source] = [new SlowSocket(), new Source()];
  const page = new PageConnection(socket as unknown as WebSocket, source as unknown as Follower, answer);
  const set = (restarts: number): void => {
    source.snapshot = snapshotOf(status(restarts), source.snapshot);
    source.watcher!.onSnapshot();
  };
  return { socket, source, page, set };
};

test("of many snapshots a slow page gets the first and the last", (t) => {
  const { socket, set } = scene();
  for (let i = 0; i < 1_000; i++) set(i);
  t.is(socket.sent.length, 1);
  socket.take();
  t.is(socket.sent.length, 2);
  const last = socket.sent[1]!;
  t.true(last.kind === "snapshot" && last.delta.automata![0]!.instances[0]!.restarts === 999);
  socket.take();
  t.is(socket.sent.length, 2);
});

test("of many events it gets the last, and how many it missed", (t) => {
  const { socket, source, set } = scene();
  set(0);
  for (let i = 0; i < 10_000; i++) source.watcher!.onEvent(event(String(i)));
  t.is(socket.sent.length, 1);
  socket.take();
  const told = socket.sent[1]!;
  t.true(told.kind === "events" && told.events.length === 2_000 && told.missed === 8_000);
  t.true(told.kind === "events" && told.events.at(-1)!.text === "9999");
});

test("what it asks is answered before anything else, and what it did not follow is not printed", async (t) => {
  const { socket, source, page, set } = scene(async (request, { followAnew }) => {
    if (request.ask === "logs") followAnew.call(page);
    return request.ask === "explain" ? { refusal: { message: "no" } } : { result: request.id };
  });
  set(0);
  page.printed({ automaton: "a", index: 0, time: 0, text: "old" });
  source.watcher!.onEvent(event("e"));
  socket.emit("message", '{"id":7,"ask":"logs","automaton":null}', false);
  socket.emit("message", '{"id":8,"ask":"explain","name":"a"}', false);
  await new Promise((resolve) => setImmediate(resolve));
  page.printed({ automaton: "a", index: 0, time: 0, text: "new" });
  for (let i = 0; i < 6; i++) socket.take();
  t.deepEqual(
    socket.sent.map(({ kind }) => kind),
    ["snapshot", "result", "refusal", "events", "lines"],
  );
  t.like(socket.sent[1], { id: 7, result: 7 });
  t.like(socket.sent[4], { lines: [{ text: "new" }], missed: 0 });
});

test("a page that is not ours is hung up on", async (t) => {
  for (const said of ["", "[", '{"id":1,"ask":"everything"}', '{"id":"1","ask":"explain","name":"a"}']) {
    const { socket } = scene();
    socket.emit("message", said, false);
    t.is(socket.closedWith, 1008, said);
  }
  const { socket } = scene();
  socket.emit("message", Buffer.from([1]), true);
  t.is(socket.closedWith, 1003);
  const greedy = scene();
  greedy.set(0);
  for (let i = 0; i < 100; i++) {
    greedy.socket.emit("message", `{"id":${i},"ask":"explain","name":"a"}`, false);
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.is(greedy.socket.closedWith, 1006);
});

test("with its end all that was done for it ends", (t) => {
  const { socket, source, page } = scene();
  const logs = page.followAnew();
  const next = page.followAnew();
  t.deepEqual([logs.aborted, next.aborted], [true, false]);
  socket.emit("close");
  t.deepEqual([source.watcher, page.closed.aborted, next.aborted], [null, true, true]);
  t.true(page.followAnew().aborted);
});
