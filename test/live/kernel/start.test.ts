/** `start within D`: what does not get ready in time is told, and started anew. */
import { existsSync, writeFileSync } from "node:fs";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { enter, type Home, home, isConverged, until } from "./stage.ts";

/** The first time it waits for ever, then it listens. */
const hesitant = `
const { existsSync, writeFileSync } = require("node:fs");
if (existsSync(__dirname + "/tried")) require("node:http").createServer((q, a) => a.end()).listen(process.env.PORT);
else { writeFileSync(__dirname + "/tried", ""); setInterval(() => {}, 1000); }
`;

const text = ({ system, directory }: Home, clauses: string): string => `
protocol Web = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton slow {
  provides web: Web on tcp 8080
  runs exec ["node", "${directory}/hesitant.cjs"]
  start within 3s
  ${clauses}
}
system ${system} = slow
`;

test.serial("what is not ready in time has failed and is started anew", async (t) => {
  const place = home(t, () => "");
  writeFileSync(place.file, text(place, ""));
  writeFileSync(`${place.directory}/hesitant.cjs`, hesitant);
  const stage = await enter(t, place, undefined, { settle: false });
  await until("it has failed", () => stage.events.some(({ event }) => event === "restarted"), 60_000);
  t.true(existsSync(`${place.directory}/tried`));
  await until("it is ready", () => stage.live.status().automata[0]?.instances[0]?.state === "ready", 60_000);
  await isConverged(t, stage);
  t.is(stage.live.status().automata[0]!.instances[0]!.restarts, 1);
  const { text: told, causes } = stage.events.find(({ event }) => event === "unhealthy")!;
  t.is(told, "slow.0 is unhealthy");
  t.deepEqual(causes, ["slow.0: not ready within 3s: nothing listens on 8080 yet"]);
});

test.serial("`restart never` leaves it running, and the system says what is wrong", async (t) => {
  const place = home(t, () => "");
  writeFileSync(place.file, text(place, "restart never"));
  writeFileSync(`${place.directory}/hesitant.cjs`, hesitant);
  const stage = await enter(t, place);
  const status = stage.live.status();
  t.deepEqual(status.problems, ["slow.0 is unhealthy: not ready within 3s: nothing listens on 8080 yet"]);
  const [instance] = status.automata[0]!.instances;
  t.like(instance, { state: "unhealthy", restarts: 0 });
  t.truthy(instance!.pid);
});
