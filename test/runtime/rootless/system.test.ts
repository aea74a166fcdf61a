import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { basename } from "node:path";
import { isAlive, readStat } from "../../../runtime/process/proc.ts";
import { freePort, freshName } from "../../fresh.ts";
import { until } from "../../until.ts";
import { nft } from "../nft.ts";
import { processesOf, userTest as test, type User, user } from "./user.ts";

/** What comes back for some text, over tcp; the sending side is closed first. */
const echo = async (host: string, port: number, text: string): Promise<string> => {
  const socket = connect({ host, port, allowHalfOpen: true });
  socket.end(text);
  let answer = "";
  for await (const chunk of socket.setEncoding("utf8")) answer += chunk as string;
  return answer;
};

const echoUdp = async (host: string, port: number, text: string): Promise<string> => {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  const answer = once(socket, "message", { signal: AbortSignal.timeout(60_000) });
  socket.send(text, port, host);
  const [message] = (await answer) as [Buffer];
  socket.close();
  return message.toString();
};

const answers = async (port: number): Promise<boolean> => {
  try {
    return (await echo("127.0.0.1", port, "?")) === "?";
  } catch {
    return false;
  }
};

interface Look {
  readonly keys: readonly string[];
  readonly pids: readonly number[];
}

const look = async (me: User, system: string): Promise<Look> =>
  JSON.parse((await me.run("system", "look", system)).out) as Look;

const upAndAnswering = async (me: User, system: string, port: number): Promise<void> => {
  const { out, err } = await me.run("system", "up", system, String(port));
  if (out !== "[]\n") throw new Error(`${out}${err}`);
  const end = Date.now() + 60_000;
  while (!(await answers(port))) {
    if (Date.now() > end) throw new Error("it does not answer");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** Links and rules of the host's network that were made for a system. */
const tracesOf = (system: string): readonly string[] =>
  [execFileSync("ip", ["-details", "link"], { encoding: "utf8" }), nftTables()]
    .flatMap((text) => text.split("\n"))
    .filter((line) => line.includes(system));

/** Only root may read them; nobody else could have made one. */
const nftTables = (): string => (process.getuid?.() === 0 ? nft(null, "list", "tables") : "");

test("a system of an ordinary user is reached from the host, by tcp and udp, IPv4 and IPv6", async (t) => {
  const me = user(t);
  const [system, port] = [freshName(), await freePort()];
  await upAndAnswering(me, system, port);
  t.teardown(() => me.run("system", "down", system));
  t.deepEqual(tracesOf(system), []);
  t.false(existsSync(`/run/netns/${system}.hub`));
  const text = "a line of text\n".repeat(50_000);
  for (const host of ["127.0.0.1", "::1"]) {
    t.is(await echo(host, port, text), text, "whole, and half-closed as it was sent");
    t.is(await echoUdp(host, port, "hello"), "udp hello");
  }

  const seen = await look(me, system);
  t.is(seen.pids.length, 2);
  t.true(seen.keys.includes(`publication/tcp/${port}`) && seen.keys.includes(`publication/udp/${port}`));
  t.deepEqual(await look(me, system), seen, "whoever looks joins it, and changes nothing");

  const before = seen.pids.map((pid) => [pid, readStat(pid)!.startTime] as const);
  t.is((await me.run("system", "down", system)).out, "[]\n");
  t.deepEqual(me.files(), []);
  for (const [pid, startTime] of before) t.false(isAlive(pid, startTime));
  t.deepEqual(processesOf(me.runtimeDir), []);
  await t.throwsAsync(echo("127.0.0.1", port, "?"), { code: "ECONNREFUSED" });
});

test("two systems share the place of their user; one port is one system's", async (t) => {
  const me = user(t);
  const [a, b] = [freshName(), freshName()];
  const [port, other] = [await freePort(), await freePort()];
  await upAndAnswering(me, a, port);
  t.teardown(() => me.run("system", "down", a));
  t.teardown(() => me.run("system", "down", b));
  const refused = await me.run("system", "up", b, String(port));
  t.regex(refused.out, /EADDRINUSE/);
  t.is((await me.run("system", "down", b)).out, "[]\n");
  t.true(await answers(port));
  await upAndAnswering(me, b, other);
  t.is((await me.run("system", "down", a)).out, "[]\n");
  t.false(await answers(port));
  t.true(await answers(other));
});

test("two runtime directories of a user are two places; a port is told with the other's", async (t) => {
  const [one, other] = [user(t), user(t)];
  const system = freshName();
  const [port, free] = [await freePort(), await freePort()];
  await upAndAnswering(one, system, port);
  t.teardown(() => one.run("system", "down", system));
  t.teardown(() => other.run("system", "down", system));
  const before = await look(one, system);
  const refused = await other.run("system", "up", system, String(port));
  t.regex(refused.out, new RegExp(`system ${system} of ${one.runtimeDir}\\S* publishes it already`));
  t.is((await other.run("system", "down", system)).out, "[]\n");
  await upAndAnswering(other, system, free);
  t.deepEqual(await look(one, system), before);
  const second = await look(other, system);
  t.is(second.pids.filter((pid) => before.pids.includes(pid)).length, 0);
  t.is((await one.run("system", "down", system)).out, "[]\n");
  t.deepEqual(await look(other, system), second);
  t.true(await answers(free));
  t.is((await other.run("system", "down", system)).out, "[]\n");
});

test("a port that a program of the host has is refused, and nothing of it is published", async (t) => {
  const me = user(t);
  const system = freshName();
  const taken = createServer().listen(0);
  await once(taken, "listening");
  t.teardown(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  const listener = `: ${basename(process.execPath)} (process ${process.pid})`;
  const { out } = await me.run("system", "up", system, String(port));
  t.teardown(() => me.run("system", "down", system));
  const failures = JSON.parse(out) as readonly {
    readonly key: string;
    readonly code: string;
    readonly message: string;
  }[];
  t.deepEqual(
    failures.map(({ key, code, message }) => ({ key, code, message })),
    [
      {
        key: `publication/tcp/${port}`,
        code: "EADDRINUSE",
        // Whose it is a user may see only of his own.
        message: `a program on this host listens there already${process.getuid?.() === 0 ? "" : listener}`,
      },
    ],
  );
  const { keys } = await look(me, system);
  t.deepEqual(
    keys.filter((key) => key.startsWith("publication/")),
    [`publication/udp/${port}`],
  );
});

test("connections through the relay live on when every command is long gone", async (t) => {
  const me = user(t);
  const [system, port] = [freshName(), await freePort()];
  await upAndAnswering(me, system, port);
  t.teardown(() => me.run("system", "down", system));
  const socket = connect({ host: "127.0.0.1", port });
  let heard = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    heard += chunk;
  });
  socket.write("one ");
  await until("one is back", () => heard === "one ");
  await look(me, system);
  socket.write("two");
  await until("two is back", () => heard === "one two");
  const closed = once(socket, "close");
  await me.run("system", "down", system);
  await closed;
  t.is(heard, "one two", "and end with the system");
});

test("the place of one runtime directory leaves what runs from another alone", async (t) => {
  const [me, other] = [user(t), user(t)];
  const [system, port] = [freshName(), await freePort()];
  await upAndAnswering(me, system, port);
  t.teardown(() => me.run("system", "down", system));
  const { pids } = await look(me, system);
  t.is(pids.length, 2);
  // It finds no holder of its own, and clears up what one may have left.
  t.is((await other.run("look")).code, 0);
  t.deepEqual((await look(me, system)).pids, pids);
  t.true(await answers(port));
});

test("what a killed holder left is ended by the next one", async (t) => {
  const me = user(t);
  const [system, port] = [freshName(), await freePort()];
  await upAndAnswering(me, system, port);
  const { pids } = await look(me, system);
  const born = pids.map((pid) => [pid, readStat(pid)!.startTime] as const);
  const [holder] = processesOf(`holder-main.js ${me.runtimeDir}`);
  process.kill(holder!, "SIGKILL");
  await until("it is dead", () => processesOf(`holder-main.js ${me.runtimeDir}`).length === 0);
  for (const [pid, startTime] of born) t.true(isAlive(pid, startTime));
  t.is((await me.run("system", "down", system)).out, "nothing\n");
  t.is((await me.run("look")).code, 0);
  for (const [pid, startTime] of born) t.false(isAlive(pid, startTime));
  t.is((await me.run("system", "up", system, String(port))).out, "[]\n");
  t.is((await me.run("system", "down", system)).out, "[]\n");
});
