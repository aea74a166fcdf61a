/** Services at ports of the host: reached from it, from elsewhere, and gone without a trace. */
import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { ExecutionContext } from "ava";
import { hostAddress, hostEnd, hostTable } from "../../../runtime/netns/host/ruleset.ts";
import { publicationKey, type Resource, type ResourceKey } from "../../../src/core/resource.ts";
import { between, byKey, type Description, nothing, resourcesOf } from "../model.ts";
import { nft } from "../nft.ts";
import { freshName, open, kernelTest as test } from "./lab.ts";
import { Traffic } from "./traffic.ts";

type State = ReadonlyMap<ResourceKey, Resource>;

const description = (system: string): Description => ({
  system,
  automata: [
    {
      name: "a",
      count: 2,
      offers: [
        { port: "web", transport: "tcp", number: 8080 },
        { port: "dns", transport: "udp", number: 53 },
      ],
    },
  ],
});
const stateOf = (system: string, publications: Description["publications"] = []): State =>
  byKey(resourcesOf({ ...description(system), publications }));

const traffic = async (t: ExecutionContext, system: string): Promise<Traffic> => {
  const made = new Traffic();
  t.teardown(() => made.close());
  for (const index of [0, 1]) {
    await made.serve(`${system}.a.${index}`, "tcp", 8080, `web${index}`);
    await made.serve(`${system}.a.${index}`, "udp", 53, `dns${index}`);
  }
  return made;
};

const ask = (host: string, port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const end = (text: string): void => {
      socket.destroy();
      resolve(text);
    };
    socket.on("connect", () => socket.write("?"));
    socket.on("data", (data) => end(data.toString().trim()));
    socket.on("timeout", () => end("ETIMEDOUT"));
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? "EIO"));
  });

const askUdp = (host: string, port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    const timer = setTimeout(() => end("ETIMEDOUT"), 1_000);
    const end = (text: string): void => {
      clearTimeout(timer);
      socket.close();
      resolve(text);
    };
    socket.on("message", (message) => end(message.toString()));
    socket.send("?", port, host);
  });

const setting = (path: string): string => readFileSync(`/proc/sys/net/${path}`, "utf8").trim();
const ip = (...words: readonly string[]): string => execFileSync("ip", words, { encoding: "utf8" });

/** Whether no system at all publishes: other tests of this machine may, and then settings are theirs too. */
const nobodyPublishes = (): boolean => !nft(null, "list", "tables").includes("architect-");

const traces = (system: string): readonly string[] => [
  ...nft(null, "list", "tables")
    .split("\n")
    .filter((line) => line.includes(hostTable(system))),
  ...ip("-br", "link")
    .split("\n")
    .filter((line) => line.startsWith(hostEnd(system))),
];

test("a published port is reached from the host by every address of it", async (t) => {
  const system = freshName();
  const base = open(t, system);
  const state = stateOf(system, [
    { to: "a.web", hostPort: 28481 },
    { to: "a.dns", hostPort: 28482 },
  ]);
  t.deepEqual(await base.apply(between(nothing, state)), []);
  await traffic(t, system);
  for (const host of ["127.0.0.1", "127.9.9.9", "::1", hostAddress(4), hostAddress(6)]) {
    t.regex(await ask(host, 28481), /^web[01] /, host);
  }
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask("127.0.0.1", 28481)));
  t.deepEqual([...new Set(answers.map((answer) => answer.split(" ")[0]))].sort(), ["web0", "web1"]);
  t.regex(await askUdp("127.0.0.1", 28482), /^dns[01] /);
  t.regex(await askUdp("::1", 28482), /^dns[01] /);
  // The other transport of the same port is not published.
  t.is(await ask("127.0.0.1", 28482), "ECONNREFUSED");
});

test("a published port is reached from another machine", async (t) => {
  const system = freshName();
  // A namespace with a link to the host stands for it.
  const other = `${system}y`;
  const link = `y${process.pid}`;
  t.teardown(() =>
    execFileSync("sh", ["-c", `ip netns del ${other}; ip link del ${link} || true`], { stdio: "ignore" }),
  );
  for (const words of [
    `netns add ${other}`,
    `link add ${link} type veth peer name far netns ${other}`,
    `addr add 198.51.100.1/24 dev ${link}`,
    `addr add 2001:db8:77::1/64 dev ${link} nodad`,
    `link set ${link} up`,
    `-n ${other} addr add 198.51.100.2/24 dev far`,
    `-n ${other} addr add 2001:db8:77::2/64 dev far nodad`,
    `-n ${other} link set far up`,
  ]) {
    ip(...words.split(" "));
  }
  const base = open(t, system);
  t.deepEqual(await base.apply(between(nothing, stateOf(system, [{ to: "a.web", hostPort: 28483 }]))), []);
  const packets = await traffic(t, system);
  t.regex(await packets.ask(other, "tcp", "198.51.100.1", 28483), /^web[01] /);
  t.regex(await packets.ask(other, "tcp", "2001:db8:77::1", 28483), /^web[01] /);
  t.is(setting("ipv4/ip_forward"), "1");
  t.is(setting("ipv6/conf/all/forwarding"), "1");
});

test("nothing in a system can open a connection to the host", async (t) => {
  const system = freshName();
  const base = open(t, system);
  t.deepEqual(await base.apply(between(nothing, stateOf(system, [{ to: "a.web", hostPort: 28484 }]))), []);
  const packets = await traffic(t, system);
  const server = createServer((socket) => socket.end("host"));
  await new Promise<void>((resolve) => server.listen(28485, "::", resolve));
  t.teardown(() => server.close());
  const quick = { timeoutMs: 400 };
  for (const from of [`${system}.a.0`, `${system}.hub`]) {
    for (const host of [hostAddress(4), hostAddress(6)]) {
      t.true(["ETIMEDOUT", "ENETUNREACH"].includes(await packets.ask(from, "tcp", host, 28485, quick)), from);
    }
  }
});

test("the last publication takes everything along: link, table, routes, settings", async (t) => {
  const system = freshName();
  const base = open(t, system);
  const [bare, one, two] = [
    stateOf(system),
    stateOf(system, [{ to: "a.web", hostPort: 28486 }]),
    stateOf(system, [
      { to: "a.web", hostPort: 28486 },
      { to: "a.web", hostPort: 28487 },
    ]),
  ];
  t.deepEqual(await base.apply(between(nothing, two)), []);
  await traffic(t, system);
  t.regex(await ask("127.0.0.1", 28487), /^web/);
  t.deepEqual(await base.apply(between(two, one)), []);
  t.is(await ask("127.0.0.1", 28487), "ECONNREFUSED");
  t.regex(await ask("127.0.0.1", 28486), /^web/);
  t.is(traces(system).length, 2);
  t.deepEqual(await base.apply(between(one, bare)), []);
  t.is(await ask("127.0.0.1", 28486), "ECONNREFUSED");
  t.deepEqual(traces(system), []);
});

test("a port that a program listens at is refused, and the rest is done", async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(28488, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  const system = freshName();
  const base = open(t, system);
  const failures = await base.apply(between(nothing, stateOf(system, [{ to: "a.web", hostPort: 28488 }])));
  t.deepEqual(
    failures.map(({ key, code, doing, message }) => [key, code, doing, message]),
    [
      [
        publicationKey("tcp", 28488),
        "EADDRINUSE",
        "publish tcp port 28488",
        "a program on this host listens there already",
      ],
    ],
  );
  t.deepEqual(traces(system), []);
  t.deepEqual(between((await base.observe()).resources, stateOf(system)), []);
});

test("settings of the machine are put back by the last system that needed them", async (t) => {
  const [before, alone] = [setting("ipv4/ip_forward"), nobodyPublishes()];
  const systems = [freshName(), freshName()] as const;
  const bases = systems.map((system) => open(t, system));
  for (const [index, base] of bases.entries()) {
    const state = stateOf(systems[index]!, [{ to: "a.web", hostPort: 28490 + index }]);
    t.deepEqual(await base.apply(between(nothing, state)), []);
  }
  t.is(setting("ipv4/ip_forward"), "1");
  t.deepEqual(await bases[0]!.destroy(), []);
  t.is(setting("ipv4/ip_forward"), "1", "the other still needs it");
  t.deepEqual(await bases[1]!.destroy(), []);
  if (alone && nobodyPublishes()) t.is(setting("ipv4/ip_forward"), before);
});

test("settings are put back also when somebody takes the table or the link away", async (t) => {
  for (const harm of ["table", "link"] as const) {
    const [before, alone] = [setting("ipv4/ip_forward"), nobodyPublishes()];
    const system = freshName();
    const base = open(t, system);
    const state = stateOf(system, [{ to: "a.web", hostPort: 28494 }]);
    t.deepEqual(await base.apply(between(nothing, state)), []);
    if (harm === "table") nft(null, "delete", "table", "inet", hostTable(system));
    else ip("link", "del", hostEnd(system));
    t.deepEqual(await base.apply(between((await base.observe()).resources, state)), []);
    t.deepEqual(await base.destroy(), []);
    if (alone && nobodyPublishes()) t.is(setting("ipv4/ip_forward"), before, harm);
  }
});

test("destroy without knowing anything removes what is published", async (t) => {
  const system = freshName();
  const state = stateOf(system, [{ to: "a.web", hostPort: 28492 }]);
  t.deepEqual(await open(t, system).apply(between(nothing, state)), []);
  t.is(traces(system).length, 2);
  t.deepEqual(await open(t, system).destroy(), []);
  t.deepEqual(traces(system), []);
  t.is(await ask("127.0.0.1", 28492), "ECONNREFUSED");
});
