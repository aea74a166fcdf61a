/** Ports in a row: one interval in the kernel, whatever their number. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { promisify } from "node:util";
import { firstTaken } from "../../../runtime/netns/host/listeners.ts";
import { freePort } from "../../fresh.ts";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { nft } from "../../runtime/nft.ts";
import { enter, type Home, home, isConverged, type Stage, save, until } from "./stage.ts";

const run = promisify(execFile);

/** Answers at some ports of its ranges with the port, and at others beside them. */
const server = `
const { createSocket } = require("node:dgram");
const { createServer } = require("node:net");
for (const type of ["udp4", "udp6"])
  for (const port of [20000, 20005, 20010, 20011]) {
    const socket = createSocket({ type, ipv6Only: type === "udp6" });
    socket.on("message", (_, { port: to, address }) => socket.send("udp " + port, to, address));
    socket.bind(port);
  }
for (const port of [30000, 30002, 30003]) createServer((socket) => socket.end("tcp " + port)).listen(port);
`;

/** What is answered at a port, or an error. */
const ask = `
const [transport, host, port] = process.argv.slice(1);
const say = (text) => { console.log(String(text)); process.exit(); };
if (transport === "udp") {
  const socket = require("node:dgram").createSocket(host.includes(":") ? "udp6" : "udp4");
  socket.on("message", (text) => say(text));
  socket.on("error", (error) => say(error.code));
  socket.connect(+port, host, () => socket.send("x"));
  setTimeout(() => say("silence"), 1000);
} else {
  const socket = require("node:net").connect(+port, host);
  socket.on("data", (text) => say(text));
  socket.on("error", (error) => say(error.code));
  setTimeout(() => say("silence"), 1000);
}
`;

const text =
  (last: number, wired = true) =>
  ({ system }: Pick<Home, "system">): string =>
    `
protocol Rtp = ?Bytes . !Bytes
automaton media {
  provides media: Rtp on udp 20000 to ${last}
  provides files: Rtp on tcp 30000 to 30002
  runs exec ["node", "server.cjs"]
  instances 2
}
automaton client { requires media?: Rtp requires files?: Rtp }
automaton stranger { }
system ${system} = [${wired ? "client(media = media.media, files = media.files)" : "client, media"}, stranger]
`;

const vipsOf = ({ live }: Stage, port: string): readonly string[] =>
  live
    .status()
    .automata.find(({ name }) => name === "media")!
    .services.find((one) => one.port === port)!.vips;

const askFrom = async (
  { system }: Stage,
  who: string,
  transport: string,
  host: string,
  port: number,
): Promise<string> => {
  const netns = `${system}.${who}.0`;
  const { stdout } = await run("ip", ["netns", "exec", netns, "node", "-e", ask, transport, host, `${port}`]);
  return stdout.trim();
};

test.serial("each port of a range is reached by whoever is wired to it, and no other", async (t) => {
  const place = home(t, (system) => text(20_010)({ system }));
  writeFileSync(`${place.directory}/server.cjs`, server);
  const stage = await enter(t, place, place.directory);
  await isConverged(t, stage);

  const all = [...vipsOf(stage, "media"), ...vipsOf(stage, "files")];
  t.is(all.length, 4);
  for (const vip of vipsOf(stage, "media")) {
    for (const port of [20_000, 20_005, 20_010])
      t.is(await askFrom(stage, "client", "udp", vip, port), `udp ${port}`, `${vip} ${port}`);
    t.not(await askFrom(stage, "client", "udp", vip, 20_011), "udp 20011");
    t.not(await askFrom(stage, "stranger", "udp", vip, 20_005), "udp 20005");
  }
  for (const vip of vipsOf(stage, "files")) {
    for (const port of [30_000, 30_002])
      t.is(await askFrom(stage, "client", "tcp", vip, port), `tcp ${port}`, `${vip} ${port}`);
    t.is(await askFrom(stage, "client", "tcp", vip, 30_001), "ECONNREFUSED", "nobody listens there");
    t.not(await askFrom(stage, "client", "tcp", vip, 30_003), "tcp 30003");
  }

  // One interval a range and family, as nft sees it.
  const hub = `${stage.system}.hub`;
  const elements = (): string => nft(hub, "list", "map", "inet", "architect", "policyranges4");
  t.regex(elements(), /udp \. 20000-20010 : /);
  t.regex(elements(), /tcp \. 30000-30002 : /);

  t.regex(nft(hub, "list", "ruleset"), /map @policyranges4/, "nft reads the rules");

  // What is taken away comes back.
  const [vip] = vipsOf(stage, "media");
  nft(hub, "flush", "map", "inet", "architect", "policyranges4");
  await until("it is put back", () => /20000-20010/.test(elements()));
  t.is(await askFrom(stage, "client", "udp", vip!, 20_005), "udp 20005");

  // A range that ends sooner, and then later.
  await save(stage, text(20_005)(stage));
  await isConverged(t, stage);
  t.regex(elements(), /20000-20005/);
  t.not(await askFrom(stage, "client", "udp", vip!, 20_010), "udp 20010");
  await save(stage, text(20_011)(stage));
  await isConverged(t, stage);
  t.is(await askFrom(stage, "client", "udp", vip!, 20_011), "udp 20011");

  // Another orchestrator finds all as it is.
  await stage.live.stop();
  const next = await enter(t, place, place.directory);
  await isConverged(t, next);
  t.is(next.events.filter(({ event }) => event === "restarted").length, 0);

  await save(next, text(20_011, false)(next));
  await isConverged(t, next);
  t.not(await askFrom(next, "client", "udp", vip!, 20_005), "udp 20005", "the wire is gone");
});

/** Three ports in a row of the host at which nobody listens. */
const freeRange = async (): Promise<number> => {
  for (;;) {
    const number = await freePort();
    if (firstTaken("tcp", { number, last: number + 3 }) === null) return number;
  }
};

const dial = (port: number, host = "127.0.0.1"): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.setTimeout(5_000, () => socket.destroy(new Error("silence")));
    socket.once("data", (text) => {
      resolve(String(text));
      socket.destroy();
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });

test.serial("a range is published at its own numbers, and nobody else gets one of them", async (t) => {
  const first = await freeRange();
  const serves = `
for (const port of [${first}, ${first + 1}, ${first + 3}])
  require("node:net").createServer((socket) => socket.end("tcp " + port)).listen(port);`;
  const written = ({ system }: Pick<Home, "system">, publishes: string): string => `
protocol Ftp = ?Bytes . !Bytes
automaton files { provides data: Ftp on tcp ${first} to ${first + 2} runs exec ["node", "server.cjs"] }
automaton other { provides data: Ftp on tcp 80 }
system ${system} = ${publishes}
`;
  const place = home(t, (system) => written({ system }, `publish(files.data, ${first})`));
  writeFileSync(`${place.directory}/server.cjs`, serves);
  const stage = await enter(t, place, place.directory);
  await isConverged(t, stage);
  for (const host of ["127.0.0.1", "::1"])
    for (const port of [first, first + 1]) t.is(await dial(port, host), `tcp ${port}`, host);
  t.is(await dial(first + 2), "ECONNREFUSED", "nobody listens there");
  t.is(await dial(first + 3), "ECONNREFUSED", "it is not published");
  t.deepEqual(stage.live.status().publications, [
    { hostPort: first, last: first + 2, transport: "tcp", to: "files.data" },
  ]);

  const taken = home(t, (system) => written({ system }, `publish(other.data, ${first + 1})`));
  const second = await enter(t, taken, taken.directory, { settle: false, failing: true });
  await until("it is refused", () => second.live.status().problems.length > 0);
  t.regex(second.live.status().problems.join(), /publishes it already/);
  await second.live.stop();

  const table = `architect-${stage.system}`;
  const elements = (): string => nft(null, "list", "map", "inet", table, "ranges4");
  t.regex(elements(), new RegExp(`tcp \\. ${first}-${first + 2}`));
  nft(null, "flush", "map", "inet", table, "ranges4");
  await until("it is put back", () => elements().includes(`${first}-${first + 2}`));
  t.is(await dial(first + 1), `tcp ${first + 1}`);

  await save(stage, written(stage, "files"));
  await isConverged(t, stage);
  t.is(await dial(first + 1), "ECONNREFUSED");
});
