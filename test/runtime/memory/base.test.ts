import type { ExecutionContext } from "ava";
import test from "ava";
import { MemoryBase } from "../../../runtime/memory/base.ts";
import { MemoryWorld } from "../../../runtime/memory/world.ts";
import type { WorldEvent } from "../../../src/core/base.ts";
import { instanceKey, type Process, processKey } from "../../../src/core/resource.ts";
import { contract } from "../contract.ts";
import { between, byKey, nothing, resourcesOf } from "../model.ts";

const worlds = new WeakMap<ExecutionContext, MemoryWorld>();
let count = 0;

contract(
  test,
  {
    freshName: () => `m${count++}`,
    open: (t, system) => {
      const world = worlds.get(t) ?? new MemoryWorld();
      worlds.set(t, world);
      return new MemoryBase(system, world);
    },
  },
  Number(process.env.FUZZ_RUNS ?? 50),
);

test("what is taken away behind its back is told to who listens, and is gone", async (t) => {
  const world = new MemoryWorld();
  const base = new MemoryBase("s", world);
  await base.apply(
    between(nothing, byKey(resourcesOf({ system: "s", automata: [{ name: "a", count: 2 }] }))),
  );
  const events: WorldEvent[] = [];
  const subscription = await base.listen((event) => events.push(event));
  world.remove("s", instanceKey("a", 1));
  await subscription.close();
  world.remove("s", instanceKey("a", 0));
  t.deepEqual(events, [
    { _tag: "drift", key: instanceKey("a", 1), what: "instance/a/1 vanished", now: null },
  ]);
  t.false((await base.observe()).resources.has(instanceKey("a", 1)));
});

test("a port that somebody listens at is busy", async (t) => {
  const world = new MemoryWorld();
  world.ports.set("tcp/80", null);
  const description = {
    system: "s",
    automata: [{ name: "a", count: 1, offers: [{ port: "p", transport: "tcp", number: 1 }] as const }],
  };
  const bare = resourcesOf(description);
  const published = resourcesOf({ ...description, publications: [{ to: "a.p", hostPort: 80 }] });
  const base = new MemoryBase("s", world);
  const failures = await base.apply(between(nothing, byKey(published)));
  t.deepEqual(
    failures.map(({ code, message }) => [code, message]),
    [["EADDRINUSE", "a program on this host listens there already"]],
  );
  t.is((await base.observe()).resources.size, bare.length);
});

test("whatever is in the way of a process is its failure, and nothing that is thrown", (t) => {
  const base = new MemoryBase("s", new MemoryWorld());
  const key = processKey("a", 0);
  const process: Process = {
    kind: "process",
    key,
    automaton: "a",
    index: 0,
    netns: "s.a.0",
    argv: ["true"],
    env: {},
    cwd: "/etc/passwd/x",
    spec: "spec",
    care: { restart: "always", probe: null },
  };
  t.like(base.refusal(process), { key, code: "ENOTDIR" });
  t.is(base.refusal({ ...process, cwd: "/" }), null);
  const odd = Object.defineProperty({ ...process }, "env", {
    get: () => {
      throw new Error("odd");
    },
  });
  t.deepEqual(base.refusal(odd), { key, doing: `start ${key}`, code: "failed", message: "odd" });
});
