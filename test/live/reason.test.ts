import test from "ava";
import { missingWords } from "../../runtime/netns/monitor/missing.ts";
import type { Listener, Port } from "../../runtime/observe/listener.ts";
import { notReadyLine, processReason } from "../../src/live/status/reason.ts";

const own = { v4: "10.1.2.3", v6: "fc12::3" };
const tcp = (number: number): Port => ({ transport: "tcp", number });
const udp = (number: number): Port => ({ transport: "udp", number });
const at = (address: string, port: Port, isLoopback = false): Listener => ({ ...port, address, isLoopback });
const words = (missing: readonly Port[], listeners: readonly Listener[], wasReady = false): string | null =>
  missingWords({ missing, listeners }, own, wasReady);

test("where nothing is missing there is nothing to say", (t) => {
  t.is(words([], []), null);
});

test("what listens nowhere", (t) => {
  t.is(words([tcp(9000)], []), "nothing listens on 9000 yet");
  t.is(words([tcp(9001), tcp(9000)], []), "nothing listens on 9000 and 9001 yet");
  t.is(words([udp(53)], []), "nothing listens on udp 53 yet");
  t.is(words([tcp(9000)], [], true), "nothing listens on 9000 any more");
});

test("what listens where no peer reaches it", (t) => {
  t.is(words([tcp(9000)], [at("127.0.0.1", tcp(9000))]), "listens on 127.0.0.1:9000 only");
  t.is(words([tcp(9000)], [at("::1", tcp(9000))]), "listens on [::1]:9000 only");
  t.is(
    words([tcp(9000)], [at("127.0.0.1", tcp(9000)), at("::1", tcp(9000))]),
    "listens on 127.0.0.1:9000 and [::1]:9000 only",
  );
  t.is(words([tcp(9000)], [at("192.0.2.1", tcp(9000))]), "listens on 192.0.2.1:9000 only");
  t.is(
    words([tcp(9000)], [at("0.0.0.0", tcp(9000), true)]),
    "listens on 0.0.0.0:9000 of the loopback device only",
  );
  t.is(words([udp(53)], [at("127.0.0.1", udp(53))]), "listens on udp 127.0.0.1:53 only");
});

test("what listens elsewhere, each place once", (t) => {
  t.is(words([tcp(9000)], [at("0.0.0.0", tcp(3000))]), "listens on 3000, not on 9000");
  t.is(
    words([tcp(9000)], [at("::", tcp(3000)), at("0.0.0.0", tcp(3000)), at("10.1.2.3", tcp(3000))]),
    "listens on 3000, not on 9000",
  );
  t.is(words([tcp(9000)], [at("127.0.0.1", tcp(3000))]), "listens on 127.0.0.1:3000, not on 9000");
  t.is(
    words(
      [tcp(9000)],
      [1, 5, 2, 4, 3].map((port) => at("::", tcp(port))),
    ),
    "listens on 1, 2, 3 and 2 more, not on 9000",
  );
  t.is(words([udp(53), tcp(80)], [at("::", udp(54))]), "listens on udp 54, not on udp 53 and tcp 80");
});

test("a port that the system chose for a client says nothing", (t) => {
  t.is(words([udp(53)], [at("0.0.0.0", udp(41_234))]), "nothing listens on udp 53 yet");
});

test("several things at once", (t) => {
  t.is(
    words([tcp(9000), tcp(9001)], [at("127.0.0.1", tcp(9000)), at("::", tcp(3000))]),
    "listens on 127.0.0.1:9000 only; listens on 3000, not on 9001",
  );
});

test("why a process is not ready", (t) => {
  const backoff = { quickEnds: 0, restarts: 0 };
  t.is(processReason({ phase: "ready", problem: null, backoff }), null);
  t.is(processReason({ phase: "starting", problem: null, backoff }), "it has just been started");
  t.is(processReason({ phase: "stopped", problem: "exited with 0", backoff }), "exited with 0");
  t.is(
    processReason({ phase: "backoff", problem: "exited with 1", backoff: { quickEnds: 3, restarts: 9 } }),
    "exited with 1, 3 times in a row",
  );
});

test("one line tells who, how and why", (t) => {
  const api = { automaton: "api", index: 1 };
  t.is(
    notReadyLine(api, "waiting", "nothing listens on 9000 yet"),
    "api.1 is starting: nothing listens on 9000 yet",
  );
  t.is(notReadyLine(api, "stopped", null), "api.1 is stopped");
});

test("what listens by the one family that no client asks by", (t) => {
  const [byFour, bySix] = [
    { ...tcp(9000), families: ["ipv4"] as const },
    { ...tcp(9000), families: ["ipv6"] as const },
  ];
  const six = { ...at("::", tcp(9000)), only6: true };
  t.is(words([byFour], [six]), "listens on [::]:9000 only for IPv6, and its clients ask by IPv4");
  t.is(
    words([byFour], [at("fc12::3", tcp(9000)), at("127.0.0.1", tcp(9000))]),
    "listens on [fc12::3]:9000 only for IPv6, and its clients ask by IPv4",
  );
  t.is(
    words([bySix], [at("0.0.0.0", tcp(9000))]),
    "listens on 0.0.0.0:9000 only for IPv4, and its clients ask by IPv6",
  );
  t.is(words([bySix], []), "nothing listens on 9000 yet");
  t.is(words([bySix], [at("::1", tcp(9000))]), "listens on [::1]:9000 only");
});
