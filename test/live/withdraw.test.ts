/** Whose process has ended gets no connections any more before anything else is done about it. */
import test, { type ExecutionContext } from "ava";
import { MemoryBase } from "../../runtime/memory/base.ts";
import { memoryMonitor } from "../../runtime/memory/monitor.ts";
import { MemoryWorld } from "../../runtime/memory/world.ts";
import type { Failure } from "../../src/core/base.ts";
import type { Operation } from "../../src/core/operation.ts";
import {
  instanceKey,
  processKey,
  type ResourceKey,
  type Service,
  serviceKey,
} from "../../src/core/resource.ts";
import { Orchestrator } from "../../src/live/runner/orchestrator.ts";
import { Program } from "../../src/program/program.ts";
import { until } from "../until.ts";

const text = (restart: string): string => `
protocol Web = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton store { provides kv: Web on tcp 6379 runs exec ["true"] instances 3 restart ${restart} }
automaton front { provides web: Web on tcp 8080 requires kv: Web runs exec ["true"] }
system shop = front => store
`;

/** All that is done about an exit, in order. */
const stage = async (t: ExecutionContext, restart = "always") => {
  const program = new Program({ file: "shop.arch", text: text(restart) });
  t.deepEqual(program.start().diagnostics, []);
  const world = new MemoryWorld();
  const done: string[] = [];
  const refused: Failure[] = [];
  class Told extends MemoryBase {
    override updateServices(operations: readonly Operation[]): readonly Failure[] {
      done.push(...operations.map(({ op, key }) => `${op} ${key} at once`));
      return refused.length > 0 ? refused : super.updateServices(operations);
    }

    override apply(...asked: Parameters<MemoryBase["apply"]>): ReturnType<MemoryBase["apply"]> {
      done.push(...asked[0].map(({ op, key }) => `${op} ${key}`));
      return super.apply(...asked);
    }
  }
  const base = new Told("shop", world);
  const live = new Orchestrator({
    program,
    base,
    monitor: (onHealth, clock) => ({
      ...memoryMonitor(onHealth, clock),
      lastLines: () => {
        done.push("its log is read");
        return [];
      },
    }),
  });
  live.journal.listen(({ event }) => done.push(`${event} is recorded`));
  t.teardown(() => live.stop());
  await live.start();
  await live.quiet();
  const endpoints = (): readonly ResourceKey[] =>
    (world.system("shop").resources.get(serviceKey("store.kv")) as Service).endpoints.map(
      ({ instance }) => instance,
    );
  return { live, world, done, endpoints, refused };
};

test("an instance is withdrawn in the step that takes its exit, before its log and the journal", async (t) => {
  const { live, world, done, endpoints } = await stage(t);
  t.is(endpoints().length, 3);
  done.length = 0;
  world.remove("shop", processKey("store", 1));
  // Nothing else has had a turn since.
  t.deepEqual(done, ["update service/store.kv at once", "its log is read", "exit is recorded"]);
  t.deepEqual(endpoints(), [instanceKey("store", 0), instanceKey("store", 2)]);
  await live.quiet();
  t.is(endpoints().length, 3, "it is back once its successor is ready");
});

test("an exit that is told late withdraws no successor", async (t) => {
  const { live, done, endpoints } = await stage(t);
  done.length = 0;
  const event = { _tag: "exit", key: processKey("store", 1), pid: 1, code: 1, signal: null } as const;
  live.take({ _tag: "ProcessExited", event });
  t.deepEqual(done, []);
  t.is(endpoints().length, 3);
});

test("where the world refuses it, the world is read again, and it is done then", async (t) => {
  const { live, world, done, endpoints, refused } = await stage(t, "never");
  const key = serviceKey("store.kv");
  refused.push({ key, doing: "update the services", code: "EBUSY", message: "somebody changes them" });
  done.length = 0;
  world.remove("shop", processKey("store", 1));
  t.is(endpoints().length, 3);
  await until("it is left out", () => done.includes(`update ${key}`), 60_000);
  await live.quiet();
  t.deepEqual(endpoints(), [instanceKey("store", 0), instanceKey("store", 2)]);
});
