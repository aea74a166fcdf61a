/** How processes ended that are no children, where the kernel tells that. */
import { execFileSync } from "node:child_process";
import test from "ava";
import type { Exit } from "../../../runtime/ffi/wait.ts";
import { tellsExits } from "../../../runtime/process/foreign-exit.ts";
import { identify } from "../../../runtime/process/proc.ts";
import { Watcher } from "../../../runtime/process/watcher.ts";

/** The end of an orphan that runs a script, once it is watched and told to go on. */
const endOf = async (script: string): Promise<Exit> => {
  const words = ["-c", `( read go <&3; ${script} ) >/dev/null 2>&1 3<"$1" & echo $!`, "sh"];
  const fifo = execFileSync("sh", ["-c", 'd=$(mktemp -d); mkfifo "$d/go"; echo "$d/go"'], {
    encoding: "utf8",
  }).trim();
  const pid = Number(execFileSync("sh", [...words, fifo], { encoding: "utf8" }));
  const watcher = new Watcher();
  const { startTime } = identify(pid)!;
  const exit = new Promise<Exit>((resolve) => watcher.watch(pid, startTime, resolve));
  execFileSync("sh", ["-c", 'echo > "$1"; rm -r "$(dirname "$1")"', "sh", fifo]);
  // The watcher keeps no process alive.
  const alive = setInterval(() => {}, 1_000);
  try {
    return await exit;
  } finally {
    clearInterval(alive);
    await watcher.close();
  }
};

const told = tellsExits() ? test : test.skip;

told("their code, and their signal", async (t) => {
  t.deepEqual(await endOf("exit 0"), { code: 0, signal: null });
  t.deepEqual(await endOf("exit 7"), { code: 7, signal: null });
  t.deepEqual(await endOf("exec sh -c 'kill -TERM $$'"), { code: null, signal: "SIGTERM" });
});

test("from which version of the kernel on", (t) => {
  for (const version of ["6.15.0", "6.18.44-fc-v669", "7.0.0-rc1"]) t.true(tellsExits(version), version);
  for (const version of ["5.10.0", "6.14.9", "6.1.0-13-amd64", ""]) t.false(tellsExits(version), version);
});
