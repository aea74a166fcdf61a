/**
 * Whatever of a system is altered from outside is put back as it was: each thing that is made
 * is spoilt, and read again by other programs than ours.
 */
import { execFileSync } from "node:child_process";
import anyTest, { type ExecutionContext } from "ava";
import { instanceKey, type Resource, type ResourceKey } from "../../../src/core/resource.ts";
import { freshName } from "../../fresh.ts";
import { until } from "../../until.ts";
import { between, byKey, nothing, resourcesOf } from "../model.ts";
import { nftPath } from "../nft.ts";
import { kernelTest, open } from "./lab.ts";
import { repairing } from "./repairing.ts";
import { difference, snapshot } from "./snapshot.ts";

// Each looks at everything, which takes its time.
const test = kernelTest.serial;

type State = ReadonlyMap<ResourceKey, Resource>;

const stateOf = (system: string): State =>
  byKey(
    resourcesOf({
      system,
      automata: [
        { name: "web", count: 1, requires: [{ name: "a", to: "a.p" }] },
        { name: "a", count: 2, offers: [{ port: "p", transport: "tcp", number: 9000 }] },
      ],
    }),
  );

/** What is spoilt, in which namespace, and by what. */
const harms = `
the MTU of the hub's end                       hub       ip link set LINK mtu 1400
an MTU too small for IPv6                      hub       ip link set LINK mtu 1000
the MTU of the instance's end                  instance  ip link set eth0 mtu 1000
the MAC address of the hub's end               hub       ip link set LINK address 02:00:00:00:00:07
the MAC address of the instance's end          instance  ip link set eth0 address 02:00:00:00:00:07
ARP at the hub's end                           hub       ip link set LINK arp on
ARP at the instance's end                      instance  ip link set eth0 arp on
the hub's end down                             hub       ip link set LINK down
the instance's end down                        instance  ip link set eth0 down
the instance's end renamed                     instance  ip link set eth0 down && ip link set eth0 name eth7
a veth made anew that was never up            hub       ip link del LINK && ip link add LINK index 900 numtxqueues 1 numrxqueues 1 type veth peer name eth0 index 900 numtxqueues 1 numrxqueues 1 netns INSTANCE
a veth made anew with two indexes              hub       ip link del LINK && ip link add LINK index 901 type veth peer name eth0 index 902 netns INSTANCE
the hub's end in a bridge                      hub       ip link set LINK master beside
a further name of the hub's end                hub       ip link property add dev LINK altname further
a further name of the instance's end           instance  ip link property add dev eth0 altname further
the loopback of the instance down              instance  ip link set lo down
the loopback of the hub down                   hub       ip link set lo down
the MTU of the instance's loopback             instance  ip link set lo mtu 1000
the MTU of the hub's loopback                  hub       ip link set lo mtu 1000
the mark of the instance                       instance  ip link set lo alias nobody
the mark of the hub                            hub       ip link set lo alias nobody
127.0.0.1 of the instance                      instance  ip addr del 127.0.0.1/8 dev lo
::1 of the instance                            instance  ip addr del ::1/128 dev lo
IPv4 of the instance                           instance  ip -4 addr flush dev eth0
IPv6 of the instance                           instance  ip -6 addr flush dev eth0
a further address of the instance              instance  ip addr add 10.66.66.66/32 dev eth0
a further address of the instance, IPv6        instance  ip addr add fc00:66::1/128 dev eth0 nodad
an address of the hub                          hub       ip addr del 10.0.0.0/32 dev lo
an address of the hub, IPv6                    hub       ip addr del fc00::1/128 dev lo
an instance's address given to the hub         hub       ip addr add V4/32 dev lo
that the instance answers for its address      instance  ip route del local V4 dev eth0 table local
that the instance answers, IPv6                instance  ip -6 route del local V6 dev eth0 table local
that the hub answers for its address           hub       ip route del local 10.0.0.0 dev lo table local
that the hub answers, IPv6                     hub       ip -6 route del local fc00::1 dev lo table local
the default route of the instance              instance  ip route del default
the default route of the instance, IPv6        instance  ip -6 route del default
a route that leads nowhere                     instance  ip route add blackhole OTHER4
a route that leads nowhere, IPv6               instance  ip -6 route add blackhole OTHER6
a local route in the instance                  instance  ip route add local OTHER4 dev lo table local
the hub's route to the instance                hub       ip route del V4
the hub's route to the instance, IPv6          hub       ip -6 route del V6
the hub's route to the instance replaced       hub       ip route replace blackhole V4
a better route of the hub                      hub       ip -6 route add blackhole V6 metric 1
the hub's route to virtual addresses           hub       ip route del 10.128.0.0/9
the hub's route to absent instances            hub       ip route del local 10.0.0.0/9 table main
a wide route of the hub                        hub       ip route add unreachable 10.128.0.0/10
a rule of the hub                              hub       ip rule add priority 10 blackhole
a rule of the hub, IPv6                        hub       ip -6 rule add priority 10 from fc00::/7 lookup 99
a rule of the instance                         instance  ip rule add priority 10 prohibit
the rule of the hub's main table               hub       ip rule del lookup main
the rule of the instance's main table, IPv6    instance  ip -6 rule del lookup main
a neighbour of the hub                         hub       ip neigh replace fe80::1 lladdr 02:00:00:00:00:07 dev LINK
a neighbour of the instance                    instance  ip neigh replace fe80::1 lladdr 02:00:00:00:00:07 dev eth0
a queue at the hub's end                       hub       tc qdisc add dev LINK root tbf rate 8kbit burst 2k latency 1s
a queue at the instance's end                  instance  tc qdisc add dev eth0 root tbf rate 8kbit burst 2k latency 1s
a place for filters at the hub's end           hub       tc qdisc add dev LINK clsact
a place for filters at the instance's end      instance  tc qdisc add dev eth0 ingress
forwarding of the hub                          hub       sysctl -qw net.ipv4.ip_forward=0
forwarding of the hub, IPv6                    hub       sysctl -qw net.ipv6.conf.all.forwarding=0
forwarding of one link of the hub              hub       sysctl -qw net.ipv4.conf.LINK.forwarding=0
forwarding of one link of the hub, IPv6        hub       sysctl -qw net.ipv6.conf.LINK.forwarding=0
the strictness of the hub                      hub       sysctl -qw net.ipv4.conf.all.rp_filter=1 net.ipv4.conf.default.rp_filter=1
the strictness of one link of the hub          hub       sysctl -qw net.ipv4.conf.LINK.rp_filter=1
redirects of the hub                           hub       sysctl -qw net.ipv4.conf.all.send_redirects=1
reflected marks of the hub                     hub       sysctl -qw net.ipv4.fwmark_reflect=0 net.ipv6.fwmark_reflect=0
the rate of refusals                           hub       sysctl -qw net.ipv4.icmp_ratemask=6168 net.ipv6.icmp.ratelimit=1000 net.ipv6.icmp.ratemask=0-1,3-127
how connections are tracked                    hub       sysctl -qw net.netfilter.nf_conntrack_tcp_loose=1 net.netfilter.nf_conntrack_tcp_be_liberal=0
when connections began                         hub       sysctl -qw net.netfilter.nf_conntrack_timestamp=0
how long closed connections are kept           hub       sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_time_wait=120
IPv6 of the hub as such                        hub       sysctl -qw net.ipv6.conf.all.disable_ipv6=1
IPv6 of the instance as such                   instance  sysctl -qw net.ipv6.conf.all.disable_ipv6=1
IPv6 of the instance's link as such            instance  sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1
the table of the hub                           hub       nft delete table inet architect
the table of the hub asleep                    hub       nft add table inet architect { flags dormant; }
another table in the hub                       hub       nft add table inet foreign; add chain inet foreign c { type filter hook forward priority 0; policy drop; }
another table in the hub, IPv4                 hub       nft add table ip foreign; add chain ip foreign c { type filter hook prerouting priority -500; policy drop; }
a chain in the hub's table                     hub       nft add chain inet architect more { type filter hook forward priority 0; policy drop; }
a set in the hub's table                       hub       nft add set inet architect more { type ipv4_addr; }
a rule in the hub's table                      hub       nft insert rule inet architect admit accept
the rules of a chain                           hub       nft flush chain inet architect refuse
the policy of a chain                          hub       nft chain inet architect input { policy accept; }
all elements of a map                          hub       nft flush map inet architect policy6
the notes of the hub                           hub       nft flush set inet architect registry
`;

interface Harm {
  readonly what: string;
  readonly where: string;
  readonly commands: string;
}

const all: readonly Harm[] = harms
  .trim()
  .split("\n")
  .map((line) => {
    const [what = "", where = "", commands = ""] = line.split(/ {2,}/);
    return { what, where, commands };
  });

interface Scene {
  readonly namespaces: Readonly<Record<string, string>>;
  /** What stands for what in the commands of harms. */
  readonly words: readonly (readonly [placeholder: string, word: string])[];
  /** How everything was in the beginning. */
  readonly before: unknown;
  readonly look: () => unknown;
  readonly refusals: string[];
}

/** The system of the harms before: each leaves it as it was, or it is not used again. */
let scene: Scene | null = null;
const ends: (() => Promise<void>)[] = [];
anyTest.after.always("the systems are gone", async () => {
  for (const one of ends) await one();
});

const addressesIn = (state: State, index: number) => {
  const instance = state.get(instanceKey("a", index));
  if (instance?.kind !== "instance" || instance.address.v4 === null) throw new Error("no instance");
  return { link: instance.link, v4: instance.address.v4, v6: instance.address.v6 };
};

const raise = async (): Promise<Scene> => {
  const system = freshName();
  const teardowns: (() => unknown)[] = [];
  const t = { teardown: (work: () => unknown) => teardowns.unshift(work) } as unknown as ExecutionContext;
  ends.push(async () => {
    for (const work of teardowns) await work();
  });
  const state = stateOf(system);
  const base = open(t, system);
  const refused = await base.apply(between(nothing, state));
  if (refused.length > 0) throw new Error(JSON.stringify(refused));
  const namespaces = { hub: `${system}.hub`, instance: `${system}.a.1` };
  execFileSync("ip", ["-n", namespaces.hub, "link", "add", "beside", "type", "bridge"]);
  const refusals: string[] = [];
  await repairing(t, base, state, (what) => refusals.push(what));
  const [own, other] = [addressesIn(state, 1), addressesIn(state, 0)];
  // Indexes are the kernel's choice: a veth that is made anew has others.
  const look = () => ({ hub: snapshot(namespaces.hub, "beside"), instance: snapshot(namespaces.instance) });
  const words = [
    ["OTHER4", other.v4],
    ["OTHER6", other.v6],
    ["LINK", own.link],
    ["INSTANCE", namespaces.instance],
    ["V4", own.v4],
    ["V6", own.v6],
  ] as const;
  return { namespaces, words, before: look(), look, refusals };
};

for (const { what, where, commands } of all) {
  test(`healed: ${what}`, async (t) => {
    scene ??= await raise();
    const { namespaces, words, before, look, refusals } = scene;
    scene = null;
    refusals.length = 0;
    for (const command of commands.split(" && ")) {
      const text = words.reduce((so, [placeholder, word]) => so.replaceAll(placeholder, word), command);
      const [program = "", ...rest] = text.split(" ");
      const path = program === "nft" ? nftPath : program;
      execFileSync("ip", ["netns", "exec", namespaces[where]!, path, ...rest], { stdio: "ignore" });
    }
    // Nothing is repaired before this thread waits.
    let left = difference(look(), before);
    t.not(left.length, 0);
    const seen = () => [...refusals, ...left.slice(0, 6)].join("\n").slice(0, 2_000);
    await until(
      () => `it is as it was: ${seen()}`,
      () => {
        left = difference(look(), before);
        return left.length === 0;
      },
      60_000,
      100,
    );
    t.deepEqual(refusals, []);
    scene = { namespaces, words, before, look, refusals };
  });
}
