/** n is an equation: load makes the storefront grow, calm makes it shrink, and nobody's request fails. */

import { setTimeout as sleep } from "node:timers/promises";
import { observedCell } from "../../../src/core/cell-key.ts";
import { freePort } from "../../fresh.ts";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { load } from "./load.ts";
import { enter, home, isConverged, shopText, until } from "./stage.ts";

test.serial(
  "load makes the storefront grow and shrink, and a client all along sees no failure",
  async (t) => {
    const port = await freePort();
    const place = home(t, (system) =>
      shopText(system, port).replace(
        "clamp(ceil(self.connections / 50), 1, 8)",
        "clamp(ceil(self.connectionRate / 20), 1, 3) settle 2s",
      ),
    );
    const stage = await enter(t, place);
    const count = (): number =>
      stage.live
        .status()
        .automata.find(({ name }) => name === "storefront")!
        .instances.filter(({ state }) => state === "ready").length;
    t.is(count(), 1);
    const url = `http://127.0.0.1:${port}/`;
    const client = load(url, 1, 100);
    const crowd = load(url, 6);
    await until("the storefront has grown", () => count() > 1, 30_000);
    // The newcomers have their share of it, too.
    await sleep(2_000);
    const grown = count();
    const loud = await crowd.stop();
    await until("the storefront has shrunk", () => count() === 1, 40_000);
    const quiet = await client.stop();
    t.deepEqual([...quiet.failures, ...loud.failures], []);
    t.log(`${loud.answered + quiet.answered} requests, at most ${grown} instances`);
    const scaled = stage.events
      .filter(({ event }) => event === "scaled")
      .map(({ text }) => text.split(":")[0]);
    t.true(scaled.length >= 2, scaled.join("; "));
    await isConverged(t, stage);
  },
);

test.serial("connections, traffic and cores are what they are", async (t) => {
  const port = await freePort();
  const place = home(
    t,
    (system) => `
protocol Web = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton web {
  provides web: Web on tcp 8080
  runs exec ["node", "-e", "require('node:net').createServer(s => s.on('error', () => {}).on('data', d => { const end = Date.now() + 300; while (Date.now() < end); s.write(d) })).listen(8080)"]
  instances clamp(self.connections + self.connectionRate * 0 + floor(self.bytesPerSecond / 1000000) + floor(self.cpu), 1, 1)
}
system ${system} = publish(web.web, ${port})
`,
  );
  const stage = await enter(t, place);
  const seen = (cell: string): number =>
    Number(stage.program.workspace.cells.get(observedCell("web", cell)) ?? 0);
  const { connect } = await import("node:net");
  const sockets = Array.from({ length: 3 }, () => connect({ host: "127.0.0.1", port }));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
  });
  const talk = setInterval(() => sockets[0]!.write(Buffer.alloc(20_000)), 100);
  t.teardown(() => clearInterval(talk));
  await until("connections are counted", () => seen("connections") === 3);
  await until("new ones are counted", () => seen("connectionRate") > 0);
  await until("traffic is counted", () => seen("bytesPerSecond") > 10_000);
  await until("work is counted", () => seen("cpu") > 0.2);
  t.true(seen("cpu") < 1.5, String(seen("cpu")));
  clearInterval(talk);
  for (const socket of sockets) socket.destroy();
  await until("none is left", () => seen("connections") === 0 && seen("connectionRate") === 0, 20_000);
});
