/** A command that goes where it has its rights, and tells what it finds there. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { enterRootless } from "../../../runtime/rootless/enter.ts";

const [what = "look", ...rest] = process.argv.slice(2);
try {
  const entry = await enterRootless({ start: what !== "join" });
  if (entry._tag === "done") {
    if (entry.exit.signal !== null) process.kill(process.pid, entry.exit.signal);
    process.exit(entry.exit.code ?? 1);
  }
  if (entry._tag === "nothing") {
    console.log("nothing");
    process.exit();
  }
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
console.log(
  JSON.stringify({
    uid: process.getuid?.(),
    map: readFileSync("/proc/self/uid_map", "utf8").trim().split(/\s+/),
    net: readlinkSync("/proc/self/ns/net"),
    links: readFileSync("/proc/self/net/dev", "utf8")
      .split("\n")
      .slice(2)
      .map((line) => line.split(":")[0]!.trim())
      .filter(Boolean),
    run: readdirSync("/run"),
    cwd: process.cwd(),
    rest,
  }),
);
if (what === "wait") setInterval(() => undefined, 1000);
if (what === "exit") process.exit(Number(rest[0]));
