/** Who comes by a published port is known to the service by its own address. */
import { execFileSync } from "node:child_process";
import type { ExecutionContext } from "ava";
import { hostAddress } from "../../../runtime/netns/host/ruleset.ts";
import {
  instanceKey,
  publicationKey,
  type Resource,
  type ResourceKey,
  serviceKey,
  type Transport,
} from "../../../src/core/resource.ts";
import { freshName } from "../../fresh.ts";
import { between, byKey, nothing, resourcesOf } from "../model.ts";
import { kernelTest, open } from "./lab.ts";
import { type Neighbour, neighbour } from "./neighbour.ts";
import { Traffic } from "./traffic.ts";

// They share ports of the host.
const test = kernelTest.serial;

type State = ReadonlyMap<ResourceKey, Resource>;

const [web, dns] = [28501, 28502];
const portOf = (transport: Transport): number => (transport === "tcp" ? web : dns);

const stateOf = (system: string, count: number): State =>
  byKey(
    resourcesOf({
      system,
      automata: [
        {
          name: "a",
          count,
          offers: [
            { port: "web", transport: "tcp", number: 8080 },
            { port: "dns", transport: "udp", number: 53 },
          ],
        },
        { name: "b", count: 1 },
      ],
      publications: [
        { to: "a.web", hostPort: web },
        { to: "a.dns", hostPort: dns },
      ],
    }),
  );

interface Scene {
  readonly system: string;
  readonly state: State;
  readonly packets: Traffic;
  readonly other: Neighbour;
}

const scene = async (t: ExecutionContext, count = 2): Promise<Scene> => {
  const system = freshName();
  const other = neighbour(t, system);
  const state = stateOf(system, count);
  t.deepEqual(await open(t, system).apply(between(nothing, state)), []);
  const packets = new Traffic();
  t.teardown(() => packets.close());
  for (let index = 0; index < count; index += 1) {
    await packets.serve(`${system}.a.${index}`, "tcp", 8080, "web");
    await packets.serve(`${system}.a.${index}`, "udp", 53, "dns");
  }
  return { system, state, packets, other };
};

/** As a socket of both families tells an address. */
const seen = (address: string): string => (address.includes(":") ? address : `::ffff:${address}`);
const says = { tcp: "web", udp: "dns" } as const;

test("a client on another machine keeps its address", async (t) => {
  const { packets, other } = await scene(t);
  for (const transport of ["tcp", "udp"] as const) {
    for (const { host, client } of [other.v4, other.v6]) {
      for (let round = 0; round < 6; round += 1) {
        const answer = await packets.ask(other.netns, transport, host, portOf(transport));
        t.is(answer, `${says[transport]} ${seen(client)}`);
      }
    }
  }
});

const addressIn = (state: State, key: ResourceKey) => {
  const resource = state.get(key);
  if (resource?.kind === "instance") return resource.address;
  if (resource?.kind === "service") return resource.vip;
  throw new Error(`${key} has no address`);
};

test("so does one whose address is in the range of the system's", async (t) => {
  const { packets, other } = await scene(t);
  for (const address of [
    "10.1.2.3",
    "10.200.7.9",
    "192.168.3.4",
    "172.17.0.2",
    "fc00:1::9",
    "fd12:3456::7",
  ]) {
    other.take(address);
    const host = address.includes(":") ? other.v6.host : other.v4.host;
    for (const transport of ["tcp", "udp"] as const) {
      const answer = await packets.ask(other.netns, transport, host, portOf(transport), { from: address });
      t.is(answer, `${says[transport]} ${seen(address)}`);
    }
  }
});

test("one that has the very address of an instance comes as the hub, and is answered", async (t) => {
  const { packets, other, state } = await scene(t, 1);
  for (const key of [instanceKey("a", 0), instanceKey("b", 0)]) {
    const { v4, v6 } = addressIn(state, key);
    for (const address of [v4!, v6]) {
      other.take(address);
      const [host, hub] = address.includes(":") ? [other.v6.host, "fc00::1"] : [other.v4.host, "10.0.0.0"];
      for (const transport of ["tcp", "udp"] as const) {
        const answer = await packets.ask(other.netns, transport, host, portOf(transport), { from: address });
        t.is(answer, `${says[transport]} ${seen(hub)}`);
      }
    }
  }
});

test("the machine itself keeps an address of its links, and is known as itself by its loopback", async (t) => {
  const { packets, other } = await scene(t);
  const own: readonly (readonly [asked: string, known: string])[] = [
    [other.v4.host, other.v4.host],
    [other.v6.host, other.v6.host],
    ["127.0.0.1", hostAddress(4)],
    ["127.9.9.9", hostAddress(4)],
    ["::1", hostAddress(6)],
  ];
  for (const transport of ["tcp", "udp"] as const) {
    for (const [asked, known] of own) {
      const answer = await packets.ask(null, transport, asked, portOf(transport));
      t.is(answer, `${says[transport]} ${seen(known)}`, asked);
    }
  }
});

test("a client on another machine is refused at once where nobody answers, or no longer", async (t) => {
  const { system, packets, other, state } = await scene(t, 1);
  const base = open(t, system);
  other.take("10.1.2.3");
  const service = state.get(serviceKey("a.web"))!;
  if (service.kind !== "service") throw new Error("no service");
  const silent = new Map(state).set(service.key, { ...service, endpoints: [] });
  const kept = await packets.ask(other.netns, "tcp", other.v4.host, web, { keep: 1 });
  t.is(kept, `web ${seen(other.v4.client)}`);
  t.deepEqual(await base.apply(between(state, silent)), []);
  for (const { host, from } of [
    { host: other.v4.host, from: other.v4.client },
    { host: other.v4.host, from: "10.1.2.3" },
    { host: other.v6.host, from: other.v6.client },
  ]) {
    for (let round = 0; round < 10; round += 1) {
      t.is(await packets.ask(other.netns, "tcp", host, web, { from }), "ECONNREFUSED", from);
    }
  }
  // Who is connected stays so until the port is taken back.
  t.is(await packets.again(1), `web ${seen(other.v4.client)}`);
  const bare = new Map(silent);
  bare.delete(publicationKey("tcp", web));
  t.deepEqual(await base.apply(between(silent, bare)), []);
  t.regex(await packets.again(1, 2_000), /^(ECONNRESET|CLOSED|EPIPE|ETIMEDOUT)$/);
});

test("what is outside of the system is refused at once, however often it is asked for", async (t) => {
  const { system, packets } = await scene(t, 1);
  for (let round = 0; round < 20; round += 1) {
    t.is(await packets.ask(`${system}.a.0`, "tcp", "192.0.2.1", 80), "ECONNREFUSED");
    t.is(await packets.ask(`${system}.a.0`, "tcp", "2001:db8::1", 80), "ECONNREFUSED");
  }
});

test("nobody in the system takes the way of a reply", async (t) => {
  const { system, packets, other } = await scene(t, 1);
  // Root in an instance may send with any address, and to any.
  packets.takeAddress(`${system}.a.0`, "198.51.100.77");
  const quick = { timeoutMs: 400, from: "198.51.100.77" };
  t.is(await packets.ask(`${system}.a.0`, "tcp", other.v4.client, 80, quick), "ETIMEDOUT");
  const rules = execFileSync("ip", ["-n", `${system}.hub`, "rule"], { encoding: "utf8" });
  t.regex(rules, /fwmark 0xfffffffe lookup 174/);
});
