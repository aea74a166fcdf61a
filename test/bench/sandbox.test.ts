/** An interrupted benchmark leaves nothing. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { namespaceNames } from "../../runtime/namespaces.ts";
import { kernelTest as test } from "../runtime/netns/lab.ts";
import { until } from "../until.ts";

const program = fileURLToPath(new URL("./sandbox-main.js", import.meta.url));

/** The processes in a network namespace. */
const processesIn = (namespace: string): readonly string[] =>
  readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readlinkSync(`/proc/${name}/ns/net`) === namespace;
    } catch {
      return false; // it has ended
    }
  });

test("SIGINT ends it at once, with its namespaces and all that runs in them", async (t) => {
  const child = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
  t.teardown(() => child.kill("SIGTERM"));
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  await until("it has made its system", () => printed.endsWith("\n"));
  const namespace = /^in (net:\[\d+\])\n$/.exec(printed)?.[1] ?? printed;
  t.not(namespace, readlinkSync("/proc/self/ns/net"));
  t.true(processesIn(namespace).length > 0);
  child.kill("SIGINT");
  t.deepEqual(await once(child, "close"), [130, null]);
  await until("nobody is left in there", () => processesIn(namespace).length === 0);
  t.deepEqual(namespaceNames("benchstop"), []);
});
