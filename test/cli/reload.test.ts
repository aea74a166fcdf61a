/** Files that are replaced while a program runs, from the save of a file to the program, over the death of an orchestrator. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import test from "ava";
import { SystemState } from "../../runtime/process/state.ts";
import { until } from "../until.ts";
import { architect, folder } from "./binary.ts";
import { start, systemOf } from "./running.ts";

// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

const programOf = (system: string, more = ""): string => `
automaton a {
  runs exec ["sh", "-c", "trap 'echo told $(cat /etc/own.conf)' HUP; echo begun $(cat /etc/own.conf); while :; do sleep 600 & wait $!; done"]
  files { "/etc/own.conf" = "\${read("./a.conf")} \${self.index}\${secret("key")}" } reload SIGHUP
  instances 2
  ${more}
}
system ${system} = a
`;

/** What /proc shows of a process; nothing of one that is gone. */
const shown = (pid: string, what: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${what}`, "latin1");
  } catch {
    return "";
  }
};

/** The programs of the system: each that prints, not what it has started. */
const pidsOf = (system: string): readonly string[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => shown(pid, "environ").split("\0").includes(`ARCHITECT_SYSTEM=${system}`))
    .filter((pid) => shown(pid, "cmdline").startsWith("sh\0"));

kernel(
  "a save of a file that is read reaches the running programs, also the next orchestrator's",
  async (t) => {
    const system = systemOf(t);
    const cwd = folder(t, { "main.arch": programOf(system), "a.conf": "one" });
    const env = { ARCHITECT_STATE_DIR: `${cwd}/kept`, ARCHITECT_RUNTIME_DIR: `${cwd}/run` };
    t.teardown(() => architect(["down", system], { cwd, env }));
    await architect(["secret", "set", "key"], { cwd, env, input: "x" });
    const state = new SystemState(system, `${cwd}/run`);
    const said = (): readonly string[] =>
      [0, 1]
        .map((index) => state.logFile("a", index))
        .flatMap((path) => (existsSync(path) ? readFileSync(path, "utf8").split("\n") : []))
        // A shell whose child ends first says so.
        .filter((line) => /^(begun|told) /.test(line))
        .sort();
    const says = async (lines: readonly string[]): Promise<void> => {
      await until("they say it", () => said().length >= lines.length);
      t.deepEqual(said(), [...lines].sort());
    };
    const run = start(t, ["run", "main.arch", "--watch"], cwd, env);
    await run.says("From another terminal");
    await until("both run", () => pidsOf(system).length === 2);
    const pids = pidsOf(system);
    const begun = ["begun one 0x", "begun one 1x"];
    await says(begun);

    writeFileSync(`${cwd}/a.conf`, "two");
    const told = [...begun, "told two 0x", "told two 1x"];
    await says(told);

    // So does a secret, and an input would.
    await architect(["secret", "set", "key"], { cwd, env, input: "y" });
    const secretTold = [...told, "told two 0y", "told two 1y"];
    await says(secretTold);

    // What came while nobody supervised is made good by who takes over.
    run.child.kill("SIGKILL");
    await run.ended;
    writeFileSync(`${cwd}/a.conf`, "three");
    const planned = await architect(["plan", "main.arch", "--json"], { cwd, env });
    t.deepEqual(
      JSON.parse(planned.out).operations.map(({ id }: { id: string }) => id),
      ["files/a/0", "files/a/1"],
      planned.err,
    );
    const again = start(t, ["run", "main.arch", "--watch"], cwd, env);
    await again.says("From another terminal");
    const all = [...secretTold, "told three 0y", "told three 1y"];
    await says(all);
    t.deepEqual(pidsOf(system), pids);

    // A change of the program itself replaces the processes, and tells none of them before.
    writeFileSync(`${cwd}/main.arch`, programOf(system, 'env { A = "b" }'));
    await until(
      "others run",
      () => pidsOf(system).length === 2 && pidsOf(system).every((pid) => !pids.includes(pid)),
    );
    await says([...all, "begun three 0y", "begun three 1y"]);
    // They have begun, and are soon taken for ready.
    for (const end = Date.now() + 60_000; ; ) {
      const status = await architect(["status", system, "--json"], { cwd, env });
      if (JSON.parse(status.out).state === "converged") break;
      if (Date.now() > end) return t.fail(status.out);
    }
    t.is((await architect(["down", system], { cwd, env })).code, 0);
    await again.ended;
  },
);
