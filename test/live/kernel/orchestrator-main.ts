/**
 * An orchestrator in a process of its own, which can be told to die: it counts the steps
 * by which it changes the world, and ends by SIGKILL after one of them.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { isLeft } from "fp-ts/lib/Either.js";
import type { Order } from "./death.ts";

const order = JSON.parse(process.argv[2]!) as Order;
let steps = 0;
const step = (): void => {
  steps++;
  if (steps === order.dieAfter) process.kill(process.pid, "SIGKILL");
};

// Files first: whoever imports them later gets the counting ones.
for (const name of ["writeFileSync", "renameSync", "rmSync", "mkdirSync", "linkSync"] as const) {
  const original = fs[name] as (...words: unknown[]) => unknown;
  Object.assign(fs, {
    [name]: (...words: unknown[]) => {
      const result = original(...words);
      step();
      return result;
    },
  });
}
syncBuiltinESMExports();

const { NetlinkSocket } = await import("../../../runtime/netlink/socket.ts");
const { Spawner } = await import("../../../runtime/process/spawner.ts");
const { send } = NetlinkSocket.prototype;
NetlinkSocket.prototype.send = function (bytes) {
  send.call(this, bytes);
  step();
};
const { start } = Spawner.prototype;
Spawner.prototype.start = async function (...words) {
  const pid = await start.apply(this, words);
  step();
  return pid;
};

const { openLive } = await import("../../../src/live/live.ts");
const { programOf } = await import("./stage.ts");

const opened = openLive({ program: programOf(order.place), base: "netns", stateRoot: order.place.stateRoot });
if (isLeft(opened)) throw new Error(opened.left.message);
const live = opened.right;
const failures = [...(await live.start()).failures];
await live.settled();
if (order.text !== null) {
  steps = 0;
  const taken = live.update(new Map([[live.program.file, order.text]]));
  await taken.done;
  await live.settled();
}
if (order.down) {
  steps = 0;
  failures.push(...(await live.remove()));
} else if (order.stay) {
  process.stdout.write("ready\n");
  await new Promise(() => setInterval(() => {}, 1_000));
} else {
  await live.stop();
}
process.stdout.write(JSON.stringify({ steps, failures }));
process.exit(failures.length === 0 ? 0 : 1);
