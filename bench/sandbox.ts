/**
 * Namespaces of its own for a benchmark: network, mounts, processes. What it makes in them
 * (namespaces, links, processes, files of /run and of the temporary directory) is gone when
 * its first process ends, also where that is killed in the middle of something.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";

const inside = "ARCHITECT_BENCH_INSIDE";

const script =
  'mount -t tmpfs -o mode=755 tmpfs /run && mkdir -m 1777 /run/tmp /run/lock && ip link set lo up && exec "$@"';

/** Runs the same command line again in there, and ends as it does. Comes back inside, and where there is no root. */
export const runApart = async (): Promise<void> => {
  if (process.getuid?.() !== 0 || process.env[inside] !== undefined) return;
  const namespaces = ["--net", "--mount", "--pid", "--ipc", "--fork", "--kill-child", "--mount-proc"];
  const own = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn("unshare", [...namespaces, "sh", "-c", script, "sh", ...own], {
    stdio: "inherit",
    env: { ...process.env, [inside]: "1", TMPDIR: "/run/tmp" },
    // A key pressed at the terminal comes here alone, and ends all of it at once.
    detached: true,
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      child.once("close", () => process.exit(128 + constants.signals[signal]));
      child.kill("SIGKILL");
    });
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (of) => resolve(of ?? 1));
  });
  process.exit(code);
};
