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
  "an instance has the host name that the program says, finds itself by it, and is replaced for another",
  async (t) => {
    const system = systemOf(t);
    const cwd = folder(t, {});
    t.teardown(() => architect(["down", system]));
    const apply = async (
      name: string,
      instances: number,
    ): Promise<Status["automata"][number]["instances"]> => {
      const text = `
automaton each { runs exec ["sleep", "1000"] instances ${instances} hostname "${name}-\${self.index}" }
automaton shared { runs exec ["sleep", "1000"] instances 2 hostname "me.example.com" }
automaton plain { runs exec ["sleep", "1000"] }
automaton job { runs once exec ["sh", "-c", "[ \\$(uname -n) = done ]"] hostname "done" }
system ${system} = [each, shared, plain, job]
`;
      writeFileSync(join(cwd, "main.arch"), text);
      const { code, err } = await architect(["apply", "main.arch"], { cwd });
      t.is(code, 0, err);
      const { out } = await architect(["status", system, "--json"], { cwd });
      return (JSON.parse(out) as Status).automata.find((one) => one.name === "each")!.instances;
    };
    /** What it is called, and where each of these names leads, as seen in an instance. */
    const seen = async (instance: string, ...names: readonly string[]): Promise<readonly string[]> => {
      const script = 'uname -n; for name; do getent ahostsv4 "$name" | head -n 1 | cut -d " " -f 1; done';
      const command = ["sh", "-c", script, "sh", ...names];
      const { out } = await architect(["exec", "-s", system, instance, "--", ...command], { cwd });
      return out.trim().split("\n");
    };

    const first = await apply("me", 2);
    const addressOf = (index: number): string =>
      first.find((one) => one.index === index)!.addresses.find((address) => address.includes("."))!;
    t.deepEqual(await seen("each.0", "me-0", "me-1"), ["me-0", addressOf(0), addressOf(1)]);
    t.deepEqual(await seen("shared.1", "me.example.com"), ["me.example.com", "127.0.1.1"]);
    t.deepEqual(await seen("plain"), [hostname()]);
    t.deepEqual(await seen("job"), ["done"]);

    const more = await apply("me", 3);
    const pidsOf = (instances: typeof first): readonly (number | null)[] => instances.map(({ pid }) => pid);
    t.deepEqual(pidsOf(more).slice(0, 2), pidsOf(first), "those that run stay");

    const [renamed] = await apply("you", 1);
    t.false(pidsOf(more).includes(renamed!.pid));
    t.deepEqual(await seen(`each.${renamed!.index}`), [`you-${renamed!.index}`]);
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
