/** The files of a system that are taken away, while it runs and afterwards. */
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isLeft, isRight } from "fp-ts/lib/Either.js";
import { ControlClient } from "../../../src/live/control/client.ts";
import { lockSystem } from "../../../src/live/ledger/lock.ts";
import { openLive } from "../../../src/live/system/open.ts";
import { openWorld } from "../../../src/live/system/world.ts";
import { freePort } from "../../fresh.ts";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { emptyInventory, inventory } from "./inventory.ts";
import { enter, type Home, home, isConverged, pidsOf, programOf, save, until } from "./stage.ts";

const text = (system: string, port: number, count: number): string => `
protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton a { provides p: P on tcp 9000 instances ${count} }
automaton b { requires p: P runs exec ["sleep", "630"] instances ${count} }
automaton bare { instances input("n", 0) }
automaton deaf { runs exec ["sh", "-c", "setsid sleep 631 & exec sleep 632"] }
system ${system} = [b => a, deaf, bare, publish(a.p, ${port})]
`;

test.serial("a system is removed completely when its file and its state are gone", async (t) => {
  const port = await freePort();
  const place = home(t, (system) => text(system, port, 2));
  const stage = await enter(t, place);
  await isConverged(t, stage);
  await stage.live.stop();
  rmSync(place.stateRoot, { recursive: true });
  rmSync(place.file);
  const { base } = await openWorld(place.system, "netns", place.stateRoot);
  t.deepEqual(await base.destroy(), []);
  await base.close();
  t.deepEqual(await inventory(place), emptyInventory);
  t.false(existsSync(place.stateRoot));
});

const secondOf = (place: Home) =>
  openLive({ program: programOf(place), base: "netns", stateRoot: place.stateRoot });

test.serial("an orchestrator whose files are taken away makes them anew, and keeps the system", async (t) => {
  const port = await freePort();
  const place = home(t, (system) => text(system, port, 1));
  const stage = await enter(t, place);
  const before = pidsOf(stage);
  const early = await ControlClient.open(`${place.stateRoot}/${place.system}`);
  rmSync(place.stateRoot, { recursive: true });
  await until("the socket is there again", () => existsSync(`${place.stateRoot}/${place.system}/control`));
  const second = await secondOf(place);
  t.regex(isLeft(second) ? second.left.message : "", /another orchestrator .* keeps/);
  const client = await ControlClient.open(`${place.stateRoot}/${place.system}`);
  for (const one of [early, client]) t.true(isRight(await one!.ask("status", {})));
  await isConverged(t, stage);
  t.deepEqual(pidsOf(stage), before);
  await save(stage, text(place.system, port, 2));
  await isConverged(t, stage);
  t.true(isRight(await client!.ask("down", {})));
  await stage.live.closed;
  t.deepEqual(await inventory(place), emptyInventory);
});

/** What of a running system is taken away, and by which words it is told. */
const harms: readonly (readonly [what: string, harm: (place: Home) => void, told: RegExp])[] = [
  [
    "the socket",
    ({ stateRoot, system }) => rmSync(`${stateRoot}/${system}/control`),
    /^the control socket of /,
  ],
  [
    "another socket in its place",
    ({ stateRoot, system }) => {
      rmSync(`${stateRoot}/${system}/control`);
      writeFileSync(`${stateRoot}/${system}/control`, "");
    },
    /^the control socket of /,
  ],
  [
    "the directory of the system",
    ({ stateRoot, system }) => rmSync(`${stateRoot}/${system}`, { recursive: true }),
    /^the control socket of /,
  ],
  ["the lock", ({ stateRoot, system }) => rmSync(`${stateRoot}/.${system}.lock`), /^the files of /],
  [
    "the host tables",
    ({ stateRoot, system }) => rmSync(`${stateRoot}/${system}/hosts`, { recursive: true }),
    /^a host table of /,
  ],
  [
    "one host table",
    ({ stateRoot, system }) => rmSync(`${stateRoot}/${system}/hosts/b`),
    /^a host table of /,
  ],
  ["what is above", ({ directory }) => rmSync(`${directory}/above`, { recursive: true }), /^the files of /],
];

test.serial("whatever of its files is taken away is made anew, and commands work after it", async (t) => {
  const port = await freePort();
  const below = home(t, (system) => text(system, port, 1));
  const place: Home = { ...below, stateRoot: `${below.directory}/above/and/state` };
  const stage = await enter(t, place);
  const before = pidsOf(stage);
  await until("the host tables were looked through", () =>
    existsSync(`${place.stateRoot}/${place.system}/hosts/b`),
  );
  const socket = `${place.stateRoot}/${place.system}/control`;
  for (const [at, [what, harm, told]] of harms.entries()) {
    // The host tables are known once they were looked through.
    await sleep(1_100);
    stage.events.length = 0;
    harm(place);
    const isTold = (): boolean =>
      stage.events.some(({ event, text }) => event === "drift" && told.test(text));
    await until(`${what} is told`, isTold);
    await until(`${what} is there again`, () => existsSync(socket) && statSync(socket).isSocket());
    await isConverged(t, stage);
    t.is(statSync(socket).mode & 0o777, 0o600, what);
    t.is(statSync(`${place.stateRoot}/${place.system}`).mode & 0o777, 0o700, what);
    const client = await ControlClient.open(`${place.stateRoot}/${place.system}`);
    const heard: string[] = [];
    t.true(isRight(await client!.listen(({ event }) => heard.push(event))), what);
    t.true(isRight(await client!.ask("status", {})), what);
    t.true(isRight(await client!.ask("set", { name: "n", text: String(at + 1) })), what);
    await until("the event is heard", () => heard.includes("set"));
    client!.close();
    const running = pidsOf(stage);
    for (const [name, pid] of before) t.is(running.get(name), pid, `${what}: ${name}`);
    t.regex(readFileSync(`${place.stateRoot}/${place.system}/hosts/b`, "utf8"), / p *$/m, what);
  }
  await stage.live.remove();
  await stage.live.closed;
  t.deepEqual(await inventory(place), emptyInventory);
  t.false(existsSync(place.stateRoot));
});

test.serial("what somebody else puts in the place of a file is told of, and not followed", async (t) => {
  const port = await freePort();
  const place = home(t, (system) => text(system, port, 1));
  const stage = await enter(t, place);
  const socket = `${place.stateRoot}/${place.system}/control`;
  const told = (words: RegExp) => (): boolean =>
    stage.events.some(({ event, text }) => event === "failed" && words.test(text));

  // A directory in the place of the socket, and another user's file.
  for (const put of [
    () => mkdirSync(socket),
    () => {
      writeFileSync(socket, "");
      chownSync(socket, 65534, 65534);
    },
  ]) {
    stage.events.length = 0;
    rmSync(socket);
    put();
    await until("it is told", told(/cannot listen at .*\/control: something else is there/));
    await sleep(1_500);
    t.is(stage.events.filter(({ event }) => event === "failed").length, 1, "once");
    rmSync(socket, { recursive: true });
    await until("the socket is there again", () => existsSync(socket) && statSync(socket).isSocket());
  }

  // Another user's directory in the place of all of them.
  stage.events.length = 0;
  renameSync(place.stateRoot, `${place.stateRoot}.away`);
  mkdirSync(place.stateRoot, { mode: 0o777 });
  chownSync(place.stateRoot, 65534, 65534);
  await until("it is told", told(/cannot use .*state: it must be a directory of this user alone/));
  t.deepEqual(readdirSync(place.stateRoot), [], "nothing is made in it");
  mkdirSync(`${place.stateRoot}/${place.system}`);
  chownSync(`${place.stateRoot}/${place.system}`, 65534, 65534);
  await t.throwsAsync(ControlClient.open(`${place.stateRoot}/${place.system}`), {
    message: /is not a directory of this user alone/,
  });
  await until("it goes on", () => stage.live.status().state === "converged");
  rmSync(place.stateRoot, { recursive: true });
  await until("the socket is there again", () => existsSync(socket) && statSync(socket).isSocket());
  rmSync(`${place.stateRoot}.away`, { recursive: true });
  await isConverged(t, stage);
});

test.serial("one who takes the system over meanwhile is let have it", async (t) => {
  const port = await freePort();
  const place = home(t, (system) => text(system, port, 1));
  const stage = await enter(t, place);
  rmSync(place.stateRoot, { recursive: true });
  // As `down` does where nobody answers.
  const lock = lockSystem(place.stateRoot, place.system);
  t.true(isRight(lock));
  const { base } = await openWorld(place.system, "netns", place.stateRoot);
  t.deepEqual(await base.destroy(), []);
  await stage.live.lost;
  t.true(stage.events.some(({ event }) => event === "lost"));
  t.deepEqual(await base.destroy(), []);
  await base.close();
  if (isRight(lock)) lock.right.release();
  t.deepEqual(await inventory(place), emptyInventory);
});
