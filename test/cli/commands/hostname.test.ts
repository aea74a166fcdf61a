/** What a program is called to itself, in namespaces of the machine; and ports whose names are computed, with real connections. */
import { writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import test from "ava";
import type { Status } from "../../../src/live/control/status.ts";
import { architect, folder } from "../binary.ts";
import { systemOf } from "../running.ts";

// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

kernel(
  "an instance is called as the program says, finds itself by it, and is replaced for another name",
  async (t) => {
    const system = systemOf(t);
    const cwd = folder(t, {});
    t.teardown(() => architect(["down", system]));
    const apply = async (name: string, instances: number): Promise<void> => {
      const text = `
automaton each { runs exec ["sleep", "1000"] instances ${instances} hostname "${name}-\${self.index}" }
automaton shared { runs exec ["sleep", "1000"] instances 2 hostname "${name}.example.com" }
automaton plain { runs exec ["sleep", "1000"] }
automaton job { runs once exec ["sh", "-c", "[ \\$(uname -n) = done ]"] hostname "done" }
system ${system} = [each, shared, plain, job]
`;
      writeFileSync(join(cwd, "main.arch"), text);
      const { code, err } = await architect(["apply", "main.arch"], { cwd });
      t.is(code, 0, err);
    };
    const inside = async (instance: string, ...argv: readonly string[]): Promise<string> =>
      (await architect(["exec", "-s", system, instance, "--", ...argv], { cwd })).out.trim();
    const instancesOf = async (name: string): Promise<Status["automata"][number]["instances"]> => {
      const { out } = await architect(["status", system, "--json"], { cwd });
      return (JSON.parse(out) as Status).automata.find((one) => one.name === name)!.instances;
    };
    const resolved = async (instance: string, name: string): Promise<string> =>
      (await inside(instance, "getent", "ahostsv4", name)).split(/\s/)[0]!;

    await apply("me", 2);
    t.is(await inside("each.0", "uname", "-n"), "me-0");
    t.is(await inside("each.1", "uname", "-n"), "me-1");
    t.is(await inside("shared.1", "uname", "-n"), "me.example.com");
    t.is(await inside("plain", "uname", "-n"), hostname());
    t.is(await inside("job", "uname", "-n"), "done");
    const before = await instancesOf("each");
    t.true(before[1]!.addresses.includes(await resolved("each.0", "me-1")));
    t.true(before[0]!.addresses.includes(await resolved("each.0", "me-0")));
    t.is(await resolved("shared.0", "me.example.com"), "127.0.1.1");

    // One more: those that run stay.
    await apply("me", 3);
    const more = await instancesOf("each");
    t.deepEqual(
      more.slice(0, 2).map(({ pid }) => pid),
      before.map(({ pid }) => pid),
    );
    t.true(more[2]!.addresses.includes(await resolved("each.0", "me-2")));

    await apply("you", 1);
    const renamed = await instancesOf("each");
    t.is(await inside(`each.${renamed[0]!.index}`, "uname", "-n"), `you-${renamed[0]!.index}`);
    t.true(renamed.every(({ pid }) => !more.some((one) => one.pid === pid)));
  },
);

const serve = `
for (const [name, port] of Object.entries(process.env))
  if (name.startsWith("PORT_FRONT_")) require("node:net").createServer((socket) => socket.end(name)).listen(port);
`;
const ask = `
const { connect } = require("node:net");
for (const [address, wanted] of process.argv.slice(2).map((one) => one.split("="))) {
  const [host, port] = address.split(":");
  let said = "";
  connect(port, host).on("data", (data) => (said += data)).on("end", () => {
    if (said !== wanted) { console.error(address, said); process.exit(1); }
  });
}
`;

kernel("ports with computed names are reached, each by its own", async (t) => {
  const system = systemOf(t);
  const cwd = folder(t, {
    "serve.cjs": serve,
    "ask.cjs": ask,
    "main.arch": `
protocol P = !Bytes
let all = range(1, 3)
automaton router {
  provides "front_\${i}": P on tcp 9000 + i from 9100 + i for i in all
  runs exec ["node", "serve.cjs"]
}
automaton client {
  requires "way_\${i}": P for i in all
  runs once exec ["node", "ask.cjs", ...[ "\${requires["way_\${i}"].addr}=PORT_FRONT_\${i}" for i in all ]]
  after router["front_1"]
}
system ${system} = [ client["way_\${i}"] => router["front_\${i}"] for i in all ]
`,
  });
  t.teardown(() => architect(["down", system]));
  const { code, err } = await architect(["apply", "main.arch"], { cwd });
  t.is(code, 0, err);
  const { out } = await architect(["status", system, "--json"], { cwd });
  const { automata, wires } = JSON.parse(out) as Status;
  t.is(automata.find(({ name }) => name === "client")?.instances[0]?.state, "done");
  t.deepEqual(
    wires.map(({ from, to }) => `${from} ${to}`).sort(),
    [1, 2, 3].map((i) => `client.way_${i} router.front_${i}`),
  );
});
