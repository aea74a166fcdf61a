/** Services at ports of the host: reached from it, from elsewhere, and gone without a trace. */
import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { basename } from "node:path";
import type { ExecutionContext } from "ava";
import { hostEnd } from "../../../runtime/netns/host/names.ts";
import { hostAddress } from "../../../runtime/netns/host/ruleset.ts";
import { publicationKey, type Resource, type ResourceKey } from "../../../src/core/resource.ts";
import { freePort, freshName } from "../../fresh.ts";
import { until } from "../../until.ts";
import { between, byKey, type Description, nothing, resourcesOf } from "../model.ts";
import { nft } from "../nft.ts";
import { open, kernelTest as test } from "./lab.ts";
import { neighbour } from "./neighbour.ts";
import { ownedOf } from "./owned.ts";
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

/** What is asked here is answered, or refused, at once: only a very busy machine takes longer. */
const patienceMs = 20_000;

const ask = (host: string, port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: patienceMs });
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
    const timer = setTimeout(() => end("ETIMEDOUT"), patienceMs);
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

const traces = (system: string): readonly string[] => [
  ...nft(null, "list", "tables")
    .split("\n")
    .filter((line) => line.includes(`architect-${system}`)),
  ...ip("-br", "link")
    .split("\n")
    .filter((line) => line.startsWith(hostEnd(ownedOf(system)))),
];

test("a published port is reached from the host by every address of it", async (t) => {
  const system = freshName();
  const base = open(t, system);
  const [web, dns] = [await freePort(), await freePort()];
  const state = stateOf(system, [
    { to: "a.web", hostPort: web },
    { to: "a.dns", hostPort: dns },
  ]);
  t.deepEqual(await base.apply(between(nothing, state)), []);
  await traffic(t, system);
  for (const host of ["127.0.0.1", "127.9.9.9", "::1", hostAddress(4), hostAddress(6)]) {
    t.regex(await ask(host, web), /^web[01] /, host);
  }
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask("127.0.0.1", web)));
  t.deepEqual([...new Set(answers.map((answer) => answer.split(" ")[0]))].sort(), ["web0", "web1"]);
  t.regex(await askUdp("127.0.0.1", dns), /^dns[01] /);
  t.regex(await askUdp("::1", dns), /^dns[01] /);
  // The other transport of the same port is not published.
  t.is(await ask("127.0.0.1", dns), "ECONNREFUSED");
});

test("a published port is reached from another machine", async (t) => {
  const system = freshName();
  const other = neighbour(t, system);
  const [base, port] = [open(t, system), await freePort()];
  t.deepEqual(await base.apply(between(nothing, stateOf(system, [{ to: "a.web", hostPort: port }]))), []);
  const packets = await traffic(t, system);
  t.regex(await packets.ask(other.netns, "tcp", other.v4.host, port), /^web[01] /);
  t.regex(await packets.ask(other.netns, "tcp", other.v6.host, port), /^web[01] /);
  t.is(setting("ipv4/ip_forward"), "1");
  t.is(setting("ipv6/conf/all/forwarding"), "1");
});

test("nothing in a system can open a connection to the host, nor send it a datagram", async (t) => {
  const system = freshName();
  const [base, port] = [open(t, system), await freePort()];
  t.deepEqual(await base.apply(between(nothing, stateOf(system, [{ to: "a.web", hostPort: port }]))), []);
  const packets = await traffic(t, system);
  const server = createServer((socket) => socket.end("host")).listen(0, "::");
  await once(server, "listening");
  const tcp = (server.address() as AddressInfo).port;
  t.teardown(() => server.close());
  const heard: string[] = [];
  const socket = createSocket("udp6", (message) => void heard.push(message.toString())).bind(0, "::");
  await once(socket, "listening");
  const udp = socket.address().port;
  t.teardown(() => socket.close());
  const quick = { timeoutMs: 400 };
  for (const from of [`${system}.a.0`, `${system}.hub`]) {
    for (const host of [hostAddress(4), hostAddress(6)]) {
      const answer = await packets.ask(from, "tcp", host, tcp, quick);
      t.true(["ETIMEDOUT", "ECONNREFUSED"].includes(answer), `${from} ${host}: ${answer}`);
      await packets.ask(from, "udp", host, udp, { ...quick, text: `${from} ${host}` });
    }
  }
  // The host hears itself, so it would have heard them.
  for (const host of ["127.0.0.1", "::1", hostAddress(4), hostAddress(6)]) {
    const sender = createSocket(host.includes(":") ? "udp6" : "udp4");
    sender.send(`here ${host}`, udp, host);
    await until(`the host hears itself at ${host}`, () => heard.includes(`here ${host}`));
    sender.close();
  }
  t.deepEqual(
    heard.filter((text) => !text.startsWith("here")),
    [],
  );
});

test("the last publication takes everything along: link, table, routes, settings", async (t) => {
  const system = freshName();
  const base = open(t, system);
  const ports = [await freePort(), await freePort()] as const;
  const [bare, one, two] = [
    stateOf(system),
    stateOf(system, [{ to: "a.web", hostPort: ports[0] }]),
    stateOf(
      system,
      ports.map((hostPort) => ({ to: "a.web", hostPort })),
    ),
  ];
  t.deepEqual(await base.apply(between(nothing, two)), []);
  await traffic(t, system);
  t.regex(await ask("127.0.0.1", ports[1]), /^web/);
  t.deepEqual(await base.apply(between(two, one)), []);
  t.is(await ask("127.0.0.1", ports[1]), "ECONNREFUSED");
  t.regex(await ask("127.0.0.1", ports[0]), /^web/);
  t.is(traces(system).length, 2);
  t.deepEqual(await base.apply(between(one, bare)), []);
  t.is(await ask("127.0.0.1", ports[0]), "ECONNREFUSED");
  t.deepEqual(traces(system), []);
});

test("a port that a program listens at is refused, and the rest is done", async (t) => {
  const [server, port] = [createServer(), await freePort()];
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => server.close());
  const system = freshName();
  const base = open(t, system);
  const failures = await base.apply(between(nothing, stateOf(system, [{ to: "a.web", hostPort: port }])));
  t.deepEqual(
    failures.map(({ key, code, doing, message }) => [key, code, doing, message]),
    [
      [
        publicationKey("tcp", port),
        "EADDRINUSE",
        `publish tcp port ${port}`,
        `a program on this host listens there already: ${basename(process.execPath)} (process ${process.pid})`,
      ],
    ],
  );
  t.deepEqual(traces(system), []);
  t.deepEqual(between((await base.observe()).resources, stateOf(system)), []);
});

test("destroy without knowing anything removes what is published", async (t) => {
  const [system, port] = [freshName(), await freePort()];
  const state = stateOf(system, [{ to: "a.web", hostPort: port }]);
  t.deepEqual(await open(t, system).apply(between(nothing, state)), []);
  t.is(traces(system).length, 2);
  t.deepEqual(await open(t, system).destroy(), []);
  t.deepEqual(traces(system), []);
  t.is(await ask("127.0.0.1", port), "ECONNREFUSED");
});
