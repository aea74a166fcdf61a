/** Health: who does not answer gets no connections, is refused at once, and is restarted. */
import { rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { freePort } from "../../fresh.ts";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { enter, home, isConverged, pidsOf, until } from "./stage.ts";

const server = (directory: string): string => `
const { createServer } = require("node:http");
const { existsSync } = require("node:fs");
const sick = () => existsSync(${JSON.stringify(`${directory}/sick`)});
createServer((request, response) => {
  response.statusCode = sick() ? 500 : 200;
  response.end("here");
}).listen(Number(process.env.PORT));
`;

/** How a connection to a port of the host comes to its end: its error, or null where it was made; and after how long. */
const dial = (port: number): Promise<{ readonly code: string | null; readonly afterMs: number }> =>
  new Promise((resolve) => {
    const start = performance.now();
    const socket = connect({ host: "127.0.0.1", port });
    socket.setTimeout(3_000, () =>
      socket.destroy(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })),
    );
    const done = (code: string | null): void => resolve({ code, afterMs: performance.now() - start });
    socket.once("connect", () => {
      socket.destroy();
      done(null);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
  });

test.serial(
  "an instance that fails its probes is taken out, refused at once, restarted, and comes back",
  async (t) => {
    const port = await freePort();
    let directory = "";
    const text = (system: string): string => `
protocol Web = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton web {
  provides web: Web on tcp 8080
  runs exec ["node", "server.cjs"]
  health http "/" every 100ms timeout 1s
}
system ${system} = publish(web.web, ${port})
`;
    const place = home(t, text);
    directory = place.directory;
    writeFileSync(`${directory}/server.cjs`, server(directory));
    const stage = await enter(t, place, directory);
    t.is((await dial(port)).code, null);
    const [before] = [...pidsOf(stage).values()];

    writeFileSync(`${directory}/sick`, "");
    await until("it is found unhealthy", () => stage.events.some(({ event }) => event === "unhealthy"));
    await until("it is restarted", () => {
      const [pid] = [...pidsOf(stage).values()];
      return pid != null && pid !== before;
    });
    const refused = await dial(port);
    t.is(refused.code, "ECONNREFUSED");
    t.true(refused.afterMs < 500, `refused after ${refused.afterMs} ms`);
    t.is(stage.live.status().automata[0]?.instances[0]?.state, "starting");

    rmSync(`${directory}/sick`);
    await until("it is ready again", () => stage.live.status().automata[0]?.instances[0]?.state === "ready");
    await isConverged(t, stage);
    t.is((await dial(port)).code, null);
    t.true((stage.live.status().automata[0]?.instances[0]?.restarts ?? 0) > 0);
  },
);

const grpcServer = (directory: string): string => `
const { createServer } = require("node:http2");
const { existsSync } = require("node:fs");
const sick = () => existsSync(${JSON.stringify(`${directory}/sick`)});
createServer().on("stream", (stream) => {
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(Buffer.from([0, 0, 0, 0, 2, 8, sick() ? 2 : 1]));
  stream.on("error", () => {});
}).listen(Number(process.env.PORT));
`;

test.serial(
  "what its health service calls sick gets no connections until it has been well twice",
  async (t) => {
    const port = await freePort();
    const place = home(
      t,
      (system) => `
protocol Rpc = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton web {
  provides rpc: Rpc on tcp 9000
  runs exec ["node", "server.cjs"]
  health grpc every 50ms failures 2 successes 2
  restart never
}
system ${system} = publish(web.rpc, ${port})
`,
    );
    writeFileSync(`${place.directory}/server.cjs`, grpcServer(place.directory));
    const stage = await enter(t, place, place.directory);
    const instance = () => stage.live.status().automata[0]!.instances[0]!;
    t.is(instance().state, "ready");
    t.is((await dial(port)).code, null);
    const [pid] = [...pidsOf(stage).values()];

    writeFileSync(`${place.directory}/sick`, "");
    await until("it is unhealthy", () => instance().state === "unhealthy");
    t.is(instance().reason, "the health service says NOT_SERVING");
    const end = Date.now() + 60_000;
    while ((await dial(port)).code === null && Date.now() < end);
    t.is((await dial(port)).code, "ECONNREFUSED");

    rmSync(`${place.directory}/sick`);
    await until("it is ready again", () => instance().state === "ready");
    await isConverged(t, stage);
    t.is((await dial(port)).code, null);
    t.deepEqual([...pidsOf(stage).values()], [pid], "it was left running");
  },
);

test.serial("a new instance gets no connection before it is first ready", async (t) => {
  const port = await freePort();
  const text = (system: string): string => `
protocol Web = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton web {
  provides web: Web on tcp 8080
  runs exec ["node", "-e", "setTimeout(() => require('node:http').createServer((q, a) => a.end()).listen(8080), 700)"]
}
system ${system} = publish(web.web, ${port})
`;
  const stage = await enter(t, home(t, text), undefined, { settle: false });
  const early = await dial(port);
  t.is(early.code, "ECONNREFUSED");
  t.true(early.afterMs < 500);
  await stage.live.settled();
  t.is((await dial(port)).code, null);
});

test.serial("a command that does not exist is told as degraded, and recovers when it is there", async (t) => {
  const place = home(t, (system) => `automaton a { runs exec ["./tool"] }\nsystem ${system} = a\n`);
  const stage = await enter(t, place, place.directory, { failing: true });
  t.is(stage.live.status().state, "degraded");
  t.regex(stage.live.status().problems.join(), /tool/);
  const tries = stage.events.filter(({ event }) => event === "failed").length;
  t.true(tries < 20, `${tries} tries`);
  writeFileSync(`${place.directory}/tool`, "#!/bin/sh\nexec sleep 1000\n", { mode: 0o755 });
  await until("it runs", () => stage.live.status().state === "converged");
  t.true(stage.events.some(({ event }) => event === "recovered"));
});
