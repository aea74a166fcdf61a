/** A cluster of etcd under load: what it said that it keeps is there, whichever member ends, and however. */
import type { Agent } from "node:http";
import { installed } from "../live/kernel/servers.ts";
import { kernelTest as kernel } from "../runtime/netns/lab.ts";
import { asker, type Healed, heal, httpProbe, isHealedInTime } from "./healing.ts";
import { ask, good, Load } from "./load.ts";
import { Running } from "./running.ts";
import { timer } from "./timer.ts";

const clientPort = 2379;
const members = ["etcd.0", "etcd.1", "etcd.2"];

installed(kernel, ["etcd"]).serial("three members of etcd lose nothing that they acknowledged", async (t) => {
  const took = timer(t);
  const running = await Running.start(t, "etcd", [clientPort]);
  took("run");
  const say = async (path: string, said: object, agent?: Agent) =>
    JSON.parse(
      good(
        await ask(running.port(clientPort), {
          method: "POST",
          path: `/v3/kv/${path}`,
          body: JSON.stringify(said),
          ...(agent && { agent }),
        }),
      ),
    );
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const taken: string[] = [];
  let next = 0;
  const put = async (agent: Agent): Promise<void> => {
    const key = base64(`key ${String(next++).padStart(6, "0")}`);
    await say("put", { key, value: key }, agent);
    taken.push(key);
  };
  const load = new Load(["keeps", "renews", "opens"], put);
  t.teardown(() => load.stop());
  // Well is who can say what was written last: that takes a leader. Who was connected asks again.
  const probe = asker(t, running);
  const healed: Healed[] = [];
  for (const name of members)
    healed.push(await heal(running, name, () => probe(name, httpProbe(2379, "/health"))));
  isHealedInTime(t, healed);
  await load.calm();
  took(`kills (${load.failures().join("; ")})`);

  const pids = await running.pids();
  await running.killOrchestrator();
  await running.run();
  t.deepEqual(await running.pids(), pids);
  // A member that hears from no leader for a second, as others use the machine, says so.
  const unheard = load.failures().filter((failure) => !failure.includes("etcdserver: "));
  t.deepEqual(unheard, [], "while the orchestrator was away");
  took("takeover");

  await running.set("snapshot.count=500");
  await running.converged();
  await running.replaced(pids, members);
  await load.calm();
  took(`replaced one by one (${load.failures().join("; ")})`);
  await running.restart("etcd");
  await load.calm();
  took(`restarted (${load.failures().join("; ")})`);
  await load.stop();

  await running.stop();
  took("down");
  t.deepEqual(running.namespaces(), []);
  await running.run();
  t.is(await running.count("etcd"), 3);
  took("run again");
  const { kvs } = await say("range", { key: base64("key "), range_end: base64("key!") });
  const kept = new Set((kvs as readonly { readonly key: string }[]).map(({ key }) => key));
  t.true(taken.length > 60, `${taken.length} keys`);
  const lost = taken.filter((key) => !kept.has(key));
  t.is(lost.length, 0, `of ${taken.length} keys ${lost.slice(0, 5).join(", ")} are lost`);
});
