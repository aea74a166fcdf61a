/** Updates of the shop under load: nobody who asks notices. */
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../fresh.ts";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { load } from "./load.ts";
import { enter, home, isConverged, pidsOf, save, shopText, until } from "./stage.ts";

test.serial("a roll of every automaton of the shop loses no request", async (t) => {
  const port = await freePort();
  const place = home(t, (system) => shopText(system, port));
  const stage = await enter(t, place);
  const text = shopText(place.system, port);
  const before = pidsOf(stage);
  const users = load(`http://127.0.0.1:${port}/`, 3);

  await save(stage, text.replace("hello from", "good day from"));
  await stage.live.settled();
  await save(
    stage,
    text
      .replace("hello from", "good day from")
      .replace('"shop/service.js", label]', '"shop/service.js", label, "anew"]')
      .replace('"shop/store.js"]', '"shop/store.js", "anew"]'),
  );
  await stage.live.settled();

  const { answered, failures, slowest } = await users.stop();
  t.deepEqual(failures, []);
  t.log(`${answered} requests, the slowest took ${Math.round(slowest)} ms`);
  t.true(answered > 20, `${answered} requests`);
  const after = pidsOf(stage);
  t.deepEqual([...after.keys()].sort(), [...before.keys()].sort());
  for (const [name, pid] of after) t.not(pid, before.get(name), name);
  await isConverged(t, stage);
});

/** Answers after a while, with the mark that it was started with. */
const slow =
  "require('node:http').createServer((q, a) => setTimeout(() => a.end(process.argv[1]), q.url === '/slow' ? 1500 : 0)).listen(8080)";

const asked = (port: number, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const request = get({ port, path, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("end", () => resolve(body));
    });
    request.once("error", reject);
  });

test.serial(
  "a request that lasts is answered by whom it began with, though that is replaced or removed",
  async (t) => {
    const port = await freePort();
    const text = (system: string, mark: string, instances: number): string => `
protocol Web = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton web {
  provides web: Web on tcp 8080
  runs exec ["node", "-e", ${JSON.stringify(slow)}, "${mark}"]
  instances ${instances}
}
system ${system} = publish(web.web, ${port})
`;
    const stage = await enter(
      t,
      home(t, (system) => text(system, "one", 3)),
    );
    const slowly = (): Promise<readonly string[]> =>
      Promise.all(Array.from({ length: 9 }, () => asked(port, "/slow")));
    const removed = slowly();
    await sleep(200);
    await save(stage, text(stage.system, "one", 1));
    t.deepEqual(await removed, Array(9).fill("one"), "by three, of whom two leave");
    await isConverged(t, stage);

    const replaced = slowly();
    await sleep(200);
    await save(stage, text(stage.system, "two", 1));
    t.deepEqual(await replaced, Array(9).fill("one"));
    await isConverged(t, stage);
    t.is(await asked(port, "/"), "two");
  },
);

/** Programs that never serve, each in its own way. */
const bad: Readonly<Record<string, string>> = {
  "listens elsewhere": "require('node:http').createServer((q, a) => a.end()).listen(3000)",
  "listens where nobody reaches it":
    "require('node:http').createServer((q, a) => a.end()).listen(8080, '127.0.0.1')",
  "does not listen": "setInterval(() => {}, 1000)",
  "ends at once": "process.exit(3)",
  "listens, and ends soon":
    "require('node:http').createServer((q, a) => a.end()).listen(8080, () => setTimeout(() => process.exit(4), 300))",
};

test.serial(
  "a roll to what never serves keeps those that do, says why, and the next text ends it",
  async (t) => {
    const port = await freePort();
    const text = (system: string, program: string): string => `
protocol Web = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton web {
  provides web: Web on tcp 8080
  runs exec ["node", "-e", ${JSON.stringify(program)}]
  instances 2
}
system ${system} = publish(web.web, ${port})
`;
    const good = slow.replace("process.argv[1]", "'good'");
    const stage = await enter(
      t,
      home(t, (system) => text(system, good)),
    );
    const instances = () => stage.live.status().automata[0]!.instances;
    const before = [...pidsOf(stage).values()];
    const users = load(`http://127.0.0.1:${port}/`, 3);
    try {
      for (const [how, program] of Object.entries(bad)) {
        await save(stage, text(stage.system, program));
        const isTold = () => instances().some(({ state, reason }) => state !== "ready" && reason !== null);
        await until(`it is told: ${how}`, isTold);
        // As long as it takes to be sure that nothing follows from it.
        await sleep(4_000);
        const kept = instances().filter(({ pid }) => before.includes(pid));
        t.deepEqual(
          kept.map(({ state }) => state),
          ["ready", "ready"],
          how,
        );
        t.true(isTold(), how);
        t.not(stage.live.status().state, "converged", how);
        await save(stage, text(stage.system, good));
        await isConverged(t, stage);
        t.deepEqual([...pidsOf(stage).values()], before, how);
      }
    } finally {
      const { answered, failures } = await users.stop();
      t.log(`${answered} requests`);
      t.deepEqual(failures, []);
    }
  },
);
