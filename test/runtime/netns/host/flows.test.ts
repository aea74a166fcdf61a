/**
 * The kernel remembers where a connection goes, and UDP of one client is one connection as long as
 * it sends. Each change of what is published ends what is remembered, so that no client starves.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import type { ExecutionContext } from "ava";
import type { Resource, ResourceKey } from "../../../../src/core/resource.ts";
import { freePort, freshName } from "../../../fresh.ts";
import { until } from "../../../until.ts";
import { between, byKey, nothing, resourcesOf } from "../../model.ts";
import { nft } from "../../nft.ts";
import { kernelTest, open } from "../lab.ts";
import { type Neighbour, neighbour } from "../neighbour.ts";
import { Traffic } from "../traffic.ts";
import { enterOwnHost } from "./own-host.ts";

const test = kernelTest.serial;
enterOwnHost();

const limit = 60_000;

/** A firewall that tracks connections, as hosts have them: without any the kernel remembers nothing. */
const track = (t: ExecutionContext): void => {
  const chain = "{ type filter hook input priority 0; ct state established accept; }";
  nft(null, `add table inet firewall { chain input ${chain}; }`);
  t.teardown(() => nft(null, "delete", "table", "inet", "firewall"));
};

type State = ReadonlyMap<ResourceKey, Resource>;
type Name = "a" | "b";

/** Of two automata one may be published. */
const stateOf = (system: string, port: number, published: Name | null): State =>
  byKey(
    resourcesOf({
      system,
      automata: (["a", "b"] as const).map((name) => ({
        name,
        count: 1,
        offers: [
          { port: "dns", transport: "udp", number: 53 },
          { port: "web", transport: "tcp", number: 80 },
        ],
      })),
      publications:
        published === null
          ? []
          : [
              { to: `${published}.dns`, hostPort: port },
              { to: `${published}.web`, hostPort: port },
            ],
    }),
  );

interface Sender {
  readonly heard: readonly string[];
  readonly process: ChildProcess;
}

const sender = async (
  t: ExecutionContext,
  netns: string | null,
  address: string,
  port: number,
): Promise<Sender> => {
  const program = [process.execPath, fileURLToPath(new URL("./udp-sender.js", import.meta.url))];
  const words = [
    ...(netns === null ? [] : ["ip", "netns", "exec", netns]),
    ...program,
    address,
    String(port),
  ];
  const child = spawn(words[0]!, words.slice(1), { stdio: ["ignore", "pipe", "inherit"] });
  t.teardown(() => child.kill("SIGKILL"));
  const heard: string[] = [];
  child.stdout!.setEncoding("utf8").on("data", (text: string) => heard.push(...text.trim().split("\n")));
  await until("it sends", () => heard.includes("sends"), limit);
  return { heard, process: child };
};

const answeredBy = (what: string, senders: readonly Sender[], name: string): Promise<void> =>
  until(
    () => `${what}, ${name} answers: ${JSON.stringify(senders.map(({ heard }) => heard))}`,
    () => senders.every(({ heard }) => heard.at(-1) === name),
    limit,
  );

/** What the kernel remembers of the port. */
const remembered = (port: number): readonly string[] =>
  ["ipv4", "ipv6"].flatMap((family) =>
    execFileSync("conntrack", ["-L", "-f", family, "-p", "udp", "--orig-port-dst", String(port)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    })
      .split("\n")
      .filter((line) => line !== ""),
  );

const scene = async (t: ExecutionContext) => {
  track(t);
  const [system, port] = [freshName(), await freePort()];
  const other: Neighbour = neighbour(t, system);
  const base = open(t, system);
  const states = {
    none: stateOf(system, port, null),
    a: stateOf(system, port, "a"),
    b: stateOf(system, port, "b"),
  };
  t.deepEqual(await base.apply(between(nothing, states.none)), []);
  const packets = new Traffic();
  t.teardown(() => packets.close());
  for (const name of ["a", "b"]) {
    await packets.serve(`${system}.${name}.0`, "udp", 53, name);
    await packets.serve(`${system}.${name}.0`, "tcp", 80, name);
  }
  let now: State = states.none;
  const go = async (next: State): Promise<void> => {
    t.deepEqual(await base.apply(between(now, next)), []);
    now = next;
  };
  return { system, port, other, base, states, packets, go };
};

test("a client of UDP that never pauses gets to what is published now", async (t) => {
  const { port, other, states, go } = await scene(t);
  const senders = [
    await sender(t, other.netns, other.v4.host, port),
    await sender(t, other.netns, other.v6.host, port),
    await sender(t, null, "127.0.0.1", port),
    await sender(t, null, other.v4.host, port),
    await sender(t, null, "::1", port),
  ];
  // They were refused before there was anything.
  await until("the kernel remembers them", () => remembered(port).length >= senders.length, limit);
  await go(states.a);
  await answeredBy("after the port was published", senders, "a");
  await go(states.b);
  await answeredBy("after it was given to another automaton", senders, "b");
  await go(states.none);
  // A program of the host that takes the port over is the next.
  const socket = createSocket("udp6", (_, client) => socket.send("host", client.port, client.address));
  t.teardown(() => socket.close());
  socket.bind(port, "::");
  await answeredBy("after it was given back to the host", senders, "host");
});

test("a client of UDP gets from one system to the next", async (t) => {
  const { port, other, states, go, base } = await scene(t);
  await go(states.a);
  const senders = [await sender(t, other.netns, other.v4.host, port)];
  await answeredBy("at first", senders, "a");
  const second = freshName();
  t.deepEqual(await base.destroy(), []);
  const next = open(t, second);
  t.deepEqual(await next.apply(between(nothing, stateOf(second, port, "b"))), []);
  const packets = new Traffic();
  t.teardown(() => packets.close());
  await packets.serve(`${second}.b.0`, "udp", 53, "second");
  await answeredBy("after the first system is gone", senders, "second");
});

test("a connection of TCP ends with its publication, and the next one goes to the new", async (t) => {
  const { port, other, states, go, packets } = await scene(t);
  await go(states.a);
  for (const [number, face] of [other.v4, other.v6].entries())
    t.regex(await packets.ask(other.netns, "tcp", face.host, port, { keep: number }), /^a /);
  await go(states.b);
  for (const [number, face] of [other.v4, other.v6].entries()) {
    t.regex(await packets.again(number), /^(ECONNRESET|CLOSED|EPIPE)$/);
    t.regex(await packets.ask(other.netns, "tcp", face.host, port), /^b /);
  }
});

test("a program that listened at the port before keeps the connections it has", async (t) => {
  const { port, other, states, go, packets } = await scene(t);
  const open: Socket[] = [];
  const server = createServer((socket) => {
    open.push(socket);
    socket.on("data", () => socket.write("program"));
  }).listen(port, "::");
  await once(server, "listening");
  t.is(await packets.ask(other.netns, "tcp", other.v4.host, port, { keep: 7 }), "program");
  server.close();
  t.teardown(() => open.forEach((socket) => void socket.destroy()));
  await go(states.a);
  t.regex(await packets.ask(other.netns, "tcp", other.v4.host, port), /^a /);
  t.is(await packets.again(7), "program");
});

test("what the host asks of the same port elsewhere goes on", async (t) => {
  const { port, other, states, go, packets } = await scene(t);
  await packets.serve(other.netns, "udp", port, "elsewhere");
  const asking = [await sender(t, null, other.v4.client, port)];
  await answeredBy("before", asking, "elsewhere");
  await go(states.a);
  const before = remembered(port).filter((line) => line.includes(`dst=${other.v4.client} `)).length;
  t.is(before, 1);
  await go(states.b);
  t.deepEqual(asking[0]!.heard, ["sends", "elsewhere"]);
});
