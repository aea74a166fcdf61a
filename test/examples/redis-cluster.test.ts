/** A Redis cluster under load: what a node took is there again, whichever node ends, and however. */
import type { Agent } from "node:http";
import { installed } from "../live/kernel/servers.ts";
import { kernelTest as kernel } from "../runtime/netns/lab.ts";
import { asker, type Healed, heal, httpProbe, isHealedInTime, type Probe, redisProbe } from "./healing.ts";
import { ask, good, Load } from "./load.ts";
import { Running } from "./running.ts";
import { timer } from "./timer.ts";

const port = 8080;

const probes: Readonly<Record<string, Probe>> = {
  "node.0": redisProbe,
  "node.1": redisProbe,
  "node.2": redisProbe,
  "kv.0": httpProbe(port, "/some-key"),
  "kv.1": httpProbe(port, "/some-key"),
};

installed(kernel, ["redis-server", "redis-cli"]).serial(
  "three nodes of a Redis cluster keep what they took",
  async (t) => {
    const took = timer(t);
    const running = await Running.start(t, "redis-cluster", [port]);
    took("run");
    const taken: string[] = [];
    let next = 0;
    const put = async (agent: Agent): Promise<void> => {
      const key = `key-${next++}`;
      good(await ask(running.port(port), { method: "PUT", path: `/${key}`, body: key, agent }));
      taken.push(key);
    };
    const load = new Load(["renews", "opens"], put);
    t.teardown(() => load.stop());

    const probe = asker(t, running);
    const healed: Healed[] = [];
    for (const [name, how] of Object.entries(probes))
      healed.push(await heal(running, name, () => probe(name, how)));
    isHealedInTime(t, healed);
    await load.calm();
    took(`kills (${load.failures().join("; ")})`);

    const pids = await running.pids();
    await running.killOrchestrator();
    await running.run();
    t.deepEqual(await running.pids(), pids);
    t.deepEqual(load.failures(), [], "while the orchestrator was away");
    took("takeover");

    running.edit((text) => text.replace("PATIENCE_MS = 5_000", "PATIENCE_MS = 6_000"));
    await running.replaced(pids, ["kv.0", "kv.1"]);
    t.deepEqual(load.failures(), [], "in a roll of those who ask");
    took("rolled");

    running.edit((text) => text.replace("cluster-node-timeout 2000", "cluster-node-timeout 3000"));
    await running.replaced(pids, ["node.0", "node.1", "node.2"]);
    await load.calm();
    took(`nodes replaced one by one (${load.failures().join("; ")})`);
    await load.stop();

    await running.stop();
    took("down");
    t.deepEqual(running.namespaces(), []);
    await running.run();
    took("run again");
    t.true(taken.length > 50, `${taken.length} keys`);
    const unread = [...taken];
    const lost: string[] = [];
    const read = async (): Promise<void> => {
      for (let key = unread.pop(); key !== undefined; key = unread.pop())
        if (good(await ask(running.port(port), { path: `/${key}` })) !== `${key}\n`) lost.push(key);
    };
    await Promise.all(Array.from({ length: 8 }, read));
    t.is(lost.length, 0, `of ${taken.length} keys ${lost.slice(0, 5).join(", ")} are lost`);
    took("all read");
  },
);
