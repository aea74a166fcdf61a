/** Ready is who can be reached: programs that listen late, elsewhere, not any more, or by others. */

import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { writeListener } from "./listener.ts";
import { enter, home, isConverged, type Stage, until } from "./stage.ts";

const protocol = "protocol Any = mu t. &{ ask: ?Bytes . !Bytes . t, quit: end }\n";

const one = ({ live }: Stage) => live.status().automata[0]!.instances[0]!;

const becomes = (stage: Stage, state: string, reason: string | null): Promise<void> =>
  until(`it is ${state}: ${reason}`, () => one(stage).state === state && one(stage).reason === reason);

const endpoints = ({ program }: Stage): number =>
  [...program.resources()].reduce((sum, one) => sum + (one.kind === "service" ? one.endpoints.length : 0), 0);

test.serial("readiness follows where a program listens, and says what is missing", async (t) => {
  const text = (system: string): string => `${protocol}
automaton api {
  provides web: Any on tcp 9000
  provides more: Any on tcp 9001
  runs exec ["node", "listener.cjs", "places"]
}
system ${system} = api
`;
  const place = home(t, text);
  const { listen } = writeListener(place.directory);
  const stage = await enter(t, place, place.directory, { settle: false });
  const startedAt = Date.now();
  await becomes(stage, "starting", "nothing listens on 9000 and 9001 yet");
  listen(["tcp 127.0.0.1 9000", "tcp 0.0.0.0 9001"]);
  await becomes(stage, "starting", "listens on 127.0.0.1:9000 only");
  listen(["tcp ::1 9000", "tcp 127.0.0.1 9000", "tcp 0.0.0.0 9001"]);
  await becomes(stage, "starting", "listens on 127.0.0.1:9000 and [::1]:9000 only");
  listen(["tcp :: 3000", "tcp 0.0.0.0 9001"]);
  await becomes(stage, "starting", "listens on 3000 and 9001, not on 9000");
  // However long it takes.
  await sleep(Math.max(0, startedAt + 6_000 - Date.now()));
  t.is(one(stage).state, "starting");
  t.is(stage.live.status().state, "converging");
  t.is(endpoints(stage), 0);
  listen(["tcp 0.0.0.0 9000", "tcp 0.0.0.0 9001"]);
  await becomes(stage, "ready", null);
  await isConverged(t, stage);
  t.is(endpoints(stage), 2);

  listen(["tcp 0.0.0.0 9001"]);
  await becomes(stage, "unhealthy", "listens on 9001, not on 9000");
  await until("it is told", () => stage.live.status().state === "degraded");
  t.deepEqual(stage.live.status().problems, ["api.0 is unhealthy: listens on 9001, not on 9000"]);
  t.is(endpoints(stage), 0);
  listen([]);
  await becomes(stage, "unhealthy", "nothing listens on 9000 and 9001 any more");
  listen(["tcp :: 9000", "tcp :: 9001"]);
  await becomes(stage, "ready", null);
  await isConverged(t, stage);
  t.is(one(stage).restarts, 0, "it was not restarted for it");
});

test.serial("an instance's own address will do, of either family, and a bound udp socket", async (t) => {
  const text = (system: string): string => `${protocol}
automaton api {
  provides web: Any on tcp 9000
  provides tell: Any on udp 5300
  runs exec ["node", "listener.cjs", "places"]
}
system ${system} = api
`;
  const place = home(t, text);
  const { listen } = writeListener(place.directory);
  const stage = await enter(t, place, place.directory, { settle: false });
  await becomes(stage, "starting", "nothing listens on udp 5300 and tcp 9000 yet");
  const [v4, v6] = one(stage).addresses;
  listen([`tcp ${v4} 9000`, "udp 127.0.0.1 5300"]);
  await becomes(stage, "starting", "listens on udp 127.0.0.1:5300 only");
  listen([`tcp ${v6} 9000`, `udp ${v4} 5300`]);
  await becomes(stage, "ready", null);
  listen([`tcp ${v6} 9000`, "udp :: 5300"]);
  await isConverged(t, stage);
  listen([`tcp ${v6} 9000`]);
  await becomes(stage, "unhealthy", "nothing listens on udp 5300 any more");
});

test.serial("it does not matter which process listens", async (t) => {
  const text = (system: string): string => `${protocol}
automaton prefork {
  provides web: Any on tcp 9000
  runs exec ["node", "prefork.cjs"]
}
system ${system} = prefork
`;
  const place = home(t, text);
  writeFileSync(
    `${place.directory}/prefork.cjs`,
    `const cluster = require("node:cluster");
if (cluster.isPrimary) { cluster.fork(); cluster.fork(); }
else require("node:net").createServer((socket) => socket.end()).listen(9000);`,
  );
  const stage = await enter(t, place, place.directory);
  t.is(one(stage).state, "ready");
  await isConverged(t, stage);
});

test.serial("a probe that meets nobody says who listens instead", async (t) => {
  const text = (system: string): string => `${protocol}
automaton api {
  provides web: Any on tcp 9000
  runs exec ["node", "listener.cjs", "places"]
  health tcp every 100ms timeout 1s
}
system ${system} = api
`;
  const place = home(t, text);
  const { listen } = writeListener(place.directory);
  const stage = await enter(t, place, place.directory, { settle: false });
  await becomes(stage, "starting", "nothing listens on 9000 yet");
  listen(["tcp 127.0.0.1 9000"]);
  await becomes(stage, "starting", "listens on 127.0.0.1:9000 only");
  listen(["tcp 0.0.0.0 9000"]);
  await becomes(stage, "ready", null);
});

test.serial(
  "what listens nowhere is ready once it has run for a while, and not what ends before",
  async (t) => {
    const text = (system: string): string => `
automaton steady { runs exec ["sleep", "1000"] }
automaton brief { runs exec ["sh", "-c", "sleep 0.5; exit 3"] }
system ${system} = [steady, brief]
`;
    const place = home(t, text);
    const stage = await enter(t, place, place.directory);
    const [brief, steady] = stage.live.status().automata;
    t.is(steady!.instances[0]!.state, "ready");
    t.not(brief!.instances[0]!.state, "ready");
    t.regex(brief!.instances[0]!.reason!, /^exited with 3/);
    t.false(stage.events.some(({ event, automaton }) => event === "ready" && automaton === "brief"));
    t.is(stage.live.status().state, "degraded");
  },
);
