/** A base case that the project does not know: a folder, and a line that registers it, are all that it takes. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import test, { type ExecutionContext } from "ava";
import { isAlive, readStat } from "../../runtime/process/proc.ts";
import type { Status } from "../../src/live/control/status.ts";
import { complaints } from "../cli/binary.ts";
import { until } from "../until.ts";

const main = new URL("./main.js", import.meta.url).pathname;

const program = `automaton web {
  provides http: ?String . !String on tcp 8080
  runs exec ["sh", "-c", "echo listening on $PORT; exec sleep 600"]
  instances 2
}
system shop = web
`;

interface Stage {
  readonly file: string;
  architect(...args: readonly string[]): {
    readonly code: number | null;
    readonly out: string;
    readonly err: string;
  };
  status(): Status;
}

const stage = (t: ExecutionContext): Stage => {
  const directory = mkdtempSync(`${tmpdir()}/architect-base-`);
  const file = `${directory}/shop.arch`;
  writeFileSync(file, program);
  const env = {
    ...process.env,
    ARCHITECT_RUNTIME_DIR: `${directory}/run`,
    ARCHITECT_PLAIN_WORLD: `${directory}/world`,
  };
  const architect = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
      env,
      encoding: "utf8",
    });
    return { code: status ?? -1, out: stdout, err: stderr };
  };
  t.teardown(() => {
    architect("down", "shop");
    rmSync(directory, { recursive: true });
  });
  const status = (): Status => JSON.parse(architect("status", "--json").out) as Status;
  return { file, architect, status };
};

const pidsOf = ({ automata }: Status): readonly number[] =>
  automata.flatMap(({ instances }) => instances.map(({ pid }) => pid!));

test("a program lives in a base case that was only registered", async (t) => {
  const { file, architect, status } = stage(t);
  t.regex(architect("apply", "--help").out, /plain, programs without a network/);
  t.is(architect("apply", file, "--base", "none").code, 64);

  const applied = architect("apply", file, "--base", "plain");
  t.deepEqual([applied.code, complaints(applied)], [0, ""]);
  const first = status();
  t.is(first.base, "plain");
  t.is(first.state, "converged");
  t.is(first.orchestrator, null);
  const pids = pidsOf(first);
  t.is(pids.length, 2);
  for (const pid of pids) t.regex(readFileSync(`/proc/${pid}/cmdline`, "utf8"), /^(sh|sleep)\0/);
  t.regex(architect("status").out, /web[\s\S]*2/);

  t.is(architect("plan", file, "--base", "plain", "--detailed-exitcode").code, 0);
  const inside = architect("exec", "web.1", "--", "sh", "-c", "echo $PORT_HTTP; exit 7");
  t.deepEqual([inside.out, inside.code], ["8080\n", 7]);
  t.is(architect("exec", "web.7", "--", "true").code, 1);
  await until("both have printed", () => architect("logs", "web").out.split("\n").length === 3);
  t.is(architect("logs", "web.0").out, "listening on 8080\n");

  // A process that is gone is missed, and comes again; the other stays.
  process.kill(pids[0]!, "SIGKILL");
  await until("it has ended", () => !isAlive(pids[0]!, readStat(pids[0]!)?.startTime ?? 0));
  t.is(architect("plan", file, "--base", "plain", "--detailed-exitcode").code, 2);
  t.is(architect("apply", file, "--base", "plain").code, 0);
  const healed = pidsOf(status());
  t.not(healed[0], pids[0]);
  t.is(healed[1], pids[1]);

  const down = architect("down");
  t.deepEqual([down.code, down.out], [0, "shop is stopped and removed\n"]);
  for (const pid of healed) t.true(["gone", "Z"].includes(readStat(pid)?.state ?? "gone"));
  t.regex(architect("status").err, /no system runs here/);
});
