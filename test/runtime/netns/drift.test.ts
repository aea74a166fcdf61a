/** What others do to a system is told, and what its own manager does is not. */
import { execFileSync } from "node:child_process";
import type { ExecutionContext } from "ava";
import { createNamespace, deleteNamespace, namespaceInode } from "../../../runtime/namespaces.ts";
import type { NetnsBase } from "../../../runtime/netns/base.ts";
import { hostEnd } from "../../../runtime/netns/host/names.ts";
import type { WorldEvent } from "../../../src/core/base.ts";
import {
  hubKey,
  type Instance,
  instanceKey,
  publicationKey,
  type Resource,
  type ResourceKey,
  serviceKey,
  wireKey,
} from "../../../src/core/resource.ts";
import { freePort, freshName } from "../../fresh.ts";
import { until } from "../../until.ts";
import { between, byKey, nothing, resourcesOf } from "../model.ts";
import { nft } from "../nft.ts";
import { open, kernelTest as test } from "./lab.ts";
import { ownedOf } from "./owned.ts";

type State = ReadonlyMap<ResourceKey, Resource>;

const stateOf = (system: string, count = 2): State =>
  byKey(
    resourcesOf({
      system,
      automata: [
        { name: "web", count: 1, requires: [{ name: "a", to: "a.p" }] },
        { name: "a", count, offers: [{ port: "p", transport: "tcp", number: 9000 }] },
      ],
    }),
  );

type Drift = WorldEvent & { readonly _tag: "drift" };

interface Living {
  readonly system: string;
  readonly base: NetnsBase;
  readonly state: State;
  readonly events: WorldEvent[];
  /** Waits until something is told of a resource. */
  told(key: ResourceKey): Promise<Drift>;
}

const quiet = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const live = async (
  t: ExecutionContext,
  more: Partial<Parameters<typeof resourcesOf>[0]> = {},
): Promise<Living> => {
  const system = freshName();
  const base = open(t, system);
  const state = byKey([
    ...stateOf(system).values(),
    ...resourcesOf({
      system,
      automata: [{ name: "a", count: 2, offers: [{ port: "p", transport: "tcp", number: 9000 }] }],
      ...more,
    }).filter(({ kind }) => kind === "publication"),
  ]);
  t.deepEqual(await base.apply(between(nothing, state)), []);
  const events: WorldEvent[] = [];
  const subscription = await base.listen((event) => events.push(event));
  t.teardown(() => subscription.close());
  return {
    system,
    base,
    state,
    events,
    told: async (key) => {
      let event: WorldEvent | undefined;
      await until(
        () => `something is told of ${key}: ${JSON.stringify(events)}`,
        () => {
          event = events.find((one) => one.key === key);
          return event?._tag === "drift";
        },
      );
      return event as Drift;
    },
  };
};

const ip = (...words: readonly string[]): string => execFileSync("ip", words, { encoding: "utf8" });

/** Repairs as an orchestrator does, and makes sure that the world is as it was. */
const heal = async (t: ExecutionContext, { base, state }: Living): Promise<void> => {
  const { resources } = await base.observe();
  t.deepEqual(await base.apply(between(resources, state)), []);
  const again = await base.observe();
  t.deepEqual(between(again.resources, state), []);
};

test("what apply does is not told", async (t) => {
  const { base, state, system, events } = await live(t);
  const more = stateOf(system, 4);
  t.deepEqual(await base.apply(between(state, more)), []);
  t.deepEqual(await base.apply(between(more, state)), []);
  await quiet(300);
  t.deepEqual(events, []);
});

const harms: readonly (readonly [what: string, (system: string, state: State) => readonly string[]])[] = [
  ["a link deleted", (system) => ["-n", `${system}.a.1`, "link", "del", "eth0"]],
  ["a link set down", (system) => ["-n", `${system}.a.1`, "link", "set", "eth0", "down"]],
  [
    "the hub's end of a link deleted",
    (system, state) => ["-n", `${system}.hub`, "link", "del", linkIn(state)],
  ],
  [
    "the hub's end set down",
    (system, state) => ["-n", `${system}.hub`, "link", "set", linkIn(state), "down"],
  ],
  ["an address taken", (system) => ["-n", `${system}.a.1`, "-4", "addr", "flush", "dev", "eth0"]],
  ["an address added", (system) => ["-n", `${system}.a.1`, "addr", "add", "10.66.66.66/32", "dev", "eth0"]],
  ["a route taken", (system) => ["-n", `${system}.a.1`, "-6", "route", "del", "default"]],
  [
    "a route of the hub taken",
    (system, state) => ["-n", `${system}.hub`, "route", "del", `${addressIn(state).v4}/32`],
  ],
  ["a namespace deleted", (system) => ["netns", "del", `${system}.a.1`]],
];

const instanceIn = (state: State) => {
  const instance = state.get(instanceKey("a", 1));
  if (instance?.kind !== "instance") throw new Error("no instance");
  return instance;
};
const linkIn = (state: State): string => instanceIn(state).link;
const addressIn = (state: State) => instanceIn(state).address;

for (const [what, words] of harms) {
  test(`${what} is told, and healed`, async (t) => {
    const living = await live(t);
    ip(...words(living.system, living.state));
    const event = await living.told(instanceKey("a", 1));
    t.true(event.now === null || event.now.kind === "instance");
    t.deepEqual([...new Set(living.events.map(({ key }) => key))], [instanceKey("a", 1)]);
    // An orchestrator needs no more than the event.
    const before = event.now === null ? nothing : byKey([event.now]);
    t.deepEqual(await living.base.apply(between(before, byKey([instanceIn(living.state)]))), []);
    t.deepEqual(between((await living.base.observe()).resources, living.state), []);
    await quiet(100);
    t.deepEqual([...new Set(living.events.map(({ key }) => key))], [instanceKey("a", 1)]);
  });
}

test("an element taken is told, and put back by one small transaction", async (t) => {
  const living = await live(t);
  const service = living.state.get(serviceKey("a.p"))!;
  if (service.kind !== "service") throw new Error("no service");
  const vip = service.vip.v6;
  nft(
    `${living.system}.hub`,
    "delete",
    "element",
    "inet",
    "architect",
    "vip6_64",
    `{ ${vip} . tcp . 9000 . 0x7 }`,
  );
  const event = await living.told(service.key);
  t.is(event.now, null);
  t.is(event.what, "an element of vip6_64 vanished");
  t.deepEqual(await living.base.apply(between(nothing, byKey([service]))), []);
  t.deepEqual(between((await living.base.observe()).resources, living.state), []);
});

test("what is done in between is not forgotten", async (t) => {
  const living = await live(t);
  const wire = living.state.get(wireKey("web", "a"))!;
  nft(`${living.system}.hub`, "flush", "map", "inet", "architect", "policy4");
  await living.told(wire.key);
  // A change of something else mends it along the way.
  t.deepEqual(await living.base.apply(between(living.state, stateOf(living.system, 3))), []);
  t.deepEqual(between((await living.base.observe()).resources, stateOf(living.system, 3)), []);
});

test("an element put in is told, and taken out", async (t) => {
  const living = await live(t);
  nft(
    `${living.system}.hub`,
    "add",
    "element",
    "inet",
    "architect",
    "policy4",
    "{ 0x7 . 10.200.0.1 . tcp . 80 : 0x7 }",
  );
  t.is((await living.told(hubKey)).what, "an element of policy4 appeared");
  t.deepEqual(await living.base.apply(between(nothing, byKey([living.state.get(hubKey)!]))), []);
  t.false(nft(`${living.system}.hub`, "list", "map", "inet", "architect", "policy4").includes("10.200.0.1"));
  t.deepEqual(between((await living.base.observe()).resources, living.state), []);
});

for (const [what, words] of [
  ["the table deleted", ["delete", "table", "inet", "architect"]],
  ["the rules flushed", ["flush", "chain", "inet", "architect", "admit"]],
  ["a rule put in", ["insert", "rule", "inet", "architect", "admit", "accept"]],
] as const) {
  test(`${what} is told, and healed`, async (t) => {
    const living = await live(t);
    nft(`${living.system}.hub`, ...words);
    t.is((await living.told(hubKey)).what, "the rules of the hub were altered");
    await heal(t, living);
  });
}

test("an address of the hub taken is told, and healed", async (t) => {
  const living = await live(t);
  ip("-n", `${living.system}.hub`, "addr", "del", "10.0.0.0/32", "dev", "lo");
  await living.told(hubKey);
  await heal(t, living);
});

test("the hub deleted is told, and everything healed", async (t) => {
  const living = await live(t);
  ip("netns", "del", `${living.system}.hub`);
  await living.told(hubKey);
  await heal(t, living);
  // And is listened to again.
  living.events.length = 0;
  await quiet(200);
  living.events.length = 0;
  ip("-n", `${living.system}.a.1`, "link", "del", "eth0");
  await living.told(instanceKey("a", 1));
  await heal(t, living);
});

test("who lives in a namespace that loses its name notices nothing", async (t) => {
  const living = await live(t);
  const names = ["a.1", "hub"].map((name) => `${living.system}.${name}`);
  const inodes = names.map((name) => namespaceInode(name));
  for (const name of names) ip("netns", "del", name);
  for (const key of [instanceKey("a", 1), hubKey]) {
    const { now } = await living.told(key);
    t.true((now?.kind === "instance" && now.link === "") || (now?.kind === "hub" && now.netns === ""));
    t.deepEqual(await living.base.apply(between(byKey([now!]), byKey([living.state.get(key)!]))), []);
  }
  t.deepEqual(
    names.map((name) => namespaceInode(name)),
    inodes,
  );
  t.deepEqual(between((await living.base.observe()).resources, living.state), []);
  t.deepEqual([...new Set(living.events.map(({ key }) => key))].sort(), [hubKey, instanceKey("a", 1)].sort());
});

test("a hub whose name somebody else took is made anew when that is gone", async (t) => {
  const living = await live(t);
  const hub = `${living.system}.hub`;
  ip("netns", "del", hub);
  ip("netns", "add", hub);
  await living.told(hubKey);
  const wanted = byKey([living.state.get(hubKey)!]);
  t.is((await living.base.apply(between(nothing, wanted)))[0]?.code, "EEXIST");
  ip("netns", "del", hub);
  await heal(t, living);
});

test("the hub deleted with an instance is told, and everything healed", async (t) => {
  const living = await live(t);
  // Both before any look: what is suspected of the instance can then not be looked into.
  for (const name of ["a.1", "hub"]) deleteNamespace(`${living.system}.${name}`);
  await living.told(hubKey);
  await heal(t, living);
});

test("what is applied while the hub has no name is done, and the name is told of", async (t) => {
  const living = await live(t);
  deleteNamespace(`${living.system}.hub`);
  // In the same turn of the loop, before anything is heard.
  t.deepEqual(await living.base.apply(between(living.state, stateOf(living.system, 3))), []);
  const { now } = await living.told(hubKey);
  t.true(now?.kind === "hub" && now.netns === "");
  await heal(t, living);
});

test("that the hub is gone is told too if it is found out by what is applied", async (t) => {
  const living = await live(t);
  const hub = `${living.system}.hub`;
  deleteNamespace(hub);
  createNamespace(hub);
  const failures = await living.base.apply(between(living.state, stateOf(living.system, 3)));
  t.true(failures.length > 0 && failures.every(({ message }) => message === "the hub is missing"));
  t.is((await living.told(hubKey)).now, null);
  deleteNamespace(hub);
  await heal(t, living);
});

test("an instance whose namespace has lost its name can be removed, and be there again", async (t) => {
  const { system, base, state, told } = await live(t);
  ip("netns", "del", `${system}.a.1`);
  const { now } = await told(instanceKey("a", 1));
  const seen: State = now === null ? state : new Map([...state, [now.key, now]]);
  const less = stateOf(system, 1);
  t.deepEqual(await base.apply(between(seen, less)), []);
  t.deepEqual(between((await base.observe()).resources, less), []);
  t.deepEqual(await base.apply(between(less, state)), []);
  t.deepEqual(between((await base.observe()).resources, state), []);
});

test("a link to elsewhere with the indexes of a veth is not taken for its end", async (t) => {
  const living = await live(t);
  const [hub, elsewhere] = [`${living.system}.hub`, `${living.system}x`];
  const link = (living.state.get(instanceKey("web", 0)) as Instance).link;
  const veth = (): unknown =>
    (JSON.parse(ip("-j", "-n", hub, "link", "show", link)) as readonly { readonly ifindex: number }[])[0]
      ?.ifindex;
  const index = String(veth());
  ip("-n", `${living.system}.a.1`, "link", "del", "eth0");
  ip("netns", "add", elsewhere);
  t.teardown(() => ip("netns", "del", elsewhere));
  const far = ["name", "eth0", "index", index, "netns", `${living.system}.a.1`];
  ip("-n", elsewhere, "link", "add", "other", "index", index, "type", "veth", "peer", ...far);
  await living.told(instanceKey("a", 1));
  await heal(t, living);
  t.is(veth(), Number(index), "the veth of another instance was left alone");
});

test("what publishes a port, taken away, is told and healed", async (t) => {
  const hostPort = await freePort();
  const publications = [{ to: "a.p", hostPort }];
  const living = await live(t, { publications });
  const key = publicationKey("tcp", hostPort);
  ip("link", "del", hostEnd(ownedOf(living.system)));
  t.is((await living.told(key)).now, null);
  await heal(t, living);
  living.events.length = 0;
  nft(null, "delete", "table", "inet", `architect-${living.system}`);
  await living.told(key);
  await heal(t, living);
});

test("a subscription that is closed tells nothing more", async (t) => {
  const system = freshName();
  const base = open(t, system);
  t.deepEqual(await base.apply(between(nothing, stateOf(system))), []);
  const events: WorldEvent[] = [];
  const subscription = await base.listen((event) => events.push(event));
  await subscription.close();
  ip("-n", `${system}.a.1`, "link", "del", "eth0");
  await quiet(200);
  t.deepEqual(events, []);
});
