/**
 * Whatever others alter of what publishing needs on the host is put back: each thing that is set
 * there is spoilt, and read again by other programs than ours. What is not ours stays.
 */
import { execFileSync } from "node:child_process";
import anyTest, { type ExecutionContext } from "ava";
import { hostEnd } from "../../../../runtime/netns/host/names.ts";
import type { Resource, ResourceKey } from "../../../../src/core/resource.ts";
import { publicationKey } from "../../../../src/core/resource.ts";
import { freePort, freshName } from "../../../fresh.ts";
import { until } from "../../../until.ts";
import { between, byKey, nothing, resourcesOf } from "../../model.ts";
import { nftPath } from "../../nft.ts";
import { kernelTest, open } from "../lab.ts";
import { neighbour } from "../neighbour.ts";
import { ownedOf } from "../owned.ts";
import { repairing } from "../repairing.ts";
import { enterOwnHost } from "./own-host.ts";
import { differences, seenOf } from "./seen.ts";

const test = kernelTest.serial;
enterOwnHost();

type State = ReadonlyMap<ResourceKey, Resource>;

const stateOf = (system: string, [web, dns]: readonly [number, number]): State =>
  byKey(
    resourcesOf({
      system,
      automata: [
        {
          name: "a",
          count: 1,
          offers: [
            { port: "web", transport: "tcp", number: 8080 },
            { port: "dns", transport: "udp", number: 53 },
          ],
        },
      ],
      publications: [
        { to: "a.web", hostPort: web },
        { to: "a.dns", hostPort: dns },
      ],
    }),
  );

/** What is spoilt, and by what. Commands that begin with `hub` are run in the hub. */
const harms = `
forwarding                                sysctl -qw net.ipv4.ip_forward=0
forwarding, IPv6                          sysctl -qw net.ipv6.conf.all.forwarding=0
that a link listens to routers            sysctl -qw net.ipv6.conf.OUT.accept_ra=1
forwarding by the link                    sysctl -qw net.ipv4.conf.LINK.forwarding=0
local networks by the link                sysctl -qw net.ipv4.conf.LINK.route_localnet=0
IPv6 of the link                          sysctl -qw net.ipv6.conf.LINK.disable_ipv6=1
the link deleted                          ip link del LINK
the link down                             ip link set LINK down
the link renamed                          ip link set LINK down && ip link set LINK name other7
the MTU of the link                       ip link set LINK mtu 1400
an MTU too small for IPv6                 ip link set LINK mtu 1000
the MAC address of the link               ip link set LINK address 02:00:00:00:00:07
ARP at the link                           ip link set LINK arp on
the mark of the link                      ip link set LINK alias nobody
the link in a bridge                      ip link set LINK master beside
a queue at the link                       tc qdisc add dev LINK root tbf rate 8kbit burst 2k latency 1s
a neighbour of the link                   ip neigh replace fe80::1 lladdr 02:00:00:00:00:07 dev LINK
the address of the link                   ip addr del 192.0.0.8/32 dev LINK
the address of the link, IPv6             ip addr del fc00::2/128 dev LINK
another address in its place              ip addr del 192.0.0.8/32 dev LINK && ip addr add 192.0.2.8/24 dev LINK
a further address of the link             ip addr add 10.66.66.66/32 dev LINK
that the host answers for the address     ip route del local 192.0.0.8 dev LINK table local
that the host answers, IPv6               ip -6 route del local fc00::2 dev LINK table local
the loopback by the link                  ip -6 route del local ::1 dev LINK table local proto 174
a route to a service                      ip route del VIP4
a route to a service, IPv6                ip -6 route del VIP6
a route to a service replaced             ip route replace blackhole VIP4
a better route to a service, IPv6         ip -6 route add blackhole VIP6 metric 1
a further route by the link               ip route add 203.0.113.0/24 dev LINK
the table                                 nft delete table inet TABLE
all tables                                nft flush ruleset
the table asleep                          nft add table inet TABLE { flags dormant; }
a rule of the table                       nft flush chain inet TABLE guard
the guard of forwarding                   nft flush chain inet TABLE forwarded
what is guarded                           nft flush set inet TABLE guarded
what is kept of settings                  nft flush set inet TABLE settings
the ports                                 nft flush map inet TABLE ports4
one of the ports                          nft delete element inet TABLE ports6 { tcp . WEB }
a further port                            nft add element inet TABLE ports4 { tcp . 81 : 10.200.0.1 . 81 }
a port that leads elsewhere               nft delete element inet TABLE ports4 { tcp . WEB } && nft add element inet TABLE ports4 { tcp . WEB : 10.200.0.1 . 81 }
the hub's end down                        hub ip link set host down
the hub's end deleted                     hub ip link del host
the MTU of the hub's end                  hub ip link set host mtu 1400
the MAC address of the hub's end          hub ip link set host address 02:00:00:00:00:07
local addresses at the hub's end          hub sysctl -qw net.ipv4.conf.host.accept_local=0
a place for filters at the hub's end      hub tc qdisc add dev host clsact
a neighbour at the hub's end              hub ip neigh replace fe80::1 lladdr 02:00:00:00:00:07 dev host
the way back                              hub ip route del default dev host
the way back by its own table             hub ip -6 route del default table 174
the rule of the way back                  hub ip rule del priority 175
`;

interface Harm {
  readonly what: string;
  readonly commands: string;
}

const all: readonly Harm[] = harms
  .trim()
  .split("\n")
  .map((line) => {
    const [what = "", commands = ""] = line.split(/ {2,}/);
    return { what, commands };
  });

interface Scene {
  /** What stands for what in the commands of harms. */
  readonly words: readonly (readonly [placeholder: string, word: string])[];
  /** How everything was in the beginning. */
  readonly before: ReadonlySet<string>;
  readonly look: () => ReadonlySet<string>;
  readonly hub: string;
  readonly refusals: string[];
}

let scene: Scene | null = null;
const ends: (() => Promise<void>)[] = [];
const removeAll = async (): Promise<void> => {
  for (const one of ends.splice(0)) await one();
};
anyTest.after.always("the systems are gone", removeAll);

const raise = async (): Promise<Scene> => {
  await removeAll();
  const system = freshName();
  const teardowns: (() => unknown)[] = [];
  const t = { teardown: (work: () => unknown) => teardowns.unshift(work) } as unknown as ExecutionContext;
  ends.push(async () => {
    for (const work of teardowns) await work();
  });
  const other = neighbour(t, system);
  execFileSync("ip", ["link", "add", `b${system}`, "type", "bridge"]);
  t.teardown(() => execFileSync("ip", ["link", "del", `b${system}`]));
  const ports = [await freePort(), await freePort()] as const;
  const state = stateOf(system, ports);
  const base = open(t, system);
  const refused = await base.apply(between(nothing, state));
  if (refused.length > 0) throw new Error(JSON.stringify(refused));
  const hub = `${system}.hub`;
  const refusals: string[] = [];
  await repairing(t, base, state, (what) => refusals.push(what));
  const publication = state.get(publicationKey("tcp", ports[0]));
  if (publication?.kind !== "publication") throw new Error("no publication");
  const link = hostEnd(ownedOf(system));
  const words = [
    ["LINK", link],
    ["OUT", other.link],
    ["beside", `b${system}`],
    ["VIP4", publication.vip.v4!],
    ["VIP6", publication.vip.v6],
    ["TABLE", `architect-${system}`],
    ["WEB", String(ports[0])],
  ] as const;
  const look = () => seenOf(link, other.link, hub);
  return { words, before: look(), look, hub, refusals };
};

for (const { what, commands } of all) {
  test(`healed on the host: ${what}`, async (t) => {
    scene ??= await raise();
    const { words, before, look, hub, refusals } = scene;
    scene = null;
    refusals.length = 0;
    for (const command of commands.split(" && ")) {
      const text = words.reduce((so, [placeholder, word]) => so.replaceAll(placeholder, word), command);
      const [place = "", ...rest] = text.replaceAll("nft ", `${nftPath} `).split(" ");
      const [program, ...more] = place === "hub" ? ["ip", "netns", "exec", hub, ...rest] : [place, ...rest];
      execFileSync(program!, more, { stdio: ["ignore", "ignore", "pipe"] });
    }
    // Nothing is repaired before this thread waits.
    let left = differences(look(), before);
    t.not(left.length, 0);
    const seen = () => [...refusals, ...left.slice(0, 6)].join("\n").slice(0, 2_000);
    await until(
      () => `it is as it was: ${seen()}`,
      () => {
        left = differences(look(), before);
        return left.length === 0;
      },
      20_000,
    );
    scene = { words, before, look, hub, refusals };
  });
}
