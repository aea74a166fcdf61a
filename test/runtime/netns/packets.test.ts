/** Packets on the real kernel: they cross every wire, and nothing else. */
import type { ExecutionContext } from "ava";
import {
  type DualAddress,
  instanceKey,
  type Resource,
  type ResourceKey,
  serviceKey,
} from "../../../src/core/resource.ts";
import { freshName } from "../../fresh.ts";
import { type Automaton, between, byKey, nothing, resourcesOf } from "../model.ts";
import { open, kernelTest as test } from "./lab.ts";
import { Traffic } from "./traffic.ts";

type State = ReadonlyMap<ResourceKey, Resource>;

const traffic = (t: ExecutionContext): Traffic => {
  const made = new Traffic();
  t.teardown(() => made.close());
  return made;
};

const stateOf = (system: string, automata: readonly Automaton[]): State =>
  byKey(resourcesOf({ system, automata }));

const addressOf = (state: State, key: ResourceKey): DualAddress => {
  const resource = state.get(key)!;
  if (resource.kind === "instance") return resource.address;
  if (resource.kind === "service") return resource.vip;
  throw new Error(`${key} has no address`);
};

const families = ["v4", "v6"] as const;
/** Long enough for a reply on this machine, short enough to wait for what does not come. */
const silence = { timeoutMs: 400 };

const tcp = (number: number) => [{ port: "p", transport: "tcp", number }] as const;
const udp = (number: number) => [{ port: "p", transport: "udp", number }] as const;

test("packets cross every wire, over both families and both transports", async (t) => {
  const system = freshName();
  const state = stateOf(system, [
    {
      name: "web",
      count: 1,
      requires: [
        { name: "a", to: "a.p" },
        { name: "b", to: "b.p" },
      ],
    },
    { name: "a", count: 1, offers: tcp(9000), requires: [{ name: "b", to: "b.p" }] },
    { name: "b", count: 1, offers: udp(53) },
  ]);
  t.deepEqual(await open(t, system).apply(between(nothing, state)), []);
  const packets = traffic(t);
  await packets.serve(`${system}.a.0`, "tcp", 9000, "a");
  await packets.serve(`${system}.b.0`, "udp", 53, "b");
  for (const family of families) {
    const [a, b] = ["a.p", "b.p"].map((id) => addressOf(state, serviceKey(id))[family]!);
    const own = addressOf(state, instanceKey("web", 0))[family]!;
    t.regex(await packets.ask(`${system}.web.0`, "tcp", a!, 9000), new RegExp(`^a (::ffff:)?${own}$`));
    t.regex(await packets.ask(`${system}.web.0`, "udp", b!, 53), new RegExp(`^b (::ffff:)?${own}$`));
    t.regex(await packets.ask(`${system}.a.0`, "udp", b!, 53), /^b /);
  }
});

test("nothing crosses where there is no wire", async (t) => {
  const system = freshName();
  const state = stateOf(system, [
    { name: "web", count: 2, offers: tcp(8080), requires: [{ name: "a", to: "a.p" }] },
    { name: "a", count: 2, offers: tcp(9000) },
    { name: "lonely", count: 1, offers: udp(53) },
  ]);
  t.deepEqual(await open(t, system).apply(between(nothing, state)), []);
  const packets = traffic(t);
  for (const index of [0, 1]) {
    await packets.serve(`${system}.web.${index}`, "tcp", 8080, "web");
    await packets.serve(`${system}.a.${index}`, "tcp", 9000, "a");
    await packets.serve(`${system}.a.${index}`, "tcp", 9001, "a's other port");
    await packets.serve(`${system}.a.${index}`, "udp", 9000, "a's other transport");
  }
  await packets.serve(`${system}.lonely.0`, "udp", 53, "lonely");
  await packets.serve(`${system}.hub`, "tcp", 9000, "hub");
  const asks: (() => Promise<readonly [string, string]>)[] = [];
  for (const family of families) {
    const vip = (id: string): string => addressOf(state, serviceKey(id))[family]!;
    const of = (automaton: string, index: number): string =>
      addressOf(state, instanceKey(automaton, index))[family]!;
    const hub = family === "v4" ? "10.0.0.0" : "fc00::1";
    const forbidden = [
      ["web.0", "tcp", vip("a.p"), 9001, "another port of a wired service"],
      ["web.0", "udp", vip("a.p"), 9000, "another transport of a wired service"],
      ["web.0", "tcp", of("a", 0), 9000, "an endpoint past its service"],
      ["web.0", "tcp", of("web", 1), 8080, "another instance of one's automaton"],
      ["a.0", "tcp", vip("web.p"), 8080, "the other direction of a wire"],
      ["a.0", "tcp", of("web", 0), 8080, "a client past its service"],
      ["a.1", "tcp", vip("a.p"), 9000, "one's own service"],
      ["lonely.0", "tcp", vip("a.p"), 9000, "someone else's wire"],
      ["web.1", "udp", vip("lonely.p"), 53, "a service that nobody is wired to"],
      ["web.1", "tcp", hub, 9000, "the hub"],
      ["web.1", "tcp", family === "v4" ? "192.0.0.8" : "fc00::2", 22, "the host"],
    ] as const;
    for (const [who, transport, address, number, what] of forbidden) {
      asks.push(async () => [
        await packets.ask(`${system}.${who}`, transport, address, number, silence),
        `${what}, ${family}`,
      ]);
    }
  }
  for (const [answer, what] of await Promise.all(asks.map((ask) => ask()))) {
    t.true(["ETIMEDOUT", "ECONNREFUSED"].includes(answer), `${what}: ${answer}`);
  }
});

test("requests are spread evenly over the instances", async (t) => {
  const system = freshName();
  const state = stateOf(system, [
    { name: "web", count: 1, requires: [{ name: "a", to: "a.p" }] },
    { name: "a", count: 3, offers: tcp(9000) },
  ]);
  t.deepEqual(await open(t, system).apply(between(nothing, state)), []);
  const packets = traffic(t);
  for (const index of [0, 1, 2]) await packets.serve(`${system}.a.${index}`, "tcp", 9000, `a${index}`);
  const { v6 } = addressOf(state, serviceKey("a.p"));
  const answers = await Promise.all(
    Array.from({ length: 300 }, () => packets.ask(`${system}.web.0`, "tcp", v6, 9000)),
  );
  for (const index of [0, 1, 2]) {
    const count = answers.filter((answer) => answer.startsWith(`a${index} `)).length;
    // A fair share is 100, of a standard deviation of 8.
    t.true(count > 50 && count < 150, `instance ${index} answered ${count} of 300`);
  }
});

test("a union balances over the instances of both providers", async (t) => {
  const system = freshName();
  const state = stateOf(system, [
    { name: "web", count: 1, requires: [{ name: "any", to: "a.p|b.p" }] },
    { name: "a", count: 1, offers: tcp(9000) },
    { name: "b", count: 2, offers: tcp(9100) },
  ]);
  t.deepEqual(await open(t, system).apply(between(nothing, state)), []);
  const packets = traffic(t);
  await packets.serve(`${system}.a.0`, "tcp", 9000, "a0");
  for (const index of [0, 1]) await packets.serve(`${system}.b.${index}`, "tcp", 9100, `b${index}`);
  const { v4 } = addressOf(state, serviceKey("a.p|b.p"));
  const answers = await Promise.all(
    Array.from({ length: 60 }, () => packets.ask(`${system}.web.0`, "tcp", v4!, 9000)),
  );
  t.deepEqual([...new Set(answers.map((answer) => answer.split(" ")[0]))].sort(), ["a0", "b0", "b1"]);
});

test("an automaton wired to its own service reaches every instance, itself too", async (t) => {
  const system = freshName();
  const state = stateOf(system, [
    { name: "a", count: 2, offers: tcp(9000), requires: [{ name: "peer", to: "a.p" }] },
    { name: "b", count: 1, offers: udp(53), requires: [{ name: "self", to: "b.p" }] },
  ]);
  t.deepEqual(await open(t, system).apply(between(nothing, state)), []);
  const packets = traffic(t);
  for (const index of [0, 1]) await packets.serve(`${system}.a.${index}`, "tcp", 9000, `a${index}`);
  await packets.serve(`${system}.b.0`, "udp", 53, "b");
  for (const family of families) {
    const peers = addressOf(state, serviceKey("a.p"))[family]!;
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => packets.ask(`${system}.a.0`, "tcp", peers, 9000)),
    );
    t.deepEqual([...new Set(answers.map((answer) => answer.split(" ")[0]))].sort(), ["a0", "a1"]);
    t.regex(
      await packets.ask(`${system}.b.0`, "udp", addressOf(state, serviceKey("b.p"))[family]!, 53),
      /^b /,
    );
  }
});

test("a message arrives, and nothing comes back by udp", async (t) => {
  const system = freshName();
  const state = stateOf(system, [
    { name: "web", count: 1, requires: [{ name: "log", to: "log.p", oneWay: true }] },
    { name: "late", count: 1, requires: [{ name: "gone", to: "gone.p", oneWay: true }] },
    { name: "log", count: 1, offers: udp(514) },
    { name: "gone", count: 1, offers: udp(514) },
  ]);
  t.deepEqual(await open(t, system).apply(between(nothing, state)), []);
  const packets = traffic(t);
  await packets.serve(`${system}.log.0`, "udp", 514, "log");
  for (const family of families) {
    const log = addressOf(state, serviceKey("log.p"))[family]!;
    t.is(await packets.ask(`${system}.web.0`, "udp", log, 514, { ...silence, text: family }), "ETIMEDOUT");
    // Not even that nobody listens.
    const gone = addressOf(state, serviceKey("gone.p"))[family]!;
    t.is(await packets.ask(`${system}.late.0`, "udp", gone, 514, silence), "ETIMEDOUT");
  }
  t.deepEqual([...(await packets.received())].sort(), ["log v4", "log v6"]);
});

test("by tcp a message wire carries a connection that the client opened", async (t) => {
  const system = freshName();
  const state = stateOf(system, [
    { name: "web", count: 1, requires: [{ name: "log", to: "log.p", oneWay: true }] },
    { name: "log", count: 1, offers: tcp(601) },
  ]);
  t.deepEqual(await open(t, system).apply(between(nothing, state)), []);
  const packets = traffic(t);
  await packets.serve(`${system}.log.0`, "tcp", 601, "log");
  t.regex(
    await packets.ask(`${system}.web.0`, "tcp", addressOf(state, serviceKey("log.p")).v6, 601),
    /^log /,
  );
});

test("a service without endpoints refuses at once", async (t) => {
  const system = freshName();
  const state = stateOf(system, [
    {
      name: "web",
      count: 1,
      requires: [
        { name: "a", to: "a.p" },
        { name: "b", to: "b.p" },
      ],
    },
    { name: "a", count: 0, offers: tcp(9000) },
    { name: "b", count: 0, offers: udp(53) },
  ]);
  t.deepEqual(await open(t, system).apply(between(nothing, state)), []);
  const packets = traffic(t);
  for (const family of families) {
    const [a, b] = ["a.p", "b.p"].map((id) => addressOf(state, serviceKey(id))[family]!);
    t.is(await packets.ask(`${system}.web.0`, "tcp", a!, 9000), "ECONNREFUSED");
    t.is(await packets.ask(`${system}.web.0`, "udp", b!, 53), "ECONNREFUSED");
  }
});

test("what is outside the system cannot be reached, and that is said at once", async (t) => {
  const system = freshName();
  const state = stateOf(system, [{ name: "web", count: 1 }]);
  t.deepEqual(await open(t, system).apply(between(nothing, state)), []);
  const packets = traffic(t);
  t.is(await packets.ask(`${system}.web.0`, "tcp", "192.0.2.1", 80), "ECONNREFUSED");
  t.is(await packets.ask(`${system}.web.0`, "tcp", "2001:db8::1", 80), "ECONNREFUSED");
});

test("scaling keeps the open connections of who stays", async (t) => {
  const system = freshName();
  const base = open(t, system);
  const of = (count: number): State =>
    stateOf(system, [
      { name: "web", count: 1, requires: [{ name: "a", to: "a.p" }] },
      { name: "a", count, offers: tcp(9000) },
    ]);
  t.deepEqual(await base.apply(between(nothing, of(1))), []);
  const packets = traffic(t);
  await packets.serve(`${system}.a.0`, "tcp", 9000, "a0");
  const vip = addressOf(of(1), serviceKey("a.p"));
  t.regex(await packets.ask(`${system}.web.0`, "tcp", vip.v4!, 9000, { keep: 1 }), /^a0 /);
  t.regex(await packets.ask(`${system}.web.0`, "tcp", vip.v6, 9000, { keep: 2 }), /^a0 /);
  for (const [from, to] of [
    [1, 3],
    [3, 2],
  ] as const) {
    t.deepEqual(await base.apply(between(of(from), of(to))), []);
    t.regex(await packets.again(1), /^a0 /, `v4, ${from} to ${to}`);
    t.regex(await packets.again(2), /^a0 /, `v6, ${from} to ${to}`);
  }
});

test("a removed endpoint gets no new connections, and keeps those it has until its instance goes", async (t) => {
  const system = freshName();
  const base = open(t, system);
  const both = stateOf(system, [
    { name: "web", count: 1, requires: [{ name: "a", to: "a.p" }] },
    { name: "a", count: 2, offers: tcp(9000) },
  ]);
  t.deepEqual(await base.apply(between(nothing, both)), []);
  const packets = traffic(t);
  for (const index of [0, 1]) await packets.serve(`${system}.a.${index}`, "tcp", 9000, `a${index}`);
  const { v6 } = addressOf(both, serviceKey("a.p"));
  // Until one connection is with the second instance.
  let kept = 0;
  for (let id = 1; kept === 0; id += 1) {
    const answer = await packets.ask(`${system}.web.0`, "tcp", v6, 9000, { keep: id });
    if (answer.startsWith("a1 ")) kept = id;
  }
  const service = both.get(serviceKey("a.p"))!;
  if (service.kind !== "service") throw new Error("no service");
  const drained = new Map(both).set(service.key, { ...service, endpoints: service.endpoints.slice(0, 1) });
  t.deepEqual(await base.apply(between(both, drained)), []);
  t.regex(await packets.again(kept), /^a1 /);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => packets.ask(`${system}.web.0`, "tcp", v6, 9000)),
  );
  t.true(answers.every((answer) => answer.startsWith("a0 ")));
  const alone = new Map(drained);
  alone.delete(instanceKey("a", 1));
  t.deepEqual(await base.apply(between(drained, alone)), []);
  // Its client does not wait for an answer that never comes.
  t.regex(await packets.again(kept, 1_000), /^(ECONNRESET|CLOSED|EPIPE)$/);
});

test("udp goes elsewhere as soon as its endpoint is removed", async (t) => {
  const system = freshName();
  const base = open(t, system);
  const both = stateOf(system, [
    { name: "web", count: 1, requires: [{ name: "a", to: "a.p" }] },
    { name: "a", count: 2, offers: udp(53) },
  ]);
  t.deepEqual(await base.apply(between(nothing, both)), []);
  const packets = traffic(t);
  for (const index of [0, 1]) await packets.serve(`${system}.a.${index}`, "udp", 53, `a${index}`);
  const { v4 } = addressOf(both, serviceKey("a.p"));
  const service = both.get(serviceKey("a.p"))!;
  if (service.kind !== "service") throw new Error("no service");
  const drained = new Map(both).set(service.key, { ...service, endpoints: service.endpoints.slice(0, 1) });
  await Promise.all(Array.from({ length: 20 }, () => packets.ask(`${system}.web.0`, "udp", v4!, 53)));
  t.deepEqual(await base.apply(between(both, drained)), []);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => packets.ask(`${system}.web.0`, "udp", v4!, 53)),
  );
  t.true(
    answers.every((answer) => answer.startsWith("a0 ")),
    answers.join(),
  );
});

test("a removed wire carries nothing any more, and its client is told", async (t) => {
  const system = freshName();
  const base = open(t, system);
  const automata = (wired: boolean): readonly Automaton[] => [
    { name: "web", count: 1, requires: wired ? [{ name: "a", to: "a.p" }] : [] },
    { name: "other", count: 1, requires: [{ name: "a", to: "a.p" }] },
    { name: "a", count: 1, offers: tcp(9000) },
  ];
  const [wired, cut] = [stateOf(system, automata(true)), stateOf(system, automata(false))];
  t.deepEqual(await base.apply(between(nothing, wired)), []);
  const packets = traffic(t);
  await packets.serve(`${system}.a.0`, "tcp", 9000, "a");
  const { v4 } = addressOf(wired, serviceKey("a.p"));
  t.regex(await packets.ask(`${system}.web.0`, "tcp", v4!, 9000, { keep: 1 }), /^a /);
  t.regex(await packets.ask(`${system}.other.0`, "tcp", v4!, 9000, { keep: 2 }), /^a /);
  t.deepEqual(await base.apply(between(wired, cut)), []);
  t.regex(await packets.again(1, 1_000), /^(ECONNRESET|CLOSED|EPIPE)$/);
  t.regex(await packets.again(2), /^a /);
  t.is(await packets.ask(`${system}.web.0`, "tcp", v4!, 9000, silence), "ETIMEDOUT");
});

test("nobody speaks in another's name", async (t) => {
  const system = freshName();
  const state = stateOf(system, [
    { name: "web", count: 1, requires: [{ name: "a", to: "a.p" }] },
    { name: "rogue", count: 1, requires: [{ name: "b", to: "b.p" }] },
    { name: "a", count: 1, offers: udp(53) },
    { name: "b", count: 1, offers: udp(54) },
  ]);
  t.deepEqual(await open(t, system).apply(between(nothing, state)), []);
  const packets = traffic(t);
  await packets.serve(`${system}.b.0`, "udp", 54, "b");
  const { v4 } = addressOf(state, serviceKey("b.p"));
  const [rogue, web] = [instanceKey("rogue", 0), instanceKey("web", 0)].map(
    (key) => addressOf(state, key).v4!,
  );
  await packets.ask(`${system}.rogue.0`, "udp", v4!, 54, { ...silence, text: "own", from: rogue! });
  t.is((await packets.received()).join(), "b own");
  // Root in the instance takes the other's address, and is not heard.
  packets.takeAddress(`${system}.rogue.0`, web!);
  await packets.ask(`${system}.rogue.0`, "udp", v4!, 54, { ...silence, text: "forged", from: web! });
  t.is((await packets.received()).join(), "b own");
});
