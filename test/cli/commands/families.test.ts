/** A program that listens by one family of addresses is ready only where its clients ask by no other. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import type { Status } from "../../../src/live/control/status.ts";
import { architect, folder } from "../binary.ts";
import { start, systemOf } from "../running.ts";

// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

const serve = `
const [host, ipv6Only] = process.argv.slice(2);
require("node:net").createServer((socket) => socket.end()).listen({ host, port: 9000, ipv6Only: ipv6Only === "only" });
`;

const server = (name: string, listens: string, more = ""): string =>
  `automaton ${name} { provides web: P on tcp 9000 runs exec ["node", "serve.cjs", ${listens}] ${more} }`;

const four = `"0.0.0.0"`;
const six = `"::", "only"`;
const either = `"::"`;

const program = (system: string, first: string, second: string): string => `
protocol P = ?Bytes . !Bytes
${server("four", four)}
${server("six", six)}
${server("six_probed", six, "health tcp every 1s")}
${server("six_of_both", six)}
${server("four_of_both", four, "health tcp every 1s")}
${server("six_of_nobody", six)}
${server("every", either)}
${server("four_of_second", four)}
automaton first { requires four: P requires six: P requires six_probed: P requires every: P resolves ${first} }
automaton second { requires four_of_second: P requires every: P resolves ${second} }
automaton both { requires six_of_both: P requires four_of_both: P requires every: P resolves both }
system ${system} = [
  first(four = four, six = six, six_probed = six_probed, every = every),
  second(four_of_second = four_of_second, every = every),
  both(six_of_both = six_of_both, four_of_both = four_of_both, every = every),
  six_of_nobody,
]
`;

const only6 = "listens on [::]:9000 only for IPv6, and its clients ask by IPv4";
const only4 = "listens on 0.0.0.0:9000 only for IPv4, and its clients ask by IPv6";

const reasonsOf = ({ automata }: Status): Readonly<Record<string, string>> =>
  Object.fromEntries(
    automata.flatMap(({ name, instances }) =>
      instances.flatMap(({ state, reason }) => (state === "ready" ? [] : [[name, reason ?? state]])),
    ),
  );

kernel("it is ready by the family that its clients' names resolve to, with the reason said", async (t) => {
  const system = systemOf(t);
  const cwd = folder(t, { "serve.cjs": serve });
  t.teardown(() => architect(["down", system]));
  const save = (first: string, second: string): void =>
    writeFileSync(join(cwd, "main.arch"), program(system, first, second));
  const shows = async (expected: Readonly<Record<string, string>>): Promise<void> => {
    const end = Date.now() + 60_000;
    for (;;) {
      const { out } = await architect(["status", system, "--json"], { cwd });
      const reasons = reasonsOf(JSON.parse(out) as Status);
      if (JSON.stringify(reasons) === JSON.stringify(expected) || Date.now() > end)
        return void t.deepEqual(reasons, expected);
    }
  };
  save("ipv4", "ipv6");
  const run = start(t, ["run", "main.arch"], cwd);
  await run.says("Ctrl-C stops");
  const ofBoth = { four_of_both: only4, six_of_both: only6 };
  const byFour = { four_of_second: only4, six: only6, six_probed: only6 };
  const all = (reasons: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries({ ...ofBoth, ...reasons }).sort());
  await shows(all(byFour));
  // What runs is asked anew where its clients ask it from now on.
  save("ipv6", "ipv4");
  await architect(["apply", "main.arch", "--no-wait"], { cwd });
  await shows(all({ four: only4 }));
  save("ipv4", "ipv6");
  await architect(["apply", "main.arch", "--no-wait"], { cwd });
  await shows(all(byFour));
  // The same where nobody supervises it; a probe is made by an orchestrator alone.
  run.child.kill("SIGKILL");
  await run.ended;
  await shows(all(byFour));
});
