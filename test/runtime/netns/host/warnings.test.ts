/**
 * What on the host keeps published ports from working as one would believe is told while it is so,
 * and with it what to do: whatever a warning advises is done here, and works.
 */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { basename } from "node:path";
import type { ExecutionContext } from "ava";
import type { NetnsBase } from "../../../../runtime/netns/base.ts";
import { hostEnd } from "../../../../runtime/netns/host/names.ts";
import {
  type Publication,
  publicationKey,
  type Resource,
  type ResourceKey,
} from "../../../../src/core/resource.ts";
import { freePort, freshName } from "../../../fresh.ts";
import { until } from "../../../until.ts";
import { between, byKey, nothing, resourcesOf } from "../../model.ts";
import { kernelTest, open } from "../lab.ts";
import { type Neighbour, neighbour } from "../neighbour.ts";
import { ownedOf } from "../owned.ts";
import { Traffic } from "../traffic.ts";
import { enterOwnHost, ip } from "./own-host.ts";
import { pretender } from "./pretender.ts";

const test = kernelTest.serial;
enterOwnHost();

const limit = 60_000;

const stateOf = (system: string, hostPort: number): ReadonlyMap<ResourceKey, Resource> =>
  byKey(
    resourcesOf({
      system,
      automata: [{ name: "a", count: 1, offers: [{ port: "web", transport: "tcp", number: 8080 }] }],
      publications: [{ to: "a.web", hostPort }],
    }),
  );

const sh = (command: string): void => {
  execFileSync("sh", ["-c", `PATH=/usr/sbin:/sbin:$PATH; ${command}`], {
    stdio: ["ignore", "ignore", "pipe"],
  });
};

interface Scene {
  readonly system: string;
  readonly port: number;
  readonly base: NetnsBase;
  readonly other: Neighbour;
  readonly packets: Traffic;
  readonly state: ReadonlyMap<ResourceKey, Resource>;
  /** What was told last. */
  now(): readonly string[];
  /** Waits until this is all that is told. */
  told(...warnings: readonly RegExp[]): Promise<void>;
  /** Whether another machine gets to the published port. */
  isReached(): Promise<boolean>;
}

const scene = async (t: ExecutionContext): Promise<Scene> => {
  t.teardown(() =>
    sh("nft flush ruleset; iptables-legacy -P FORWARD ACCEPT; iptables-legacy -F; iptables-legacy -X"),
  );
  const system = freshName();
  const other = neighbour(t, system);
  const port = await freePort();
  const [base, state] = [open(t, system), stateOf(system, port)];
  let warnings: readonly string[] = [];
  t.deepEqual(await base.apply(between(nothing, state)), []);
  const subscription = await base.listen((event) => {
    if (event._tag === "warned") warnings = event.warnings;
  });
  t.teardown(() => subscription.close());
  const packets = new Traffic();
  t.teardown(() => packets.close());
  await packets.serve(`${system}.a.0`, "tcp", 8080, "a");
  return {
    system,
    port,
    base,
    other,
    packets,
    state,
    now: () => warnings,
    told: (...patterns) =>
      until(
        () => `it is told ${patterns.join(", ")}: ${JSON.stringify(warnings)}`,
        () => warnings.length === patterns.length && patterns.every((one, at) => one.test(warnings[at]!)),
        limit,
      ),
    isReached: async () => {
      const answer = await packets.ask(other.netns, "tcp", other.v4.host, port, { timeoutMs: 500 });
      return answer.startsWith("a ");
    },
  };
};

/** What a warning says that allows it. */
const advice = (warning: string, before: string): string =>
  warning.slice(warning.indexOf(before) + before.length);

/** As Docker sets it up, in short: what it has networks for passes, and nothing else. */
const docker = (tool: string): string =>
  [
    "-P FORWARD DROP",
    "-N DOCKER-USER",
    "-A DOCKER-USER -j RETURN",
    "-A FORWARD -j DOCKER-USER",
    "-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    "-A FORWARD -o docker0 -p tcp --dport 80 -j ACCEPT",
    "-A FORWARD -i docker0 ! -o docker0 -j ACCEPT",
  ]
    .map((words) => `${tool} ${words}`)
    .join(" && ");

/** Firewalls that keep other machines from published ports. */
const forwarding: readonly (readonly [what: string, command: string, by: RegExp])[] = [
  ["of iptables, as Docker sets it", docker("iptables-nft"), /^FORWARD of iptables drops/],
  ["of iptables-legacy", docker("iptables-legacy"), /^FORWARD of iptables-legacy drops/],
  [
    "of nft",
    "nft 'add table inet filter { chain forward { type filter hook forward priority 0; policy drop; ct state established accept; }; }'",
    /^the chain forward of nft's table inet filter drops/,
  ],
  [
    "of nft, with a rule for other ports",
    "nft 'add table inet filter { chain forward { type filter hook forward priority 0; tcp dport { 22, 1000-2000 } accept; ct state vmap { established : accept, new : drop }; }; }'",
    /^the chain forward of nft's table inet filter drops/,
  ],
];

for (const [what, command, by] of forwarding)
  test(`a policy of drop for what is forwarded ${what}`, async (t) => {
    const { system, port, other, told, now, isReached } = await scene(t);
    await until("it is published", () => now().length === 0, limit);
    t.true(await isReached());
    sh(command);
    await told(by);
    t.false(await isReached());
    const [warning] = now();
    t.true(
      warning!.includes(`what other machines send by ${other.link} to published ports (tcp ${port})`),
      warning,
    );
    t.true(warning!.includes(hostEnd(ownedOf(system))));
    sh(advice(warning!, "allow it with: "));
    await told();
    t.true(await isReached());
  });

test("what does not drop it is not told", async (t) => {
  const { told, isReached } = await scene(t);
  for (const command of [
    // As firewalld has it: what is published passes, and nothing else.
    "nft 'add table inet firewalld { chain forward { type filter hook forward priority 10; policy drop; ct state established,related accept; ct status dnat accept; }; }'",
    // By the address of the client, which nobody knows beforehand.
    "nft 'add table ip byclient { chain forward { type filter hook forward priority 10; policy drop; ct state established accept; ip saddr 198.18.0.0/15 accept; }; }'",
    "nft 'add table inet ports { chain forward { type filter hook forward priority 10; policy drop; ct state { established, related } accept; tcp dport 8000-9000 accept; }; }'",
    "nft 'add table inet in { chain input { type filter hook input priority 0; policy accept; tcp dport 22 drop; }; }'",
  ])
    sh(command);
  // It is told in the order in which it is seen: of what came before nothing is.
  sh("nft 'add table inet last { chain forward { type filter hook forward priority 20; policy drop; }; }'");
  await told(/table inet last drops/);
  sh("nft delete table inet last");
  await told();
  t.true(await isReached());
});

const incoming: readonly (readonly [what: string, command: string, by: RegExp])[] = [
  [
    "of iptables",
    "iptables-nft -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT && iptables-nft -A INPUT -i lo -j ACCEPT && iptables-nft -A INPUT -p tcp --dport 22 -j ACCEPT && iptables-nft -P INPUT DROP",
    /^INPUT of iptables does not apply to published ports/,
  ],
  [
    "of nft, by a rule at the end",
    "nft 'add table ip filter { chain input { type filter hook input priority 0; ct state established,related accept; iif lo accept; tcp dport { 22, 443 } accept; reject; }; }'",
    /^the chain input of nft's table ip filter does not apply/,
  ],
];

for (const [what, command, by] of incoming)
  test(`a policy of drop for what comes in ${what}`, async (t) => {
    const { port, other, told, now, isReached } = await scene(t);
    sh(command);
    await told(by);
    t.true(await isReached(), "it is open");
    t.true(now()[0]!.includes(`tcp ${port} can be reached by ${other.link} all the same`), now()[0]);
    sh(advice(now()[0]!, "or say that it is meant with: "));
    await told();
  });

test("how a published port is shut", async (t) => {
  const { told, now, isReached } = await scene(t);
  sh("iptables-nft -P INPUT DROP");
  await told(/^INPUT of iptables/);
  sh(advice(now()[0]!, "keep others out with: ").split(";")[0]!);
  await told(/^FORWARD of iptables drops/);
  t.false(await isReached());
});

test("a program that listens at a published port later", async (t) => {
  const { port, told } = await scene(t);
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  await told(
    new RegExp(
      `^tcp port ${port} is published, and nothing that comes to it gets to another: a program on this host listens there already: ${basename(process.execPath)} \\(process ${process.pid}\\)$`,
    ),
  );
  server.close();
  await told();
});

test("one that looks like a relay, and answers for ever, keeps nothing of the system waiting", async (t) => {
  const { base, port, state, told } = await scene(t);
  const { process, asked } = await pretender(t, `setInterval(() => socket.write(" "), 100);`, port);
  await told(
    new RegExp(
      `^tcp port ${port} is published, .*: a program on this host listens there already: ${basename(process.spawnfile)} \\(process ${process.pid}\\)$`,
    ),
  );
  await until("it was asked", () => asked() > 0, limit);
  t.is(asked(), 1);
  t.deepEqual(between((await base.observe()).resources, state), []);
  process.kill("SIGKILL");
  await told();
});

const publicationIn = ({ state, port }: Scene): Publication => {
  const found = state.get(publicationKey("tcp", port));
  if (found?.kind !== "publication") throw new Error("no publication");
  return found;
};

test("an address of the system that this machine has, or that is in a network of it", async (t) => {
  const at = await scene(t);
  const { vip } = publicationIn(at);
  ip(`addr add ${vip.v4}/32 dev ${at.other.link}`);
  const own = `${at.other.link} of this host has ${vip.v4}, the address of the service a.web: published ports do not lead there`;
  await at.told(new RegExp(`^${own}$`));
  ip(`addr del ${vip.v4}/32 dev ${at.other.link}`);
  await at.told();
  const [a, b, c] = vip.v4!.split(".");
  ip(`addr add ${a}.${b}.${c}.1/24 dev ${at.other.link}`);
  await at.told(
    new RegExp(
      `^addresses of this system are in the network ${a}.${b}.${c}.1/24 of ${at.other.link}: ${vip.v4} of`,
    ),
  );
  ip(`addr del ${a}.${b}.${c}.1/24 dev ${at.other.link}`);
  await at.told();
});

test("it is seen from the beginning, and by who only looks, and ends with the publication", async (t) => {
  sh("iptables-nft -P FORWARD DROP");
  const { base, state, port, told } = await scene(t);
  await told(/^FORWARD of iptables drops/);
  t.regex((await base.observe()).warnings?.join() ?? "", /^FORWARD of iptables drops/);
  const bare = new Map(state);
  bare.delete(publicationKey("tcp", port));
  t.deepEqual(await base.apply(between(state, bare)), []);
  await told();
  t.deepEqual((await base.observe()).warnings, []);
});
