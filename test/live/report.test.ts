/** What the world alone shows of a system: nobody supervises it. */
import test from "ava";
import type { MonitorTarget } from "../../src/core/monitor.ts";
import { type Instance, instanceKey, processKey, type Service, serviceKey } from "../../src/core/resource.ts";
import { reportOf } from "../../src/live/status/report.ts";

const instance: Instance = {
  kind: "instance",
  key: instanceKey("a", 0),
  automaton: "a",
  index: 0,
  netns: "s.a.0",
  link: "a0",
  address: { v4: "10.0.0.1", v6: "fc00::1" },
  origin: 7,
};
const service: Service = {
  kind: "service",
  key: serviceKey("a.web"),
  automaton: "a",
  id: "a.web",
  transport: "tcp",
  number: 80,
  vip: { v4: "10.1.0.1", v6: "fd00::1" },
  endpoints: [{ instance: instance.key, address: instance.address, number: 8080 }],
};

test("a program is looked for where it listens, which may be another port than clients ask", (t) => {
  const asked: MonitorTarget["ports"][] = [];
  const status = reportOf(
    "s",
    "netns",
    {
      resources: new Map([instance, service].map((one) => [one.key, one])),
      processes: new Map([[processKey("a", 0), { pid: 7, startTime: 1, spec: "x" }]]),
      ended: new Map(),
    },
    (_, ports) => {
      asked.push(ports);
      return null;
    },
  );
  t.deepEqual(asked, [[{ transport: "tcp", number: 8080 }]]);
  t.is(status.state, "converged");
  t.is(status.automata[0]?.services[0]?.number, 80, "clients ask there");
});

test("an external automaton whose name was not resolved is one by what the last orchestrator noted", (t) => {
  const mail: Service = {
    ...service,
    key: serviceKey("smtp.mail"),
    automaton: "smtp",
    id: "smtp.mail",
    endpoints: [],
  };
  const idle: Service = { ...service, key: serviceKey("b.web"), automaton: "b", id: "b.web", endpoints: [] };
  const reason = "mx.example.com cannot be resolved: there is no such name";
  const { automata, problems } = reportOf(
    "s",
    "netns",
    {
      resources: new Map([mail, idle].map((one) => [one.key, one])),
      processes: new Map(),
      ended: new Map(),
    },
    () => null,
    { unstarted: { "smtp.mail": reason } },
  );
  t.deepEqual(
    automata.map(({ name, external }) => [name, external]),
    [
      ["b", undefined],
      ["smtp", true],
    ],
  );
  t.deepEqual(problems, [`smtp.mail is not ready: ${reason}`]);
});

test("what has no process any more while the system is being removed was ended by that", (t) => {
  const observed = {
    resources: new Map([[instance.key, instance]]),
    processes: new Map(),
    ended: new Map(),
  };
  const shown = (isRemoved: boolean) => {
    const { state, reason } = reportOf("s", "netns", observed, () => null, { isRemoved }).automata[0]!
      .instances[0]!;
    return [state, reason];
  };
  t.deepEqual(shown(false), ["ready", null], "a bare instance");
  t.deepEqual(shown(true), ["stopped", "ended by `architect down`"]);
});
