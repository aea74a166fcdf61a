/** The status of a system that nobody supervises: what the kernel shows, also of what listens. */
import { join } from "node:path";
import test from "ava";
import type { Status } from "../../../src/live/control/status.ts";
import { architect, folder } from "../binary.ts";
import { systemOf } from "../running.ts";

// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

const deafen =
  "const s = require('net').createServer().listen(9000); process.on('SIGUSR2', () => s.close()); setInterval(() => {}, 1e6)";

const programOf = (system: string): string => `
protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton a { provides p: P on tcp 9000 runs exec ["node", "-e", ${JSON.stringify(deafen)}] instances 2 }
automaton b { runs exec ["sleep", "640"] }
system ${system} = [a, b]
`;

kernel("a process that listens no more is not ready, though nobody supervises it", async (t) => {
  const system = systemOf(t);
  const cwd = folder(t, { "main.arch": programOf(system) });
  const env = { ARCHITECT_RUNTIME_DIR: join(cwd, "run") };
  const ask = (...args: readonly string[]) => architect(args, { cwd, env });
  t.teardown(() => ask("down", system));
  t.is((await ask("apply", "main.arch")).code, 0);
  const status = async (): Promise<Status> =>
    JSON.parse((await ask("status", system, "--json")).out) as Status;
  const before = await status();
  t.is(before.orchestrator, null);
  t.is(before.state, "converged");
  process.kill(before.automata[0]!.instances[1]!.pid!, "SIGUSR2");
  let now = before;
  for (let i = 0; now.state === "converged" && i < 60; i++) now = await status();
  t.is(now.state, "degraded");
  t.deepEqual(
    now.automata.flatMap(({ name, instances }) =>
      instances.map(({ index, state, reason }) => [`${name}.${index}`, state, reason]),
    ),
    [
      ["a.0", "ready", null],
      ["a.1", "unhealthy", "nothing listens on 9000 any more"],
      ["b.0", "ready", null],
    ],
  );
});
