/** Names are looked up in /etc/hosts first, then at the name servers of /etc/resolv.conf. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { HostResolver } from "../../../runtime/resolver/resolver.ts";
import { NameServer } from "../../name-server.ts";
import { enterOwnNames } from "../../own-names.ts";
import { until } from "../../until.ts";
import { enterOwnHost } from "../netns/host/own-host.ts";
import { kernelTest } from "../netns/lab.ts";

enterOwnHost();
const names = enterOwnNames();
const test = kernelTest.serial;

test("an answer of a name server holds for as long as its shortest record", async (t) => {
  const server = new NameServer();
  await server.listen();
  t.teardown(() => server.close());
  server.records.set("both.example.com", {
    a: ["198.51.100.9", "198.51.100.7"],
    aaaa: ["2001:db8::7"],
    ttl: 30,
  });
  server.records.set("four.example.com", { a: ["198.51.100.7"], ttl: 0 });
  server.records.set("none.example.com", { ttl: 30 });
  server.broken.add("broken.example.com");
  const resolver = new HostResolver();
  t.deepEqual(await resolver.lookUp("both.example.com"), {
    v4: ["198.51.100.7", "198.51.100.9"],
    v6: ["2001:db8::7"],
    ttlMs: 30_000,
    problem: null,
  });
  t.deepEqual(await resolver.lookUp("four.example.com"), {
    v4: ["198.51.100.7"],
    v6: [],
    ttlMs: 0,
    problem: null,
  });
  t.is(
    (await resolver.lookUp("none.example.com")).problem,
    "the name has no address (queryA ENODATA none.example.com)",
  );
  t.deepEqual(await resolver.lookUp("gone.example.com"), {
    v4: null,
    v6: null,
    ttlMs: null,
    problem: "there is no such name (queryA ENOTFOUND gone.example.com)",
  });
  t.is(
    (await resolver.lookUp("broken.example.com")).problem,
    "the name server failed (queryA ESERVFAIL broken.example.com)",
  );
});

test("a name server that is not there is told, and one that comes back is asked again", async (t) => {
  const resolver = new HostResolver();
  t.is(
    (await resolver.lookUp("mx.example.com")).problem,
    "no name server can be reached (queryA ECONNREFUSED mx.example.com)",
  );
  const server = new NameServer();
  await server.listen();
  t.teardown(() => server.close());
  server.records.set("mx.example.com", { a: ["198.51.100.7"], ttl: 5 });
  t.deepEqual((await resolver.lookUp("mx.example.com")).v4, ["198.51.100.7"]);
});

test("what is in /etc/hosts is asked of nobody, and says nothing of how long it holds", async (t) => {
  const server = new NameServer();
  await server.listen();
  t.teardown(() => server.close());
  names.table("198.51.100.8 mx.example.com");
  t.teardown(() => names.table(""));
  const found = await new HostResolver().lookUp("mx.example.com");
  t.deepEqual(found, { v4: ["198.51.100.8"], v6: [], ttlMs: null, problem: null });
  t.deepEqual(server.asked, []);
});

test("closing gives up what is under way", async (t) => {
  const silent = new NameServer();
  await silent.listen();
  t.teardown(() => silent.close());
  const resolver = new HostResolver();
  const asked = resolver.lookUp("mx.example.com");
  resolver.close();
  t.is((await asked).problem, "it was given up (queryA ECANCELLED mx.example.com)");
});

test("no more names are asked for at a time than may be; the others wait, or are given up", async (t) => {
  const silent = createSocket("udp4");
  t.teardown(() => silent.close());
  const asked = new Set<string>();
  let isDrained = false;
  silent.on("message", (question) => {
    if (question.length === 1) isDrained = true;
    else asked.add(/host\d/.exec(question.toString("latin1"))![0]);
  });
  silent.bind(53, "127.0.0.1");
  await once(silent, "listening");
  const resolver = new HostResolver(2);
  const hosts = [1, 2, 3, 4, 5].map((one) => `host${one}.example.com`);
  const lookups = hosts.map((host) => resolver.lookUp(host));
  await until("two are asked for", () => asked.size >= 2);
  resolver.close();
  for (const { problem } of await Promise.all(lookups)) t.regex(problem!, /^it was given up/);
  silent.send("x", 53, "127.0.0.1");
  await until("all that was asked was heard", () => isDrained);
  t.deepEqual([...asked].sort(), ["host1", "host2"]);
});

test("whoever waited is asked for in the end", async (t) => {
  const server = new NameServer();
  await server.listen();
  t.teardown(() => server.close());
  const hosts = [1, 2, 3, 4, 5].map((one) => `host${one}.example.com`);
  for (const host of hosts) server.records.set(host, { a: ["198.51.100.7"], ttl: 5 });
  const resolver = new HostResolver(2);
  for (const { v4 } of await Promise.all(hosts.map((host) => resolver.lookUp(host))))
    t.deepEqual(v4, ["198.51.100.7"]);
});
