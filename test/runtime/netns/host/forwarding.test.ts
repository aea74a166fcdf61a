/**
 * A machine that forwards only because ports are published forwards what is published, and nothing
 * between its other networks.
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { ExecutionContext } from "ava";
import type { NetnsBase } from "../../../../runtime/netns/base.ts";
import { publicationKey, type Resource, type ResourceKey } from "../../../../src/core/resource.ts";
import { freePort, freshName } from "../../../fresh.ts";
import { until } from "../../../until.ts";
import { between, byKey, nothing, resourcesOf } from "../../model.ts";
import { nft } from "../../nft.ts";
import { kernelTest, open } from "../lab.ts";
import { type Neighbour, neighbour } from "../neighbour.ts";
import { repairing } from "../repairing.ts";
import { Traffic } from "../traffic.ts";
import { enterOwnHost } from "./own-host.ts";

const test = kernelTest.serial;
enterOwnHost();

type State = ReadonlyMap<ResourceKey, Resource>;

const stateOf = (system: string, hostPort: number): State =>
  byKey(
    resourcesOf({
      system,
      automata: [{ name: "a", count: 1, offers: [{ port: "web", transport: "tcp", number: 8080 }] }],
      publications: [{ to: "a.web", hostPort }],
    }),
  );

const paths = { v4: "/proc/sys/net/ipv4/ip_forward", v6: "/proc/sys/net/ipv6/conf/all/forwarding" } as const;
type Face = keyof typeof paths;
const faces = ["v4", "v6"] as const;

const set = (value: string): void => {
  for (const face of faces) writeFileSync(paths[face], value);
};
const forwards = (): string => faces.map((face) => readFileSync(paths[face], "utf8").trim()).join(" ");

interface Scene {
  readonly system: string;
  readonly port: number;
  readonly packets: Traffic;
  readonly one: Neighbour;
  readonly two: Neighbour;
  publish(system?: string, port?: number): Promise<NetnsBase>;
}

/** Two networks of the host, with a server in one of them. */
const scene = async (t: ExecutionContext): Promise<Scene> => {
  const system = freshName();
  const [one, two] = [neighbour(t, system), neighbour(t, `${system}z`)];
  const packets = new Traffic();
  t.teardown(() => packets.close());
  await packets.serve(two.netns, "tcp", 7000, "two");
  const port = await freePort();
  return {
    system,
    port,
    packets,
    one,
    two,
    publish: async (name = system, at = port) => {
      const base = open(t, name);
      t.deepEqual(await base.apply(between(nothing, stateOf(name, at))), []);
      await packets.serve(`${name}.a.0`, "tcp", 8080, name);
      return base;
    },
  };
};

const quick = { timeoutMs: 300 };
/** Whether one network of the host reaches the other. */
const crosses = async ({ packets, one, two }: Scene, face: Face): Promise<boolean> =>
  (await packets.ask(one.netns, "tcp", two[face].client, 7000, quick)).startsWith("two");
/** Of IPv6 a neighbour is found a little later. */
const doesCross = async (t: ExecutionContext, at: Scene, face: Face): Promise<void> => {
  const end = Date.now() + 60_000;
  let is = await crosses(at, face);
  while (!is && Date.now() < end) is = await crosses(at, face);
  t.true(is, face);
};
const published = ({ packets, one, port }: Scene, face: Face, at = port): Promise<string> =>
  packets.ask(one.netns, "tcp", one[face].host, at);

test("where forwarding was off, only what is published is forwarded, and it is off again afterwards", async (t) => {
  set("0");
  const at = await scene(t);
  const { system } = at;
  const base = await at.publish();
  t.is(forwards(), "1 1");
  for (const face of faces) {
    t.regex(await published(at, face), new RegExp(`^${system} `), face);
    t.false(await crosses(at, face), face);
  }
  t.deepEqual(await base.destroy(), []);
  t.is(forwards(), "0 0");
  t.false(nft(null, "list", "tables").includes("architect"));
});

test("where forwarding was on, whoever forwarded before still does", async (t) => {
  set("1");
  const at = await scene(t);
  for (const face of faces) await doesCross(t, at, face);
  const base = await at.publish();
  for (const face of faces) {
    t.regex(await published(at, face), new RegExp(`^${at.system} `), face);
    await doesCross(t, at, face);
  }
  t.deepEqual(await base.destroy(), []);
  t.is(forwards(), "1 1");
  for (const face of faces) await doesCross(t, at, face);
});

test("where only one family was forwarded, only the other is guarded", async (t) => {
  set("0");
  writeFileSync(paths.v4, "1");
  const at = await scene(t);
  await at.publish();
  await doesCross(t, at, "v4");
  t.false(await crosses(at, "v6"));
});

test("of two systems the one that stays goes on guarding, and puts forwarding back", async (t) => {
  set("0");
  const at = await scene(t);
  const [second, port] = [`${at.system}w`, await freePort()];
  const bases = [await at.publish(), await at.publish(second, port)];
  t.deepEqual(await bases[0]!.destroy(), []);
  t.is(forwards(), "1 1");
  for (const face of faces) {
    t.regex(await published(at, face, port), new RegExp(`^${second} `), face);
    t.false(await crosses(at, face), face);
  }
  t.deepEqual(await bases[1]!.destroy(), []);
  t.is(forwards(), "0 0");
});

test("the table flushed does not open the way for longer than it takes to make it anew", async (t) => {
  set("0");
  const at = await scene(t);
  const base = await at.publish();
  await repairing(t, base, stateOf(at.system, at.port));
  nft(null, "flush", "ruleset");
  await until("it is guarded again", () => nft(null, "list", "ruleset").includes("guarded"), 60_000);
  for (const face of faces) t.false(await crosses(at, face), face);
  t.regex(await published(at, "v4"), new RegExp(`^${at.system} `));
});

test("who switches forwarding off closes the way between networks, and not that to published ports", async (t) => {
  set("1");
  const at = await scene(t);
  const base = await at.publish();
  const told: string[] = [];
  const refused = (what: string): void => t.fail(what);
  await repairing(t, base, stateOf(at.system, at.port), refused, (key, what) => told.push(`${key}: ${what}`));
  writeFileSync(paths.v4, "0");
  await until("it is on again", () => forwards() === "1 1", 60_000);
  t.deepEqual(told, [`${publicationKey("tcp", at.port)}: net.ipv4.ip_forward was set to 0`]);
  t.regex(await published(at, "v4"), new RegExp(`^${at.system} `));
  t.false(await crosses(at, "v4"));
  await doesCross(t, at, "v6");
});
