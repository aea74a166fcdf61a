import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import test from "ava";
import { isRoot } from "./sandbox.ts";

const kernel = isRoot ? test : test.skip; // needs root: the thread has mounts of its own
const program = fileURLToPath(new URL("./spawner-main.js", import.meta.url));

kernel("a thread that is ended while it answers is waited for to its end", (t) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: "utf8" });
  t.deepEqual([status, stdout, stderr], [0, "refused\n", ""]);
});
