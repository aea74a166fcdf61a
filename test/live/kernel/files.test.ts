/** The files of a system that are taken away, while it runs and afterwards. */
import { existsSync, rmSync } from "node:fs";
import { isLeft, isRight } from "fp-ts/lib/Either.js";
import { ControlClient } from "../../../src/live/control/client.ts";
import { openLive } from "../../../src/live/live.ts";
import { lockSystem } from "../../../src/live/lock.ts";
import { openWorld } from "../../../src/live/worlds.ts";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { inventory } from "./inventory.ts";
import { enter, freePort, type Home, home, isConverged, pidsOf, programOf, save, until } from "./stage.ts";

const text = (system: string, port: number, count: number): string => `
protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton a { provides p: P on tcp 9000 instances ${count} }
automaton b { requires p: P runs exec ["sleep", "630"] instances ${count} }
automaton deaf { runs exec ["sh", "-c", "setsid sleep 631 & exec sleep 632"] }
system ${system} = [b => a, deaf, publish(a.p, ${port})]
`;

const nothing = { resources: [], namespaces: {}, processes: [], host: { tables: [], links: 0 } };

test.serial("a system is removed completely when its file and its state are gone", async (t) => {
  const port = await freePort();
  const place = home(t, (system) => text(system, port, 2));
  const stage = await enter(t, place);
  await isConverged(t, stage);
  await stage.live.stop();
  rmSync(place.stateRoot, { recursive: true });
  rmSync(place.file);
  const { base } = openWorld(place.system, "netns", place.stateRoot);
  t.deepEqual(await base.destroy(), []);
  await base.close();
  t.deepEqual(await inventory(place), nothing);
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
  const second = secondOf(place);
  t.regex(isLeft(second) ? second.left.message : "", /another orchestrator .* keeps/);
  const client = await ControlClient.open(`${place.stateRoot}/${place.system}`);
  for (const one of [early, client]) t.true(isRight(await one!.ask("status", {})));
  await isConverged(t, stage);
  t.deepEqual(pidsOf(stage), before);
  await save(stage, text(place.system, port, 2));
  await isConverged(t, stage);
  t.true(isRight(await client!.ask("down", {})));
  await stage.live.closed;
  t.deepEqual(await inventory(place), nothing);
});

test.serial("one who takes the system over meanwhile is let have it", async (t) => {
  const port = await freePort();
  const place = home(t, (system) => text(system, port, 1));
  const stage = await enter(t, place);
  rmSync(place.stateRoot, { recursive: true });
  // As `down` does where nobody answers.
  const lock = lockSystem(place.stateRoot, place.system);
  t.true(isRight(lock));
  const { base } = openWorld(place.system, "netns", place.stateRoot);
  t.deepEqual(await base.destroy(), []);
  await stage.live.lost;
  t.true(stage.events.some(({ event }) => event === "lost"));
  t.deepEqual(await base.destroy(), []);
  await base.close();
  if (isRight(lock)) lock.right.release();
  t.deepEqual(await inventory(place), nothing);
});
