/**
 * An orchestrator in a process of its own, which can be told to die: it counts the steps
 * by which it changes the world, and ends by SIGKILL after one of them.
 */
import childProcess from "node:child_process";
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

/** Makes a function count as a step. */
const counted =
  <Words extends readonly unknown[], Result>(original: (...words: Words) => Result) =>
  (...words: Words): Result => {
    const result = original(...words);
    step();
    return result;
  };

// Files first: whoever imports them later gets the counting ones.
type Anything = (...words: unknown[]) => unknown;
for (const name of [
  "writeFileSync",
  "renameSync",
  "rmSync",
  "rmdirSync",
  "mkdirSync",
  "linkSync",
  "ftruncateSync",
] as const) {
  Object.assign(fs, { [name]: counted(fs[name] as Anything) });
}
// What it starts goes on without it: tools that make and copy what is kept.
Object.assign(childProcess, { spawn: counted(childProcess.spawn as Anything) });
const { openSync } = fs;
Object.assign(fs, {
  openSync: (...words: Parameters<typeof openSync>) => {
    const fd = openSync(...words);
    if (typeof words[1] === "number" && (words[1] & fs.constants.O_CREAT) !== 0) step();
    return fd;
  },
});
syncBuiltinESMExports();

// The calls of the C library that change anything: mounts, and signals.
const { default: koffi } = await import("koffi");
const { load } = koffi;
Object.assign(koffi, {
  load: (...words: Parameters<typeof load>) =>
    new Proxy(load(...words), {
      get: (library, name) => {
        const found: unknown = Reflect.get(library, name, library);
        if (typeof found !== "function") return found;
        const method = (found as Anything).bind(library);
        if (name !== "func") return method;
        return (...prototype: unknown[]) => {
          const bound = method(...prototype) as Anything;
          return /\b(mount|umount2|syscall|fallocate)\(/.test(String(prototype[0])) ? counted(bound) : bound;
        };
      },
    }),
});

const { NetlinkSocket } = await import("../../../runtime/netlink/socket.ts");
const { Spawner } = await import("../../../runtime/process/spawner.ts");
// What is sent at once, the kernel does before it lets the sender die.
const { send, performElsewhere } = NetlinkSocket.prototype;
NetlinkSocket.prototype.send = function (bytes) {
  send.call(this, bytes);
  step();
};
NetlinkSocket.prototype.performElsewhere = async function (request) {
  const answer = await performElsewhere.call(this, request);
  step();
  return answer;
};
const { start } = Spawner.prototype;
Spawner.prototype.start = async function (...words) {
  const pid = await start.apply(this, words);
  step();
  return pid;
};

const { openLive } = await import("../../../src/live/system/open.ts");
const { programOf } = await import("./stage.ts");

const { systemClock } = await import("../../../runtime/clock.ts");
let ahead = 0;
const clock = { ...systemClock, wallTime: () => systemClock.wallTime() + ahead };

const opened = await openLive({
  clock,
  program: programOf(order.place),
  base: "netns",
  stateRoot: order.place.stateRoot,
});
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
if (order.putForward !== undefined) {
  steps = 0;
  ahead = order.putForward;
  live.orchestrator.take({ _tag: "TimerDue" });
  const isRunning = (): boolean =>
    live.status().automata.some(({ instances }) => instances.some(({ last }) => last === null));
  while (isRunning()) await new Promise((resolve) => setTimeout(resolve, 10));
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
