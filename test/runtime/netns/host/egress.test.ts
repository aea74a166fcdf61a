/** What is wired to a service elsewhere gets there by the host, and nobody else does. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { ExecutionContext } from "ava";
import type { NetnsBase } from "../../../../runtime/netns/base.ts";
import {
  type Egress,
  type Endpoint,
  type EndpointAddress,
  egressKey,
  hostPlace,
  outsideKey,
  type Resource,
  type ResourceKey,
  type Service,
  serviceKey,
  wireKey,
} from "../../../../src/core/resource.ts";
import { freshName } from "../../../fresh.ts";
import { until } from "../../../until.ts";
import { between, byKey, nothing, resourcesOf } from "../../model.ts";
import { nftPath } from "../../nft.ts";
import { kernelTest, open } from "../lab.ts";
import { neighbour } from "../neighbour.ts";
import { repairing } from "../repairing.ts";
import { Traffic } from "../traffic.ts";
import { enterOwnHost, ip } from "./own-host.ts";

enterOwnHost();
const test = kernelTest.serial;

type State = ReadonlyMap<ResourceKey, Resource>;

/** A system in which `a` is wired to the ports of `far`, and `b` to nothing. */
const stateOf = (
  system: string,
  places: Readonly<Record<string, EndpointAddress>>,
  number: number,
): State => {
  const names = Object.keys(places);
  const plain = resourcesOf({
    system,
    automata: [
      {
        name: "a",
        count: 1,
        requires: names.map((name) => ({ name, to: `far.${name}` })),
      },
      { name: "b", count: 1 },
      {
        name: "far",
        count: 0,
        offers: names.map((port) => ({ port, transport: port === "dns" ? "udp" : "tcp", number })),
      },
    ],
  });
  const all = plain.flatMap((one): Resource[] => {
    if (one.kind !== "service") return [one];
    const place = places[one.id.slice("far.".length)]!;
    const to: readonly Endpoint[] = [{ instance: outsideKey("far", 0), address: place, number }];
    const { id: service, automaton, transport, vip } = one;
    const egress: Egress = {
      kind: "egress",
      key: egressKey(service),
      automaton,
      service,
      transport,
      vip,
      to,
    };
    return [{ ...one, endpoints: to }, egress];
  });
  return byKey(all);
};

const vipOf = (state: State, port: string): Service["vip"] =>
  (state.get(serviceKey(`far.${port}`)) as Service).vip;

interface Scene {
  readonly system: string;
  readonly base: NetnsBase;
  readonly packets: Traffic;
}

const scene = async (t: ExecutionContext): Promise<Scene> => {
  const system = freshName();
  const packets = new Traffic();
  t.teardown(() => packets.close());
  return { system, base: open(t, system), packets };
};

/** An address as sockets tell it. */
const written = (v6: string): string => new URL(`http://[${v6}]`).hostname.slice(1, -1);

const onHost = (): string =>
  [execFileSync(nftPath, ["-s", "list", "ruleset"]), ip("route"), ip("-6 route"), ip("-br link")].join("\n");
const forwarding = (): string => readFileSync("/proc/sys/net/ipv4/ip_forward", "utf8");

test("a client that is wired gets to an address elsewhere, in the host's name; others do not", async (t) => {
  const { system, base, packets } = await scene(t);
  const far = neighbour(t, system);
  far.take("10.200.7.9");
  const state = stateOf(
    system,
    {
      mail: { v4: far.v4.client, v6: null },
      six: { v4: null, v6: far.v6.client },
      dns: { v4: far.v4.client, v6: far.v6.client },
      lan: { v4: "10.200.7.9", v6: null },
    },
    8025,
  );
  await packets.serve(far.netns, "tcp", 8025, "far");
  await packets.serve(far.netns, "udp", 8025, "far");
  const before = [onHost(), forwarding()];
  t.deepEqual(await base.apply(between(nothing, state)), []);

  const [a, b] = [`${system}.a.0`, `${system}.b.0`];
  t.is(await packets.ask(a, "tcp", vipOf(state, "mail").v4!, 8025), `far ::ffff:${far.v4.host}`);
  t.is(await packets.ask(a, "tcp", vipOf(state, "six").v6, 8025), `far ${written(far.v6.host)}`);
  t.is(await packets.ask(a, "udp", vipOf(state, "dns").v4!, 8025), `far ::ffff:${far.v4.host}`);
  t.is(await packets.ask(a, "udp", vipOf(state, "dns").v6, 8025), `far ${written(far.v6.host)}`);
  t.is(await packets.ask(a, "tcp", vipOf(state, "lan").v4!, 8025), `far ::ffff:${far.v4.host}`);
  // Of a family in which it is nowhere nobody answers, and at once.
  t.is(await packets.ask(a, "tcp", vipOf(state, "mail").v6, 8025), "ECONNREFUSED");
  t.not(await packets.ask(b, "tcp", vipOf(state, "mail").v4!, 8025, { timeoutMs: 500 }), "far");
  t.is(await packets.ask(b, "tcp", far.v4.client, 8025), "ECONNREFUSED");
  t.is(await packets.ask(a, "tcp", far.v4.client, 8025), "ECONNREFUSED");
  t.deepEqual([...(await base.observe()).resources.keys()].sort(), [...state.keys()].sort());

  t.deepEqual(await base.destroy(), []);
  await until("nothing is left on the host", () => onHost() === before[0]);
  t.is(forwarding(), before[1]!);
});

test("a port of this machine is reached at its loopback", async (t) => {
  const { system, base, packets } = await scene(t);
  const seen: string[] = [];
  for (const address of ["127.0.0.1", "::1"]) {
    const server = createServer((socket) => {
      seen.push(`${socket.localAddress} ${socket.remoteAddress}`);
      socket.end("here");
    });
    await new Promise<void>((resolve) => server.listen(8026, address, resolve));
    t.teardown(() => server.close());
  }
  const state = stateOf(system, { db: hostPlace }, 8026);
  t.deepEqual(await base.apply(between(nothing, state)), []);
  const { v4, v6 } = vipOf(state, "db");
  t.is(await packets.ask(`${system}.a.0`, "tcp", v4!, 8026), "here");
  t.is(await packets.ask(`${system}.a.0`, "tcp", v6, 8026), "here");
  t.deepEqual(seen, [`127.0.0.1 ${v4}`, `::1 ${v6}`]);
  t.not(await packets.ask(`${system}.b.0`, "tcp", v4!, 8026, { timeoutMs: 500 }), "here");
  t.not(await packets.ask(`${system}.a.0`, "tcp", hostPlace.v4, 8026, { timeoutMs: 500 }), "here");
});

test("what is harmed on the host or in the hub is put back", async (t) => {
  const { system, base, packets } = await scene(t);
  const far = neighbour(t, system);
  const state = stateOf(system, { mail: { v4: far.v4.client, v6: null } }, 8025);
  await packets.serve(far.netns, "tcp", 8025, "far");
  t.deepEqual(await base.apply(between(nothing, state)), []);
  await repairing(t, base, state);
  const vip = vipOf(state, "mail").v4!;
  const works = async (): Promise<boolean> =>
    (await packets.ask(`${system}.a.0`, "tcp", vip, 8025, { timeoutMs: 300 })).startsWith("far");
  const link = /^(arch\w+)/m.exec(ip("-br link"))![1]!;
  for (const words of [
    [nftPath, "flush", "set", "inet", `architect-${system}`, "egress4"],
    [nftPath, "delete", "table", "inet", `architect-${system}`],
    [nftPath, "flush", "chain", "inet", `architect-${system}`, "disguise"],
    ["ip", "link", "del", link],
    ["ip", "route", "del", `${vip}/32`],
    ["ip", "netns", "exec", `${system}.hub`, nftPath, "flush", "set", "inet", "architect", "outside4"],
    ["ip", "netns", "exec", `${system}.hub`, nftPath, "flush", "chain", "inet", "architect", "disguise"],
  ]) {
    // What was deleted just before may not be there again yet: without the table some of it works, too.
    await until(words.join(" "), () => spawnSync(words[0]!, words.slice(1)).status === 0);
    // Each of these waits a while for its answer.
    const end = Date.now() + 60_000;
    while (!(await works())) if (Date.now() > end) return t.fail(words.join(" "));
  }
});

test("a connection goes on when the addresses change, and ends with its wire", async (t) => {
  const { system, base, packets } = await scene(t);
  const [far, other] = [neighbour(t, system), neighbour(t, freshName())];
  const placed = (v4: string): State => stateOf(system, { mail: { v4, v6: null } }, 8025);
  const [state, moved] = [placed(far.v4.client), placed(other.v4.client)];
  await packets.serve(far.netns, "tcp", 8025, "far");
  await packets.serve(other.netns, "tcp", 8025, "other");
  t.deepEqual(await base.apply(between(nothing, state)), []);
  const ask = (keep: number | null) =>
    packets.ask(`${system}.a.0`, "tcp", vipOf(state, "mail").v4!, 8025, { keep });
  t.is(await ask(1), `far ::ffff:${far.v4.host}`);
  t.deepEqual(await base.apply(between(state, moved)), []);
  t.is(await ask(2), `other ::ffff:${other.v4.host}`);
  t.is(await packets.again(1), `far ::ffff:${far.v4.host}`);

  const unwired = byKey([...moved.values()].filter(({ key }) => key !== wireKey("a", "mail")));
  t.deepEqual(await base.apply(between(moved, unwired)), []);
  t.not(await packets.again(1, 500), `far ::ffff:${far.v4.host}`);
  t.not(await packets.again(2, 500), `other ::ffff:${other.v4.host}`);
});

test("a way out that goes leaves no opening on the host", async (t) => {
  const { system, base, packets } = await scene(t);
  const far = neighbour(t, system);
  const places = { v4: far.v4.client, v6: null };
  const two = stateOf(system, { mail: places, dns: places }, 8025);
  const closedIn = (state: State, port: string): State =>
    byKey(
      [...state.values()].flatMap((one): readonly Resource[] => {
        if (one.kind === "egress" && one.service === `far.${port}`) return [];
        return [one.kind === "service" && one.id === `far.${port}` ? { ...one, endpoints: [] } : one];
      }),
    );
  const openings = (): number => {
    const sets = execFileSync(nftPath, ["-j", "list", "sets"], { encoding: "utf8" });
    const all: { set?: { table: string; name: string; elem?: unknown[] } }[] = JSON.parse(sets).nftables;
    const own = all.filter(
      ({ set }) => set?.table === `architect-${system}` && set.name.startsWith("egress"),
    );
    return own.reduce((sum, { set }) => sum + (set?.elem?.length ?? 0), 0);
  };
  await packets.serve(far.netns, "tcp", 8025, "far");
  const before = onHost();
  t.deepEqual(await base.apply(between(nothing, two)), []);
  t.is(openings(), 2);
  t.is(
    await packets.ask(`${system}.a.0`, "tcp", vipOf(two, "mail").v4!, 8025, { keep: 1 }),
    `far ::ffff:${far.v4.host}`,
  );

  const one = closedIn(two, "mail");
  t.deepEqual(await base.apply(between(two, one)), []);
  t.is(openings(), 1, "that of the other one stays");
  t.not(await packets.again(1, 500), `far ::ffff:${far.v4.host}`, "what went out has ended");

  t.false((await base.observe()).resources.has(egressKey("far.mail")));
  t.deepEqual(await base.apply(between(one, closedIn(one, "dns"))), []);
  t.is(onHost(), before, "nothing is left on the host");
});
