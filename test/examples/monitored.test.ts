/** nginx before Node, and Prometheus, under load: nobody is refused in a roll, and every instance is scraped. */
import type { Agent } from "node:http";
import { installed } from "../live/kernel/servers.ts";
import { kernelTest as kernel } from "../runtime/netns/lab.ts";
import { asker, firstProcess, type Healed, heal, httpProbe, isHealedInTime, type Probe } from "./healing.ts";
import { ask, good, Load } from "./load.ts";
import { found, Running } from "./running.ts";
import { timer } from "./timer.ts";

const [frontPort, prometheusPort] = [8080, 9090];

const probes: Readonly<Record<string, Probe>> = {
  "app.0": httpProbe(3000),
  "app.1": httpProbe(3000),
  "front.0": httpProbe(8080),
  "prometheus.0": httpProbe(9090, "/-/ready"),
};

installed(kernel, ["nginx", "prometheus"]).serial(
  "nobody is refused while a service is rolled and scaled, and each instance is scraped",
  async (t) => {
    const took = timer(t);
    const running = await Running.start(t, "monitored", [frontPort, prometheusPort]);
    took("run");
    const greet = async (agent?: Agent): Promise<string> =>
      good(await ask(running.port(frontPort), agent && { agent, again: true }));
    const load = new Load(["keeps", "renews", "opens"], greet);
    t.teardown(() => load.stop());

    const query = async (expression: string) => {
      const path = `/api/v1/query?query=${encodeURIComponent(expression)}`;
      const { status, text } = await ask(running.port(prometheusPort), { path });
      if (status !== 200) return [];
      const { data } = JSON.parse(text);
      return data.result as readonly {
        readonly metric: { readonly instance: string };
        readonly value: readonly [number, string];
      }[];
    };
    const scraped = async (): Promise<string> =>
      (await query('up{job="app"} == 1').catch(() => []))
        .map(({ metric }) => metric.instance.split(":")[0])
        .sort()
        .join(" ");
    const areScraped = (targets: string): Promise<boolean> =>
      found(`${targets} are scraped`, async () => ((await scraped()) === targets ? true : null));

    await areScraped("targets-0 targets-1");
    t.is(await running.count("app"), 2);
    t.deepEqual(load.failures(), [], "at first");
    took("scraped");

    const probe = asker(t, running);
    const healed: Healed[] = [];
    for (const [name, how] of Object.entries(probes))
      healed.push(await heal(running, name, () => probe(name, how)));
    // And the one with which all processes of an instance end.
    healed.push(
      await heal(running, "app.0", () => probe("app.0", httpProbe(3000)), { target: firstProcess }),
    );
    isHealedInTime(t, healed);
    await load.calm();
    took(`kills (${load.failures().join("; ")})`);

    const pids = await running.pids();
    await running.killOrchestrator();
    await running.run();
    t.deepEqual(await running.pids(), pids);
    t.deepEqual(load.failures(), [], "while the orchestrator was away");
    took("takeover");

    await running.set("apps=4");
    await areScraped("targets-0 targets-1 targets-2 targets-3");
    await running.converged();
    t.deepEqual(load.failures(), [], "to four instances");
    // All that serves is rolled, nginx too. Another orchestrator goes on with the roll in which this one dies.
    running.edit((text) => text.replace("worker_processes 2;", "worker_processes 1;"));
    await running.set("apps=1", "greeting=Good day");
    await found("instances leave", async () => {
      const status = await running.status();
      const app = status?.automata.find(({ name }) => name === "app");
      return app?.instances.some(({ state }) => state === "draining") ? true : null;
    });
    await running.killOrchestrator();
    await running.run();
    await areScraped("targets-0");
    await running.replaced(pids, ["app.0", "front.0"]);
    t.is(await running.count("front"), 1);
    t.is(await greet(), "Good day from 0\n");
    t.deepEqual(load.failures(), [], "in a roll to one instance");
    t.is((await running.pids()).get("prometheus.0"), pids.get("prometheus.0"));
    took("scaled up, and rolled");

    // nginx reads a new configuration without a restart.
    const { "front.0": front } = Object.fromEntries(await running.pids());
    await running.set("front=second");
    const { headers } = await found("the new configuration", async () => {
      const answer = await fetch(`http://127.0.0.1:${running.port(frontPort)}/`);
      await answer.text();
      return answer.headers.get("x-front") === "second" ? answer : null;
    });
    t.is(headers.get("x-front"), "second");
    await load.calm();
    t.deepEqual(load.failures(), [], "while nginx reads its configuration again");
    t.is((await running.pids()).get("front.0"), front);
    took("reloaded");
    await load.stop();

    const before = await query('sum_over_time(up{job="app"}[1h])');
    t.true(before.length >= 4);
    await running.stop();
    took("down");
    t.deepEqual(running.namespaces(), []);
    await running.run();
    const after = await query('sum_over_time(up{job="app"}[1h])');
    const instances = (list: typeof after) => list.map(({ metric }) => metric.instance).sort();
    t.deepEqual(instances(after), instances(before), "what was measured is kept");
    took("run again");
  },
);
