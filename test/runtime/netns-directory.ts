/** Makes and takes back /run/netns, in mounts of its own, and tells what was there after each step. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import {
  createNamespace,
  deleteNamespace,
  prepareNetnsDirectory,
  releaseNetnsDirectory,
} from "../../runtime/namespaces.ts";

const look = (): string => {
  const mounted = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .filter((line) => line.split(" ")[4] === "/run/netns");
  const shared = mounted.some((line) => / shared:\d+ /.test(line)) ? " shared" : "";
  return `${existsSync("/run/netns") ? "there" : "absent"} ${mounted.length}${shared}`;
};

const seen = [look()];
const step = (work: () => void): void => {
  work();
  seen.push(look());
};
if (process.argv[2] === "made before") step(() => mkdirSync("/run/netns"));
step(prepareNetnsDirectory);
step(prepareNetnsDirectory);
step(() => createNamespace("a"));
step(releaseNetnsDirectory);
step(() => deleteNamespace("a"));
step(releaseNetnsDirectory);
step(releaseNetnsDirectory);
step(() => createNamespace("b"));
console.log(JSON.stringify(seen));
