/** `internet`: who is wired to it gets anywhere outside, on the real kernel; nobody else does. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { ExecutionContext } from "ava";
import { freePort } from "../../fresh.ts";
import { enterOwnNames } from "../../own-names.ts";
import { enterOwnHost, ip } from "../../runtime/netns/host/own-host.ts";
import { kernelTest } from "../../runtime/netns/lab.ts";
import { neighbour } from "../../runtime/netns/neighbour.ts";
import { Traffic } from "../../runtime/netns/traffic.ts";
import { nftPath } from "../../runtime/nft.ts";
import { enter, home, isConverged, save, until } from "./stage.ts";

enterOwnHost();
const names = enterOwnNames();
const test = kernelTest.serial;

/** An address as sockets tell it. */
const written = (v6: string): string => new URL(`http://[${v6}]`).hostname.slice(1, -1);

const onHost = (): string =>
  [execFileSync(nftPath, ["-s", "list", "ruleset"]), ip("route"), ip("-6 route"), ip("-br link")].join("\n");
/** For what is not to be answered: it is not waited for long. */
const soon = { timeoutMs: 300 };
const forwarding = (): string => readFileSync("/proc/sys/net/ipv4/ip_forward", "utf8");

const text = (system: string, composition: string): string => `
automaton a { instances 2 }
automaton b {}
system ${system} = ${composition}
`;

/** `a` is wired to the internet, and `b` to nothing; a machine beside this one is the internet. */
const scene = async (t: ExecutionContext) => {
  const packets = new Traffic();
  t.teardown(() => packets.close());
  const place = home(t, (system) => text(system, "[a => internet, b]"));
  const { system } = place;
  const far = neighbour(t, system);
  const port = await freePort();
  await packets.serve(far.netns, "tcp", port, "far");
  await packets.serve(far.netns, "udp", port, "far");
  const before = [onHost(), forwarding()];
  const stage = await enter(t, place);
  const ask = (
    from: string,
    transport: "tcp" | "udp",
    address: string,
    { keep = null, timeoutMs = 5_000 }: { readonly keep?: number | null; readonly timeoutMs?: number } = {},
  ) => packets.ask(`${system}.${from}`, transport, address, port, { timeoutMs, keep });
  return { place, stage, far, port, packets, ask, before };
};

test("who is wired gets anywhere outside, over both families and transports; who is not does not", async (t) => {
  const { stage, far, ask, before } = await scene(t);
  await isConverged(t, stage);
  const [v4, v6] = [`far ::ffff:${far.v4.host}`, `far ${written(far.v6.host)}`];
  for (const index of [0, 1]) {
    t.is(await ask(`a.${index}`, "tcp", far.v4.client), v4);
    t.is(await ask(`a.${index}`, "udp", far.v4.client), v4);
    t.is(await ask(`a.${index}`, "tcp", far.v6.client), v6);
    t.is(await ask(`a.${index}`, "udp", far.v6.client), v6);
  }
  t.is(await ask("b.0", "tcp", far.v4.client), "ECONNREFUSED");
  t.is(await ask("b.0", "tcp", far.v6.client), "ECONNREFUSED");
  t.not(await ask("b.0", "udp", far.v4.client, soon), v4);

  t.deepEqual(await stage.live.remove(), []);
  await until("nothing is left on the host", () => onHost() === before[0]);
  t.is(forwarding(), before[1]!);
});

test("its instances ask the machine's name servers, from when it is wired until it is not; others have none", async (t) => {
  const place = home(t, () => "");
  const { system, directory } = place;
  const far = neighbour(t, system);
  const module = new URL("../../name-server.js", import.meta.url).href;
  const serve = `import(${JSON.stringify(module)}).then(async ({ NameServer }) => {
    const server = new NameServer();
    server.records.set("far.example.com", { a: ["198.51.100.7"], ttl: 1 });
    await server.listen(53, "${far.v4.client}");
    console.log("listening");
  })`;
  const server = spawn("ip", ["netns", "exec", far.netns, process.execPath, "-e", serve], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.teardown(() => server.kill("SIGKILL"));
  await once(server.stdout!, "data");
  names.servers("127.0.0.53", far.v4.client);
  const look = (name: string): string =>
    `while :; do getent ahostsv4 far.example.com | head -1 | tr -s ' ' > ${directory}/${name}.new; mv ${directory}/${name}.new ${directory}/${name}; sleep 0.2; done`;
  const program = (composition: string): string => `
automaton a { runs exec ["sh", "-c", "${look("a")}"] }
automaton b { runs exec ["sh", "-c", "${look("b")}"] }
system ${system} = ${composition}
`;
  writeFileSync(place.file, program("[a => internet, b]"));
  const found = (name: string): string =>
    existsSync(`${directory}/${name}`) ? readFileSync(`${directory}/${name}`, "utf8").split(" ")[0]! : "";
  const stage = await enter(t, place);
  await isConverged(t, stage);
  await until("the name is found", () => found("a") === "198.51.100.7");
  t.is(found("b"), "");
  const pid = stage.live.status().automata.find(({ name }) => name === "a")!.instances[0]!.pid;
  await save(stage, program("[a, b]"));
  await until("it is found no more", () => found("a") === "");
  await save(stage, program("[a => internet, b]"));
  await until("it is found again", () => found("a") === "198.51.100.7");
  t.is(
    stage.live.status().automata.find(({ name }) => name === "a")!.instances[0]!.pid,
    pid,
    "nothing is restarted",
  );
});

test("it leads neither to this machine nor to other automata, and nobody gets in by it", async (t) => {
  const { stage, far, port, packets, ask } = await scene(t);
  const server = createServer((socket) => socket.end("here"));
  await new Promise<void>((resolve) => server.listen(port, "::", resolve));
  t.teardown(() => server.close());
  for (const address of [far.v4.host, far.v6.host, "192.0.0.8", "fc00::2"])
    t.not(await ask("a.0", "tcp", address, soon), "here", address);
  const addresses = stage.live
    .status()
    .automata.flatMap(({ name, instances }) =>
      instances.map(({ index, addresses: all }) => ({ name: `${name}.${index}`, all })),
    );
  const netns = `${stage.system}.b.0`;
  await packets.serve(netns, "tcp", port, "b");
  await packets.serve(`${stage.system}.a.1`, "tcp", port, "a");
  for (const { name, all } of addresses)
    for (const address of name === "a.0" ? [] : all)
      t.not((await ask("a.0", "tcp", address, soon))[0], name[0], name);
  // Whoever knew the way from outside would have to be let in.
  for (const { all } of addresses)
    t.notRegex(await packets.ask(far.netns, "tcp", all[0]!, port, { timeoutMs: 500 }), /^[ab] /);
});

test("a cloud's metadata service is not the internet; a name server beside it is asked, and whoever writes it reaches it", async (t) => {
  const { place, stage, far, port, packets, ask } = await scene(t);
  const { system } = place;
  const metadata = "169.254.169.254";
  far.take(metadata);
  // What it sends comes from there.
  ip(`-n ${far.netns} route add ${far.v4.host}/32 dev far src ${metadata}`);
  await packets.serve(far.netns, "tcp", 53, "names");
  await packets.serve(far.netns, "udp", 53, "names");
  await isConverged(t, stage);
  t.is(await ask("a.0", "tcp", metadata), "ECONNREFUSED");
  t.not((await ask("a.0", "udp", metadata, soon)).slice(0, 3), "far");
  for (const transport of ["tcp", "udp"] as const)
    t.is(
      await packets.ask(`${system}.a.0`, transport, metadata, 53, { timeoutMs: 5_000 }),
      `names ::ffff:${far.v4.host}`,
      transport,
    );
  await save(
    stage,
    `protocol P = ?Int . !Int
external metadata { provides p: P on tcp ${port} at "${metadata}" }
automaton a { instances 2 requires own: P }
automaton b {}
system ${system} = [a => internet, a => metadata, b]
`,
  );
  await isConverged(t, stage);
  const { services } = stage.live.status().automata.find(({ name }) => name === "metadata")!;
  t.regex(await ask("a.0", "tcp", services[0]!.vips[0]!), /^far /);
});

test("what clouds keep for the machine is not reached in other forms either; what lies beside it is", async (t) => {
  const { stage, far, packets, ask } = await scene(t);
  await isConverged(t, stage);
  const kept = [
    "168.63.129.16",
    "100.100.100.200",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a9fe:a9fe",
    "64:ff9b::a83f:8110",
    "64:ff9b::6464:64c8",
  ];
  const open = ["168.63.129.17", "100.100.100.199", "64:ff9b::808:808", "64:ff9b::a83f:8111"];
  for (const address of [...kept, ...open]) far.take(address);
  for (const address of open) t.regex(await ask("a.0", "tcp", address), /^far /, address);
  for (const address of kept) {
    t.is(await ask("a.0", "tcp", address), "ECONNREFUSED", address);
    t.not((await ask("a.0", "udp", address, soon)).slice(0, 3), "far", address);
  }
  // Azure's name servers are at the same address.
  await packets.serve(far.netns, "tcp", 53, "names");
  t.regex(
    await packets.ask(`${stage.system}.a.0`, "tcp", "168.63.129.16", 53, { timeoutMs: 5_000 }),
    /^names /,
  );
  // Where somebody harms the hub, the host itself lets nothing through.
  const hub = `${stage.system}.hub`;
  for (const address of ["168.63.129.16", "64:ff9b::a9fe:a9fe"]) {
    const family = address.includes(":") ? "ip6" : "ip";
    const rule = ["insert", "rule", "inet", "architect", "open", family, "daddr", address, "accept"];
    execFileSync("ip", ["netns", "exec", hub, nftPath, ...rule]);
    t.not((await ask("a.0", "tcp", address, soon)).slice(0, 3), "far", address);
  }
});

test("a wire that goes ends what went out; what is harmed is put back", async (t) => {
  const { place, stage, far, packets, ask } = await scene(t);
  const answer = `far ::ffff:${far.v4.host}`;
  const { system } = place;
  const link = /^(arch\w+)/m.exec(ip("-br link"))![1]!;
  for (const words of [
    [nftPath, "flush", "set", "inet", `architect-${system}`, "internet4"],
    [nftPath, "delete", "table", "inet", `architect-${system}`],
    ["ip", "link", "del", link],
    ["ip", "netns", "exec", `${system}.hub`, nftPath, "flush", "map", "inet", "architect", "internet4"],
  ]) {
    execFileSync(words[0]!, words.slice(1));
    const end = Date.now() + 60_000;
    while ((await ask("a.0", "tcp", far.v4.client, soon)) !== answer)
      if (Date.now() > end) return t.fail(words.join(" "));
  }
  await stage.live.settled();
  t.is(await ask("a.0", "tcp", far.v4.client, { keep: 1 }), answer);
  await save(stage, text(system, "[a, b]"));
  await isConverged(t, stage);
  t.not(await packets.again(1, 500), answer, "what was open has ended");
  t.is(await ask("a.0", "tcp", far.v4.client), "ECONNREFUSED");
});
