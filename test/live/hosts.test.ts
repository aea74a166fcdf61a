/** Names of hosts elsewhere, in memory and on a virtual clock: when they are looked up, and what follows. */
import test, { type ExecutionContext } from "ava";
import { MemoryBase } from "../../runtime/memory/base.ts";
import { memoryMonitor } from "../../runtime/memory/monitor.ts";
import { MemoryWorld } from "../../runtime/memory/world.ts";
import { type Lookup, notFound } from "../../src/core/lookup.ts";
import type { Operation } from "../../src/core/operation.ts";
import { egressKey, type Service, serviceKey } from "../../src/core/resource.ts";
import type { LiveEvent } from "../../src/live/control/messages.ts";
import { Orchestrator } from "../../src/live/runner/orchestrator.ts";
import { statusOf } from "../../src/live/status/report.ts";
import { Program } from "../../src/program/program.ts";
import { VirtualClock } from "../simulation/clock.ts";

const text = (system: string): string => `
protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }
external smtp { provides mail: P on tcp 587 at "mx.example.com" }
external far { provides db: P on tcp 5432 at "db.example.com" }
external fixed { provides x: P on tcp 80 at "192.0.2.1" }
automaton a { requires mail: P }
automaton b { requires x: P }
system shop = ${system}
`;
const all = "[a => smtp, b => fixed, far]";

const at = (ttlMs: number | null, ...v4: readonly string[]): Lookup => ({ v4, v6: [], ttlMs, problem: null });

const stage = async (
  t: ExecutionContext,
  first: Lookup,
  world = new MemoryWorld(),
  clock = new VirtualClock(),
) => {
  const program = new Program({ file: "shop.arch", text: text(all) });
  t.deepEqual(program.start().diagnostics, []);
  world.hosts.set("mx.example.com", first);
  const asked: string[] = [];
  const done: string[] = [];
  class Told extends MemoryBase {
    override lookUp(host: string): Promise<Lookup> {
      asked.push(host);
      return super.lookUp(host);
    }

    override apply(operations: readonly Operation[]): ReturnType<MemoryBase["apply"]> {
      done.push(...operations.map(({ op, key }) => `${op} ${key}`));
      return super.apply(operations);
    }
  }
  const live = new Orchestrator({ program, base: new Told("shop", world), clock, monitor: memoryMonitor });
  const events: LiveEvent[] = [];
  live.journal.listen((event) => events.push(event));
  t.teardown(() => live.stop());
  const pass = (seconds: number): Promise<void> => clock.runUntil(clock.now() + seconds * 1_000);
  const started = live.start();
  await pass(0.5);
  await started;
  return { live, program, world, asked, done, events, pass, clock };
};

type Stage = Awaited<ReturnType<typeof stage>>;

const placesIn = ({ world }: Pick<Stage, "world">): readonly (string | null)[] =>
  (world.system("shop").resources.get(serviceKey("smtp.mail")) as Service).endpoints.map(
    ({ address }) => address.v4,
  );
const serviceIn = ({ live }: Stage) =>
  statusOf(live, "shop", "memory").automata.find(({ name }) => name === "smtp")!.services[0]!;

test("only names that something is wired to are looked up, and again when their time is over", async (t) => {
  const scene = await stage(t, at(30_000, "192.0.2.7"));
  t.deepEqual(scene.asked, ["mx.example.com"]);
  t.deepEqual(placesIn(scene), ["192.0.2.7"]);
  t.is(statusOf(scene.live, "shop", "memory").state, "converged");
  t.like(serviceIn(scene), { at: "mx.example.com", addresses: ["192.0.2.7"], reason: null });
  await scene.pass(28);
  t.is(scene.asked.length, 1, "it is not asked for before");
  await scene.pass(62);
  t.is(scene.asked.length, 4);
});

test("a changed address changes the services at that name, and nothing else", async (t) => {
  const scene = await stage(t, at(30_000, "192.0.2.7"));
  scene.done.length = 0;
  scene.world.hosts.set("mx.example.com", at(30_000, "192.0.2.9", "192.0.2.8"));
  await scene.pass(31);
  t.deepEqual(scene.done, ["update service/smtp.mail", "update egress/smtp.mail"]);
  t.deepEqual(placesIn(scene), ["192.0.2.8", "192.0.2.9"]);
  const { event, automaton, text: words } = scene.events.filter((one) => one.event === "resolved").at(-1)!;
  t.like({ event, automaton }, { event: "resolved", automaton: "smtp" });
  t.true(words.startsWith("mx.example.com is 192.0.2.8, 192.0.2.9: "), words);
  scene.done.length = 0;
  await scene.pass(120);
  t.deepEqual(scene.done, [], "the same addresses are no change");
});

test("what was never found is not ready, and is tried again later and later, until it is found", async (t) => {
  const scene = await stage(t, notFound("there is no such name"));
  const reason = "mx.example.com cannot be resolved: there is no such name";
  t.like(statusOf(scene.live, "shop", "memory"), {
    state: "degraded",
    problems: [`smtp.mail is not ready: ${reason}`],
  });
  t.like(serviceIn(scene), { addresses: [], reason });
  t.deepEqual(
    statusOf(scene.live, "shop", "memory").automata.map(({ name, external }) => [name, external]),
    [
      ["a", undefined],
      ["b", undefined],
      ["far", true],
      ["fixed", true],
      ["smtp", true],
    ],
    "what runs elsewhere does so while nobody knows where",
  );
  t.false(scene.world.system("shop").resources.has(egressKey("smtp.mail")));
  t.deepEqual(
    scene.events.filter(({ event }) => event === "unresolved").map(({ text: words }) => words),
    [reason],
  );
  await scene.pass(600);
  t.true(scene.asked.length >= 12 && scene.asked.length <= 18, String(scene.asked.length));
  t.is(scene.events.filter(({ event }) => event === "unresolved").length, 1, "it is told once");
  scene.world.hosts.set("mx.example.com", at(30_000, "192.0.2.7"));
  await scene.pass(61);
  t.like(statusOf(scene.live, "shop", "memory"), { state: "converged", problems: [] });
  t.deepEqual(placesIn(scene), ["192.0.2.7"]);
});

test("a failure later keeps the last addresses and is told; whoever takes over keeps them too", async (t) => {
  const scene = await stage(t, at(30_000, "192.0.2.7"));
  scene.world.hosts.set("mx.example.com", notFound("no name server answered"));
  scene.done.length = 0;
  await scene.pass(31);
  const warning = "mx.example.com cannot be resolved anew: no name server answered; it stays 192.0.2.7";
  t.like(statusOf(scene.live, "shop", "memory"), { state: "converged", problems: [], warnings: [warning] });
  t.like(serviceIn(scene), { addresses: ["192.0.2.7"], reason: warning });
  t.like(scene.events.at(-1)!, { event: "unresolved", automaton: "smtp", text: warning });
  t.deepEqual(scene.done, []);

  await scene.live.stop();
  const next = await stage(t, notFound("no name server answered"), scene.world, scene.clock);
  t.deepEqual(next.done, []);
  t.deepEqual(placesIn(next), ["192.0.2.7"]);
  t.deepEqual(statusOf(next.live, "shop", "memory").warnings, [warning]);
  next.world.hosts.set("mx.example.com", at(30_000, "192.0.2.7"));
  await next.pass(10);
  t.deepEqual(statusOf(next.live, "shop", "memory").warnings, []);
  t.like(next.events.at(-1)!, {
    event: "resolved",
    text: "mx.example.com is resolved again, and is where it was",
  });
});

test("what starts after an external automaton waits until its name is resolved, and says for what", async (t) => {
  const scene = await stage(t, notFound("there is no such name"));
  const save = async (system: string): Promise<void> => {
    const cause = { event: "applied", automaton: null, headline: "an edit", causes: [] };
    scene.live.edit({ _tag: "Texts", texts: new Map([["shop.arch", text(system)]]) }, cause);
    await scene.pass(1);
  };
  const late = 'automaton "late" { requires mail: P after smtp runs exec ["true"] }';
  await save(`[a => smtp, ${late} => smtp]`);
  const instance = () =>
    statusOf(scene.live, "shop", "memory").automata.find(({ name }) => name === "late")!.instances[0]!;
  t.like(instance(), {
    pid: null,
    reason: "waits for smtp, mx.example.com cannot be resolved: there is no such name",
  });
  scene.world.hosts.set("mx.example.com", at(30_000, "192.0.2.7"));
  await scene.pass(70);
  t.like(instance(), { state: "ready", reason: null });
});

test("a name that nothing is wired to any more has no place, and one that is wired to gets one", async (t) => {
  const scene = await stage(t, at(30_000, "192.0.2.7"));
  const save = async (system: string): Promise<void> => {
    const cause = { event: "applied", automaton: null, headline: "an edit", causes: [] };
    scene.live.edit({ _tag: "Texts", texts: new Map([["shop.arch", text(system)]]) }, cause);
    await scene.pass(1);
  };
  await save("[a.mail => far.db, smtp]");
  t.deepEqual(scene.asked, ["mx.example.com", "db.example.com"]);
  t.deepEqual(placesIn(scene), []);
  t.false(scene.world.system("shop").resources.has(egressKey("smtp.mail")));
  t.true(scene.world.system("shop").resources.has(egressKey("far.db")));
  await scene.pass(3_000);
  t.is(scene.asked.length, 2);
});
