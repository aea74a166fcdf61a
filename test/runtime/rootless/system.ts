/** A command of a user without root: brings a small system up, looks at it, takes it down. */
import { implementation } from "../../../runtime/netns/open.ts";
import { SystemState } from "../../../runtime/process/state.ts";
import { enterRootless } from "../../../runtime/rootless/enter.ts";
import { operation, ordered } from "../../../src/core/operation.ts";
import { type Process, processKey, type Resource } from "../../../src/core/resource.ts";
import { resourcesOf } from "../model.ts";

const [what = "", system = "", port = "0"] = process.argv.slice(2);

const echo = `
  const net = require("node:net"), dgram = require("node:dgram");
  net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    socket.pipe(socket);
  }).listen(9000);
  const udp = dgram.createSocket("udp6", (message, from) => udp.send("udp " + message, from.port, from.address));
  udp.bind(9000);`;

const resources = (): readonly Resource[] => {
  const all = resourcesOf({
    system,
    automata: [
      {
        name: "web",
        count: 2,
        offers: [
          { port: "web", transport: "tcp", number: 9000 },
          { port: "echo", transport: "udp", number: 9000 },
        ],
      },
    ],
    publications: [
      { to: "web.web", hostPort: Number(port) },
      { to: "web.echo", hostPort: Number(port) },
    ],
  });
  const processes = all
    .filter((resource) => resource.kind === "instance")
    .map(
      ({ automaton, index, netns }): Process => ({
        kind: "process",
        key: processKey(automaton, index),
        automaton,
        index,
        netns,
        argv: ["node", "-e", echo],
        env: {},
        cwd: "/",
        spec: "echo",
        care: { restart: "always", probe: null },
      }),
    );
  return [...all, ...processes];
};

const entry = await enterRootless({ start: what === "up" });
if (entry._tag === "done") process.exit(entry.exit.code ?? 1);
if (entry._tag === "nothing") {
  console.log("nothing");
  process.exit();
}
const base = implementation.open(new SystemState(system));
if (what === "up") {
  const diff = new Map(resources().map((resource) => [resource.key, operation(null, resource)!] as const));
  console.log(JSON.stringify(await base.apply(ordered(diff.values()))));
}
if (what === "look") {
  const seen = await base.observe();
  const pids = [...seen.processes.values()].map(({ pid }) => pid);
  console.log(JSON.stringify({ keys: [...seen.resources.keys()], pids }));
}
if (what === "down") console.log(JSON.stringify(await base.destroy()));
await base.close();
process.exit();
