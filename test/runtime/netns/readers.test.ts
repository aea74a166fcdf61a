/** The kernel's state as `ip -j` and `nft -j` show it, against what was desired. */
import { execFileSync } from "node:child_process";
import { hubKey, type Resource } from "../../../src/core/resource.ts";
import { freshName } from "../../fresh.ts";
import { between, byKey, nothing, resourcesOf } from "../model.ts";
import { nft } from "../nft.ts";
import { open, kernelTest as test } from "./lab.ts";

interface Link {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly ifalias?: string;
  readonly address: string;
  readonly addr_info: readonly {
    readonly local: string;
    readonly prefixlen: number;
    readonly scope: string;
  }[];
}

interface Route {
  readonly dst: string;
  readonly dev: string;
  readonly protocol: string;
  readonly type?: string;
}

const ip = <T>(netns: string, ...words: readonly string[]): readonly T[] =>
  JSON.parse(execFileSync("ip", ["-n", netns, "-j", ...words], { encoding: "utf8" }) || "[]");

/** The elements of a map, as `[key, value]` of nft's JSON. */
const map = (netns: string, name: string): readonly (readonly [unknown, unknown])[] => {
  const said = JSON.parse(nft(netns, "-j", "list", "map", "inet", "architect", name)) as {
    readonly nftables: readonly {
      readonly map?: { readonly elem?: readonly (readonly [unknown, unknown])[] };
    }[];
  };
  return said.nftables.flatMap((one) => one.map?.elem ?? []);
};

const kind = <K extends Resource["kind"]>(
  all: readonly Resource[],
  wanted: K,
): Extract<Resource, { kind: K }>[] =>
  all.filter((one): one is Extract<Resource, { kind: K }> => one.kind === wanted);

const sorted = (list: readonly unknown[]): readonly string[] => list.map((one) => JSON.stringify(one)).sort();

test("what was desired is what `ip` and `nft` show", async (t) => {
  const system = freshName();
  const all = resourcesOf({
    system,
    automata: [
      {
        name: "web_front",
        count: 2,
        requires: [
          { name: "api", to: "api.p" },
          { name: "log", to: "log.p", oneWay: true },
        ],
      },
      { name: "api", count: 3, offers: [{ port: "p", transport: "tcp", number: 9000 }] },
      { name: "log", count: 1, offers: [{ port: "p", transport: "udp", number: 514 }] },
    ],
  });
  t.deepEqual(await open(t, system).apply(between(nothing, byKey(all))), []);
  const hub = `${system}.hub`;
  const instances = kind(all, "instance");

  // Instances: one link, up, with both addresses and nothing else; the way to the system.
  for (const { netns, address, automaton, index } of instances) {
    const [loopback, link, ...more] = ip<Link>(netns, "addr");
    t.deepEqual(more, []);
    t.is(
      loopback!.ifalias ?? ip<Link>(netns, "link", "show", "lo")[0]!.ifalias,
      `architect/testtest ${system} ${index} ${automaton}`,
    );
    t.is(link!.ifname, "eth0");
    t.true(link!.flags.includes("UP") && link!.flags.includes("LOWER_UP"));
    t.deepEqual(
      sorted(
        link!.addr_info
          .filter(({ scope }) => scope === "global")
          .map(({ local, prefixlen }) => [local, prefixlen]),
      ),
      sorted([
        [address.v4, 32],
        [address.v6, 128],
      ]),
    );
    t.deepEqual(
      ip<Route>(netns, "route").map(({ dst, dev }) => [dst, dev]),
      [["default", "eth0"]],
    );
    t.true(ip<Route>(netns, "-6", "route").some(({ dst, dev }) => dst === "default" && dev === "eth0"));
  }

  // The hub: a link an instance, a route of each family to it.
  const links = ip<Link>(hub, "link").filter(({ ifname }) => ifname !== "lo");
  t.deepEqual(links.map(({ ifname }) => ifname).sort(), instances.map(({ link }) => link).sort());
  t.true(links.every(({ flags }) => flags.includes("UP")));
  for (const [family, of] of [
    ["-4", "v4"],
    ["-6", "v6"],
  ] as const) {
    const routes = ip<Route>(hub, family, "route", "show", "proto", "174").filter(({ dev }) => dev !== "lo");
    t.deepEqual(
      sorted(routes.map(({ dst, dev }) => [dst, dev])),
      sorted(instances.map(({ address, link }) => [address[of], link])),
    );
  }

  // The table: who is who, who may ask whom, who answers.
  t.deepEqual(sorted(map(hub, "origin")), sorted(instances.map(({ link, origin }) => [link, origin])));
  for (const [family, of] of [
    [4, "v4"],
    [6, "v6"],
  ] as const) {
    t.deepEqual(
      sorted(map(hub, `policy${family}`)),
      sorted(
        kind(all, "wire").map(({ origin, vip, transport, number, oneWay }) => [
          { concat: [origin, vip[of], transport, number] },
          oneWay ? origin + 2 ** 31 : origin,
        ]),
      ),
    );
    const [api, log] = [
      kind(all, "service").find(({ id }) => id === "api.p")!,
      kind(all, "service").find(({ id }) => id === "log.p")!,
    ];
    t.deepEqual(map(hub, `vip${family}_1`), [
      [{ concat: [log.vip[of], "udp", 514] }, { concat: [log.endpoints[0]!.address[of], 514] }],
    ]);
    const slots = map(hub, `vip${family}_64`) as readonly (readonly [
      { readonly concat: readonly unknown[] },
      { readonly concat: readonly unknown[] },
    ])[];
    t.deepEqual(
      sorted(slots.map(([key]) => key.concat)),
      sorted(Array.from({ length: 64 }, (_, slot) => [api.vip[of], "tcp", 9000, slot])),
    );
    const shares = api.endpoints.map(
      ({ address }) => slots.filter(([, to]) => to.concat[0] === address[of]).length,
    );
    t.deepEqual(shares.sort(), [21, 21, 22]);
  }
  t.is(kind(all, "hub")[0]!.key, hubKey);
});
