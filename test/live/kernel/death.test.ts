/**
 * The orchestrator is killed after each step by which it changes the world (every
 * message to the kernel, every start of a process, every file) of an apply, of a change
 * and of a removal. Whoever comes next finds everything, restarts nothing that had no
 * need, and ends where an undisturbed run ends. `DEATHS=all` tries every step, a number
 * each so many; else each thirtieth.
 */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { ExecutionContext } from "ava";
import { serviceKey } from "../../../src/core/resource.ts";
import { openWorld } from "../../../src/live/system/world.ts";
import { freePort } from "../../fresh.ts";
import { enforceable } from "../../runtime/limits/enforceable.ts";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { type Order, obey } from "./death.ts";
import { difference, emptyInventory, inventory, processesOf } from "./inventory.ts";
import { differences, enter, type Home, home } from "./stage.ts";

const stride = process.env.DEATHS === "all" ? 1 : Number(process.env.DEATHS ?? 30);

/** Cgroups too, where this machine lets them be made. */
const limits = enforceable("memory") ? "memory = 64MiB, cpu = 0.5, files = 100" : "files = 100";

const text = (system: string, port: number, instances: number, seconds: number): string => `
protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }
protocol Q = mu t. &{ play: ?String . !Bytes . t, stop: end }
automaton a { provides p: P on tcp 9000 provides q: Q on tcp 20000 to ${20_000 + 10 * instances} instances ${instances} }
automaton b { requires p: P runs exec ["sleep", "${seconds}"] instances ${instances} }
automaton c {
  requires p: P requires q: Q runs exec ["sleep", "4000"] limits { ${limits} }
  grants [net_admin] read-only shares "/usr/share" at "/mnt/share"
}
system ${system} = [[b, c] => a.p, c.q => a.q, publish(a.p, ${port})]
`;

const lives: Omit<Order, "place"> = { dieAfter: null, text: null, down: false, stay: false };

const stepsOf = async (order: Order): Promise<number> => {
  const { steps, output } = await obey(order);
  if (steps === null) throw new Error(output);
  return steps;
};

/** A new orchestrator comes, does what is left to do, and goes. */
const takeOver = async (t: ExecutionContext, place: Home, what: string): Promise<void> => {
  const alive = processesOf(place.system);
  const stage = await enter(t, place);
  t.deepEqual(stage.live.orchestrator.state.problems, [], what);
  t.deepEqual(await differences(stage), [], what);
  const wanted = new Set([...processesOf(place.system).values()]);
  for (const [pid, who] of alive) {
    if (wanted.has(who)) t.true(processesOf(place.system).has(pid), `${what}: ${who} was restarted`);
  }
  await stage.live.stop();
};

const takeDown = async (t: ExecutionContext, place: Home, what: string): Promise<void> => {
  const stage = await enter(t, place);
  t.deepEqual(await stage.live.remove(), [], what);
  await stage.live.closed;
  t.deepEqual(await inventory(place), emptyInventory, what);
  const left = existsSync(place.stateRoot) ? readdirSync(place.stateRoot) : [];
  t.deepEqual(left, [], what);
};

test.serial("killed while it applies", async (t) => {
  const port = await freePort();
  const place = home(t, (system) => text(system, port, 1, 1_000));
  const steps = await stepsOf({ ...lives, place });
  const undisturbed = await inventory(place);
  await takeDown(t, place, "undisturbed");
  t.log(`${steps} steps`);
  for (let dieAfter = 1; dieAfter <= steps; dieAfter += stride) {
    const what = `after step ${dieAfter} of ${steps}`;
    const { signal, output } = await obey({ ...lives, place, dieAfter });
    if (signal !== "SIGKILL") t.log(`${what}: it came to its end ${output}`);
    await takeOver(t, place, what);
    t.deepEqual(difference(await inventory(place), undisturbed), [], what);
    await takeDown(t, place, what);
  }
});

test.serial("killed while it changes", async (t) => {
  const port = await freePort();
  const place = home(t, (system) => text(system, port, 1, 1_000));
  const other: Home = { ...place, file: `${place.directory}/other.arch` };
  const [one, two] = [text(place.system, port, 1, 1_000), text(place.system, port, 2, 2_000)];
  writeFileSync(other.file, two);
  await stepsOf({ ...lives, place });
  const first = await inventory(place);
  const up = await stepsOf({ ...lives, place, text: two });
  const second = await inventory(place);
  const down = await stepsOf({ ...lives, place: other, text: one });
  t.deepEqual(difference(await inventory(place), first), []);
  t.log(`${up} steps there, ${down} back`);
  for (let dieAfter = 1; dieAfter <= Math.max(up, down); dieAfter += stride) {
    await obey({ ...lives, place, text: two, dieAfter });
    await takeOver(t, other, `after step ${dieAfter} of ${up}`);
    t.deepEqual(difference(await inventory(place), second), [], `after step ${dieAfter} of ${up}`);
    await obey({ ...lives, place: other, text: one, dieAfter });
    await takeOver(t, place, `after step ${dieAfter} of ${down} back`);
    t.deepEqual(difference(await inventory(place), first), [], `after step ${dieAfter} of ${down} back`);
  }
});

/** Says after each line that it is sent how many there have been. */
const counter =
  "require('node:net').createServer(s => { let n = 0; s.on('error', () => {}).on('data', () => s.write(`${++n}\\n`)) }).listen(9000)";
/** Passes lines on to where its first argument says, and lines from there back. */
const pipe =
  "const s = require('node:net').connect(9000, process.argv[1]); process.stdin.pipe(s).pipe(process.stdout)";

interface Line {
  /** Sends a line, and tells how many have arrived there. */
  ask(): Promise<number>;
}

const over = (input: Writable, output: Readable): Line => {
  const answers = createInterface({ input: output })[Symbol.asyncIterator]();
  return {
    ask: async () => {
      input.write("and?\n");
      return Number((await answers.next()).value);
    },
  };
};

test.serial("killed while it changes, and connections that are open go on", async (t) => {
  const port = await freePort();
  const served = (system: string, more: number): string => `
protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton a { provides p: P on tcp 9000 runs exec ["node", "-e", ${JSON.stringify(counter).replaceAll("$", "\\$")}] }
automaton b { requires p: P instances ${1 + more} }
automaton c { requires p: P runs exec ["sleep", "${1000 + more}"] }
system ${system} = [[b, c] => a, publish(a.p, ${port})]
`;
  const place = home(t, (system) => served(system, 0));
  const other: Home = { ...place, file: `${place.directory}/other.arch` };
  const [one, two] = [served(place.system, 0), served(place.system, 1)];
  writeFileSync(other.file, two);
  await stepsOf({ ...lives, place });
  const socket = connect(port, "127.0.0.1");
  t.teardown(() => socket.destroy());
  const { base } = await openWorld(place.system, "netns", place.stateRoot);
  const service = (await base.observe()).resources.get(serviceKey("a.p"));
  await base.close();
  if (service?.kind !== "service") throw new Error("there is no service");
  const words = ["netns", "exec", `${place.system}.b.0`, process.execPath, "-e", pipe, service.vip.v6];
  const guest = spawn("ip", words, { stdio: ["pipe", "pipe", "inherit"] });
  t.teardown(() => guest.kill());
  const lines = [over(socket, socket), over(guest.stdin, guest.stdout)];
  let asked = 0;
  const goOn = async (what: string): Promise<void> => {
    asked++;
    for (const line of lines) t.is(await line.ask(), asked, what);
  };
  await goOn("at first");
  const up = await stepsOf({ ...lives, place, text: two });
  const down = await stepsOf({ ...lives, place: other, text: one });
  await goOn("after undisturbed changes");
  for (let dieAfter = 1; dieAfter <= Math.max(up, down); dieAfter += stride) {
    const what = `after step ${dieAfter} of ${up}, and of ${down} back`;
    await obey({ ...lives, place, text: two, dieAfter });
    await goOn(what);
    await takeOver(t, other, what);
    await obey({ ...lives, place: other, text: one, dieAfter });
    await takeOver(t, place, what);
    await goOn(what);
  }
  t.log(`${up} steps there, ${down} back; ${asked} words over each connection`);
});

test.serial("killed while it removes", async (t) => {
  const port = await freePort();
  const place = home(t, (system) => text(system, port, 2, 1_000));
  await stepsOf({ ...lives, place });
  const undisturbed = await inventory(place);
  const steps = await stepsOf({ ...lives, place, down: true });
  t.log(`${steps} steps`);
  for (let dieAfter = 1; dieAfter <= steps; dieAfter += stride) {
    const what = `after step ${dieAfter} of ${steps}`;
    await stepsOf({ ...lives, place });
    await obey({ ...lives, place, down: true, dieAfter });
    if (dieAfter % 2 === 0) {
      await takeDown(t, place, what);
    } else {
      await takeOver(t, place, what);
      t.deepEqual(difference(await inventory(place), undisturbed), [], what);
    }
  }
});
