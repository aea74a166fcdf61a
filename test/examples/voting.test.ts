/** The voting app with Redis and Postgres, under load: a vote that was taken is kept, whatever becomes of whom. */
import { randomUUID } from "node:crypto";
import type { Agent } from "node:http";
import { installed } from "../live/kernel/servers.ts";
import { kernelTest as kernel } from "../runtime/netns/lab.ts";
import {
  asker,
  type Healed,
  heal,
  httpProbe,
  isHealedInTime,
  type Probe,
  postgresProbe,
  redisProbe,
} from "./healing.ts";
import { ask, good, Load } from "./load.ts";
import { found, Running } from "./running.ts";
import { timer } from "./timer.ts";

const servers = ["redis-server", "psql", "pg_isready"];
const [votePort, resultPort] = [8080, 8081];

const probes: Readonly<Record<string, Probe>> = {
  "vote.0": httpProbe(8080),
  "vote.1": httpProbe(8080),
  "result.0": httpProbe(8080),
  "result.1": httpProbe(8080),
  "redis.0": redisProbe,
  "db.0": postgresProbe,
};

installed(kernel, servers).serial("a vote that was taken is counted, and nobody is refused", async (t) => {
  const took = timer(t);
  const running = await Running.start(t, "voting", [votePort, resultPort]);
  took("run");
  const taken: string[] = [];
  const vote = async (agent?: Agent): Promise<void> => {
    const voter = randomUUID();
    const asked = { method: "POST", body: `voter=${voter}&choice=cats`, ...(agent && { agent }) };
    good(await ask(running.port(votePort), asked));
    taken.push(voter);
  };
  const look = async (agent?: Agent): Promise<string> =>
    good(await ask(running.port(resultPort), agent && { agent }));
  const loads = [new Load(["keeps", "idles", "renews", "opens"], vote), new Load(["renews", "opens"], look)];
  const stop = () => Promise.all(loads.map((load) => load.stop()));
  t.teardown(stop);
  const failures = () => loads.flatMap((load) => load.failures());
  const counted = async (): Promise<number> => Number(/^cats: (\d+)/m.exec(await look())?.[1] ?? 0);

  // Each process killed once. Who was connected to it asks again.
  const probe = asker(t, running);
  const healed: Healed[] = [];
  for (const [name, how] of Object.entries(probes))
    healed.push(await heal(running, name, () => probe(name, how)));
  let before: number | null = null;
  const isCounted = async (): Promise<boolean> => {
    const now = await counted();
    before ??= now;
    return now > before;
  };
  healed.push(await heal(running, "worker.0", isCounted, { hasPorts: false }));
  isHealedInTime(t, healed);
  await Promise.all(loads.map((load) => load.calm()));
  took(`kills (${failures().join("; ")})`);

  // The orchestrator is killed: nobody notices, and the next one takes over what runs.
  const pids = await running.pids();
  await running.killOrchestrator();
  await running.run();
  t.deepEqual(await running.pids(), pids);
  took("takeover");

  t.deepEqual(failures(), [], "while the orchestrator was away");
  await running.set("vote.instances=3");
  t.is(await running.count("vote"), 3);
  t.deepEqual(failures(), [], "to three instances");
  await running.set("question=Tea?", "title=So far", "vote.instances=1");
  t.is(await running.count("vote"), 1);
  t.is(good(await ask(running.port(votePort))), "Tea?\n");
  t.regex(await look(), /^So far\ncats: /);
  t.deepEqual(failures(), [], "in a roll to one instance");
  took("scaled up, and rolled");

  await running.restart("redis");
  await running.restart("db");
  await running.converged();
  took(`servers restarted (${failures().join("; ")})`);
  await stop();

  await running.stop();
  took("down");
  t.deepEqual(running.namespaces(), []);
  await running.run();
  await found("all are counted", async () => ((await counted()) >= taken.length ? true : null));
  took("run again");
  const select = ["psql", "-h", "127.0.0.1", "-At", "-c", "select voter from votes"];
  const { out, code, err } = await running.command("exec", "db", "--system", running.system, "--", ...select);
  t.is(code, 0, err);
  const kept = new Set(out.split("\n"));
  t.true(taken.length > 100, `${taken.length} votes`);
  const lost = taken.filter((voter) => !kept.has(voter));
  t.is(lost.length, 0, `of ${taken.length} votes ${lost.slice(0, 5).join(", ")} are lost`);
  took("end");
});
