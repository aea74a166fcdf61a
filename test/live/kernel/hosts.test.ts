/** Names of hosts elsewhere: resolved, followed, and reached on the real kernel. */
import { writeFileSync } from "node:fs";
import type { ExecutionContext } from "ava";
import { freePort } from "../../fresh.ts";
import { NameServer } from "../../name-server.ts";
import { enterOwnNames } from "../../own-names.ts";
import { enterOwnHost } from "../../runtime/netns/host/own-host.ts";
import { kernelTest } from "../../runtime/netns/lab.ts";
import { neighbour } from "../../runtime/netns/neighbour.ts";
import { Traffic } from "../../runtime/netns/traffic.ts";
import { enter, home, isConverged, type Stage, until } from "./stage.ts";

enterOwnHost();
const names = enterOwnNames();
const test = kernelTest.serial;

const host = "mx.example.com";

/** A system in which `a` is wired to a name, and `b` to nothing; a machine beside it, and its name server. */
const scene = async (t: ExecutionContext, machines = 1) => {
  const server = new NameServer();
  await server.listen();
  t.teardown(() => server.close());
  const packets = new Traffic();
  t.teardown(() => packets.close());
  const port = await freePort();
  const place = home(
    t,
    (system) => `
protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }
external smtp { provides mail: P on tcp ${port} at "MX.example.com." }
automaton a { requires mail: P }
automaton b {}
system ${system} = [a => smtp, b]
`,
  );
  const far = Array.from({ length: machines }, (_, i) => neighbour(t, `${place.system}${i}`));
  for (const [i, { netns }] of far.entries()) await packets.serve(netns, "tcp", port, `far${i}`);
  const addresses = far.map(({ v4 }) => v4.client);
  /** Who answers at the virtual address. */
  const ask = async ({ live }: Stage, automaton: string): Promise<string> => {
    const [v4] = serviceIn({ live }).vips;
    const answer = await packets.ask(`${place.system}.${automaton}.0`, "tcp", v4!, port, {
      timeoutMs: 2_000,
    });
    return answer.split(" ")[0]!;
  };
  return { server, place, addresses, ask };
};

const serviceIn = ({ live }: Pick<Stage, "live">) =>
  live.status().automata.find(({ name }) => name === "smtp")!.services[0]!;

test("a name is resolved, reached by who is wired alone, and followed when its time is over", async (t) => {
  const { server, place, addresses, ask } = await scene(t, 2);
  const [first, second] = addresses;
  server.records.set(host, { a: [first!], ttl: 1 });
  const stage = await enter(t, place);
  await isConverged(t, stage);
  t.is(await ask(stage, "a"), "far0");
  t.not(await ask(stage, "b"), "far0");
  t.like(serviceIn(stage), { at: host, addresses: [first!], reason: null });

  server.records.set(host, { a: [second!], ttl: 1 });
  await until("it has moved", () => serviceIn(stage).addresses?.[0] === second);
  await isConverged(t, stage);
  t.is(await ask(stage, "a"), "far1");
  const moved = stage.events.filter(({ event }) => event === "resolved").at(-1)!;
  t.true(moved.text.startsWith(`${host} is ${second}: 2 operations (~2)`), moved.text);
});

test("a name that does not exist at the start keeps its port from being ready, until it does", async (t) => {
  const { server, place, addresses, ask } = await scene(t);
  const stage = await enter(t, place);
  const reason = `${host} cannot be resolved: there is no such name (queryA ENOTFOUND ${host})`;
  t.like(stage.live.status(), { state: "degraded", problems: [`smtp.mail is not ready: ${reason}`] });
  t.is(serviceIn(stage).reason, reason);
  t.is(await ask(stage, "a"), "ECONNREFUSED");
  server.records.set(host, { a: addresses, ttl: 60 });
  await until("it is there", () => stage.live.status().state === "converged");
  t.is(await ask(stage, "a"), "far0");
});

test("a name server that is gone later leaves all as it is, also for who takes over", async (t) => {
  const { server, place, addresses, ask } = await scene(t);
  server.records.set(host, { a: addresses, ttl: 1 });
  const stage = await enter(t, place);
  await server.close();
  await until("it is told", () => stage.live.status().warnings.length > 0);
  const words = `${host} cannot be resolved anew: no name server can be reached (queryA ECONNREFUSED ${host})`;
  t.deepEqual(stage.live.status().warnings, [`${words}; it stays ${addresses[0]}`]);
  t.is(stage.live.status().state, "converged");
  t.is(await ask(stage, "a"), "far0");

  await stage.live.stop();
  const next = await enter(t, place);
  t.is(next.live.status().state, "converged");
  t.is(await ask(next, "a"), "far0");
  t.deepEqual(
    next.events.filter(({ text }) => /operation/.test(text)),
    [],
    "nothing was done",
  );
  await server.listen();
  await until("it is asked again", () => next.live.status().warnings.length === 0);
});

test("connections are balanced over all addresses of a name", async (t) => {
  const { server, place, addresses, ask } = await scene(t, 3);
  server.records.set(host, { a: addresses, ttl: 60 });
  const stage = await enter(t, place);
  const answered = new Set<string>();
  // Each is missed by one in e³⁴ times.
  for (let i = 0; i < 100 && answered.size < 3; i++) answered.add(await ask(stage, "a"));
  t.deepEqual([...answered].sort(), ["far0", "far1", "far2"]);
});

test("a name in /etc/hosts is taken from there", async (t) => {
  const { server, place, addresses, ask } = await scene(t);
  names.table(`${addresses[0]} ${host}`);
  t.teardown(() => names.table(""));
  const stage = await enter(t, place);
  await isConverged(t, stage);
  t.is(await ask(stage, "a"), "far0");
  t.deepEqual(server.asked, []);
});

test("after an orchestrator that only applied, the world alone tells where a name was, or why nowhere", async (t) => {
  const { server, place, addresses } = await scene(t);
  server.records.set(host, { a: addresses, ttl: 60 });
  const stage = await enter(t, place);
  await stage.live.stop();
  const { reportOf } = await import("../../../src/live/status/report.ts");
  const { openWorld } = await import("../../../src/live/system/world.ts");
  const { readUnstarted } = await import("../../../src/live/ledger/unstarted.ts");
  const report = async () => {
    const { base, state } = await openWorld(place.system, "netns", place.stateRoot);
    const seen = await base.observe();
    await base.close();
    const found = reportOf(place.system, "netns", seen, () => null, { unstarted: readUnstarted(state) });
    const service = found.automata.find(({ name }) => name === "smtp")!.services[0]!;
    return { state: found.state, service };
  };
  const there = await report();
  t.is(there.state, "converged");
  t.like(there.service, { at: host, addresses, reason: null });

  writeFileSync(
    place.file,
    stage.program.workspace.modules.get(place.file)!.document.text.replace("MX", "no"),
  );
  const next = await enter(t, place);
  t.is(next.live.status().state, "degraded");
  await next.live.stop();
  const nowhere = await report();
  t.is(nowhere.state, "degraded");
  t.like(nowhere.service, {
    addresses: [],
    reason: "no.example.com cannot be resolved: there is no such name (queryA ENOTFOUND no.example.com)",
  });
});
