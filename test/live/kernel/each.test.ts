/** `requires PORT: each …`: the instances of a provider one by one, as they come and go; and nobody else's. */
import { readFileSync, writeFileSync } from "node:fs";
import type { ExecutionContext } from "ava";
import { freePort } from "../../fresh.ts";
import { kernelTest as kernel } from "../../runtime/netns/lab.ts";
import { Traffic } from "../../runtime/netns/traffic.ts";
import { installed } from "./servers.ts";
import { enter, type Home, home, isConverged, pidsOf, type Stage, save, until } from "./stage.ts";

const http = "protocol Http = mu t. &{ get: ?String . !Bytes . t, quit: end }";

/** Says which instance it is, at both ports. */
const server = `
const { createServer } = require("node:http");
const says = "up_of_instance{instance_index=\\"" + process.env.ARCHITECT_INSTANCE + "\\"} 1\\n";
for (const port of [process.env.PORT_WEB, process.env.PORT_OTHER])
  createServer((_, response) => response.end(says)).listen(port);
`;

/** Asks again and again whoever is in the list just then, and writes down who answered. */
const reader = `
const { readFileSync, writeFileSync, appendFileSync } = require("node:fs");
const said = process.argv[1];
const answered = new Set();
const ask = async (addr) => {
  try {
    const text = await (await fetch("http://" + addr, { signal: AbortSignal.timeout(20000) })).text();
    const index = /index="([0-9]+)"/.exec(text)[1];
    if (!addr.startsWith("shards-" + index + ":")) appendFileSync(said + ".wrong", addr + " is " + index + "\\n");
    answered.add(addr);
    return [index];
  } catch (error) {
    if (addr.startsWith("shards-0:") && answered.has(addr)) appendFileSync(said + ".wrong", addr + ": " + error.cause + "\\n");
    return [];
  }
};
(async () => {
  for (;;) {
    const addrs = readFileSync(process.env.SHARDS_FILE, "utf8").split("\\n").filter(Boolean);
    writeFileSync(said, (await Promise.all(addrs.map(ask))).flat().join(" "));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
})();
`;

const quoted = (script: string): string => JSON.stringify(script).replaceAll("$", "\\$");

const scaling = ({ system, directory }: Home, instances: number): string => `
${http}
automaton web {
  provides web: Http on tcp 7000
  provides other: Http on tcp 7001
  runs exec ["node", "-e", ${quoted(server)}]
  instances ${instances}
}
automaton reader {
  requires shards: each Http
  runs exec ["node", "-e", ${quoted(reader)}, "${directory}/said"]
}
automaton stranger { requires web?: Http runs exec ["sleep", "1000"] }
system ${system} = [reader.shards => web.web, stranger]
`;

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

const instancesOf = ({ live }: Stage, automaton: string) =>
  live.status().automata.find(({ name }) => name === automaton)!.instances;

/** Who gets an answer of an instance: of the reader at its port alone. */
const isAllowed = async (t: ExecutionContext, stage: Stage, packets: Traffic): Promise<void> => {
  const asks = instancesOf(stage, "web").flatMap(({ addresses, index }) =>
    addresses.flatMap((address) =>
      [
        ["reader.0", 7000, true],
        ["reader.0", 7001, false],
        ["stranger.0", 7000, false],
        [`web.${(index + 1) % 2}`, 7000, false],
      ].map(async ([who, port, isWired]) => {
        const limit = { timeoutMs: isWired === true ? 30_000 : 400 };
        const answer = await packets.ask(`${stage.system}.${who}`, "tcp", address, Number(port), limit);
        const isRefused = ["ETIMEDOUT", "ECONNREFUSED"].includes(answer);
        t.is(isRefused, isWired !== true, `${who} asks ${address}:${port}: ${answer}`);
      }),
    ),
  );
  t.true(asks.length >= 8);
  await Promise.all(asks);
};

kernel.serial(
  "a reader follows a provider that scales without a restart, and nobody else gets there",
  async (t) => {
    const place = home(t, () => "");
    writeFileSync(place.file, scaling(place, 2));
    const packets = new Traffic();
    t.teardown(() => packets.close());
    const stage = await enter(t, place);
    await isConverged(t, stage);
    const said = `${place.directory}/said`;
    const pid = pidsOf(stage).get("reader.0");
    await until("both answer", () => read(said) === "0 1");
    await isAllowed(t, stage, packets);
    const gone = instancesOf(stage, "web")[1]!.addresses[0]!;
    for (const [count, answers] of [
      [4, "0 1 2 3"],
      [1, "0"],
      [3, "0 1 2"],
    ] as const) {
      await save(stage, scaling(place, count));
      await isConverged(t, stage);
      await until(`${count} answer`, () => read(said) === answers);
      t.is(pidsOf(stage).get("reader.0"), pid, `the reader runs on where there are ${count}`);
      if (count === 1) {
        const answer = await packets.ask(`${place.system}.reader.0`, "tcp", gone, 7000, { timeoutMs: 400 });
        t.true(["ETIMEDOUT", "ECONNREFUSED"].includes(answer), answer);
      } else await isAllowed(t, stage, packets);
    }
    t.is(read(`${said}.wrong`), "");
    // What starts now has all of them in its environment, too.
    process.kill(pid!, "SIGKILL");
    await until("another reader runs", () => ![null, undefined, pid].includes(pidsOf(stage).get("reader.0")));
    await isConverged(t, stage);
    const environment = read(`/proc/${pidsOf(stage).get("reader.0")}/environ`).split("\0");
    t.true(environment.includes("SHARDS_ADDRS=shards-0:7000,shards-1:7000,shards-2:7000"));
    t.true(environment.includes("SHARDS_COUNT=3"));
  },
);

const scraped = ({ system, directory }: Home, port: number, instances: number): string => `
${http}
automaton web {
  provides web: Http on tcp 7000
  provides other: Http on tcp 7001
  runs exec ["node", "-e", ${quoted(server)}]
  instances ${instances}
}
automaton prometheus {
  provides web: Http on tcp 9090
  requires targets: each Http
  runs exec ["prometheus", "--config.file=${directory}/prometheus.yml", "--storage.tsdb.path=/tmp/data"]
}
system ${system} = [prometheus.targets => web.web, publish(prometheus.web, ${port})]
`;

installed(kernel, ["prometheus"]).serial(
  "Prometheus scrapes every instance from the list of them",
  async (t) => {
    const place = home(t, () => "");
    const port = await freePort();
    writeFileSync(
      `${place.directory}/prometheus.yml`,
      `scrape_configs:
  - job_name: web
    scrape_interval: 500ms
    scrape_timeout: 500ms
    file_sd_configs:
      - files: [/run/members/targets.json]
`,
    );
    writeFileSync(place.file, scraped(place, port, 2));
    const stage = await enter(t, place);
    const up = async (): Promise<string> => {
      const query = `http://127.0.0.1:${port}/api/v1/query?query=up==1`;
      const { data } = JSON.parse(await (await fetch(query)).text());
      const found: readonly { readonly metric: { readonly instance: string } }[] = data.result;
      return found
        .map(({ metric }) => metric.instance)
        .sort()
        .join(" ");
    };
    let seen = "";
    const ask = setInterval(() => {
      up().then(
        (text) => {
          seen = text;
        },
        () => {},
      );
    }, 200);
    t.teardown(() => clearInterval(ask));
    await until("both are up", () => seen === "targets-0:7000 targets-1:7000");
    const pid = pidsOf(stage).get("prometheus.0");
    await save(stage, scraped(place, port, 3));
    await until("the third is up", () => seen === "targets-0:7000 targets-1:7000 targets-2:7000");
    await isConverged(t, stage);
    t.is(pidsOf(stage).get("prometheus.0"), pid);
  },
);
