import test from "ava";
import { changes } from "../../../src/cli/render/changes.ts";
import { lineOf } from "../../../src/cli/render/operation.ts";
import { operationJson, renderPlan } from "../../../src/cli/render/plan.ts";
import { theme } from "../../../src/cli/render/theme.ts";
import { type Operation, operation } from "../../../src/core/operation.ts";
import {
  hostsKey,
  hubKey,
  type Instance,
  instanceKey,
  type Process,
  processKey,
  publicationKey,
  type SecretPieces,
  type Service,
  serviceKey,
  wireKey,
} from "../../../src/core/resource.ts";
import type { Reason } from "../../../src/program/reasons.ts";

const address = { v4: "10.1.2.3", v6: "fc00::1" };
const instance = (automaton: string, index: number): Instance => ({
  kind: "instance",
  key: instanceKey(automaton, index),
  automaton,
  index,
  netns: `s.${automaton}.${index}`,
  link: "v1",
  address,
  origin: 1,
});
const process_ = (automaton: string, index: number, greeting: string): Process => ({
  kind: "process",
  key: processKey(automaton, index),
  automaton,
  index,
  netns: "",
  argv: ["node", "my server.js"],
  env: { GREETING: greeting },
  cwd: "/",
  spec: greeting,
  care: { restart: "always", probe: null },
});
const service = (automaton: string, count: number): Service => ({
  kind: "service",
  key: serviceKey(`${automaton}.api`),
  automaton,
  id: `${automaton}.api`,
  transport: "tcp",
  number: 9000,
  vip: { v4: null, v6: "fd00::1" },
  endpoints: Array.from({ length: count }, (_, index) => ({
    instance: instanceKey(automaton, index),
    address,
    number: 9000,
  })),
});

const some: readonly Operation[] = [
  operation(null, { kind: "hub", key: hubKey, automaton: null, system: "s", netns: "s.hub" }),
  ...[0, 1, 2, 3, 4].map((index) => operation(null, instance("cart", index))),
  ...[0, 1, 2, 3, 4].map((index) => operation(null, process_("cart", index, "a"))),
  operation(null, {
    kind: "hosts",
    key: hostsKey("cart"),
    automaton: "cart",
    entries: [{ name: "kv", addresses: [address.v4] }],
  }),
  operation(null, {
    kind: "wire",
    key: wireKey("cart", "kv"),
    automaton: "cart",
    requirement: "kv",
    origin: 1,
    service: "store.kv",
    vip: address,
    transport: "tcp",
    number: 6379,
    oneWay: false,
  }),
  operation(process_("shop", 0, "old"), process_("shop", 0, "new")),
  operation(service("shop", 1), service("shop", 3)),
  operation(
    {
      kind: "publication",
      key: publicationKey("tcp", 80),
      automaton: "shop",
      hostPort: 80,
      transport: "tcp",
      service: "shop.api",
      vip: address,
      number: 9000,
    },
    null,
  ),
  operation(instance("old", 0), null),
].map((each) => each!);

test("a plan reads like a diff, grouped by automaton", (t) => {
  t.is(
    renderPlan({ system: "s", operations: some }, null, theme(false)),
    `s: 13 to create, 2 to update, 2 to delete

+ hub  s.hub

+ cart is new
    + instances 0 to 4
    + processes 0 to 4  node "my server.js"
    + names             kv
    + wire kv           => store.kv

- old is no longer in the system
    - instance 0  10.1.2.3 fc00::1

~ shop starts its processes anew
    ~ process 0    env GREETING old → new
    ~ service api  endpoints + shop.1, shop.2
    - host tcp 80  to shop.api
`,
  );
});

test("lines are cut to the terminal", (t) => {
  const text = renderPlan({ system: "s", operations: some }, 44, theme(false));
  t.true(text.split("\n").every((line) => [...line].length <= 44));
  t.true(text.includes("endpoints + shop.1, shop…\n"), text);
});

test("no operations are no changes", (t) => {
  t.is(renderPlan({ system: "s", operations: [] }, null, theme(false)), "s: no changes\n");
  t.is(
    renderPlan({ system: "s", operations: [], waiting: ["a"] }, null, theme(false)),
    "s: no changes now\n\n~ a runs so from its next time on\n",
  );
});

test("an update that the world shows only the hash of says what that hash covers", (t) => {
  const { argv: _, env: __, cwd: ___, ...seen } = process_("a", 0, "old");
  const change = operation(seen as unknown as Process, process_("a", 0, "new"))!;
  const text = renderPlan({ system: "s", operations: [change] }, null, theme(false));
  t.true(text.includes("~ process 0  it runs something else: its command, variables, files, "), text);
});

test("changes are told by field, lists by what comes and goes", (t) => {
  t.deepEqual(changes({ a: { b: 1 }, c: 2 }, { a: { b: 2 }, c: 2 }), ["a.b 1 → 2"]);
  t.deepEqual(changes({ e: { A: "x" } }, { e: {} }), ["e.A x → nothing"]);
  t.deepEqual(changes({ l: [1, 2] }, { l: [2, 3] }), ["l + 3 - 1"]);
  t.deepEqual(changes({ l: [{ name: "a", x: 1 }] }, { l: [{ name: "a", x: 2 }] }), ["l ~ a"]);
  t.deepEqual(changes({ l: [] }, { l: [1, 2, 3, 4, 5] }), ["l + 1, 2, 3 and 2 more"]);
  t.deepEqual(changes({ a: 1 }, { a: 1 }), []);
});

test("of secrets only their names are told", (t) => {
  const piece = (secret: string, version: string) => ({ secret, version });
  const [db, changed, key] = [piece("db", "fedc01"), piece("db", "fedc02"), piece("key", "fedc03")];
  const told = (before: unknown, after: unknown) =>
    changes({ secrets: { env: { U: before } } }, { secrets: { env: { U: after } } });
  t.deepEqual(told(undefined, [db]), ["secrets.env.U nothing → ‹secret db›"]);
  t.deepEqual(told(["a@", db], ["b@", db]), ["secrets.env.U a@‹secret db› → b@‹secret db›"]);
  t.deepEqual(told([db], [key]), ["secrets.env.U ‹secret db› → ‹secret key›"]);
  t.deepEqual(told(["a@", db, key, db], ["a@", changed, key, changed]), ["the value of secret db"]);
  const at = (pieces: Process["secrets"]): Process => ({ ...process_("a", 0, "x"), secrets: pieces! });
  const both = (one: typeof db) => at({ env: { U: [one] }, files: { u: [one] } });
  const text = renderPlan(
    { system: "s", operations: [operation(both(db), both(changed))!] },
    null,
    theme(false),
  );
  t.true(text.includes("~ process 0  the value of secret db\n"), text);
});

test("the JSON form", (t) => {
  t.deepEqual(operationJson(some[1]!) as unknown, {
    op: "create",
    kind: "instance",
    id: "instance/cart/0",
    automaton: "cart",
  });
});

test("what happens to an automaton is said in a few words", (t) => {
  const said = (...operations: readonly (Operation | null)[]): string => {
    const text = renderPlan({ system: "s", operations: operations.map((each) => each!) }, null, theme(false));
    return text.split("\n")[2]!;
  };
  t.is(said(operation(null, instance("a", 1)), operation(null, instance("a", 2))), "~ a scales 1 → 3");
  t.is(said(operation(instance("a", 2), null), operation(instance("a", 1), null)), "~ a scales 3 → 1");
  t.is(
    said(operation(process_("a", 0, "x"), process_("a", 0, "y")), operation(null, instance("a", 1))),
    "~ a scales 1 → 2, starts its processes anew",
  );
  t.is(said(operation(service("a", 1), service("a", 2))), "~ a offers its services differently");
});

const lines = (before: Partial<Process>, after: Partial<Process>): readonly string[] => {
  const [old, now] = [
    { ...process_("a", 0, "x"), spec: "1", ...before },
    { ...process_("a", 0, "x"), spec: "2", ...after },
  ];
  const { detail, more } = lineOf(operation(old, now)!);
  return [detail, ...more];
};

test("what changes of a process is told by its clause, path and variable", (t) => {
  t.deepEqual(lines({}, { argv: ["node", "other.js"] }), ['argument 1 of node "my server.js" → other.js']);
  t.deepEqual(lines({}, { argv: ["deno"] }), ['command node "my server.js" → deno']);
  t.deepEqual(lines({ env: { A: "1", B: "2" } }, { env: { B: "3", C: "x y" } }), [
    "- env A 1",
    "env B 2 → 3",
    '+ env C "x y"',
  ]);
  const file = (text: string, more: object = {}) => ({ path: "/etc/a", text, mode: "0644", ...more });
  t.deepEqual(lines({ files: [file("a\nb\n")] }, { files: [file("a\nc\n", { mode: "0600" })] }), [
    "file /etc/a line 2 b → c",
    "file /etc/a mode 0644 → 0600",
  ]);
  t.deepEqual(lines({ files: [file("a\nb\n")] }, { files: [file("x\ny\nz\n")] }), [
    "file /etc/a + 3 lines - 2 lines",
  ]);
  t.deepEqual(lines({}, { files: [file("")] }), ["+ file /etc/a"]);
  t.deepEqual(lines({ user: "nobody" }, { cwd: "/srv" }), ["directory / → /srv", "- user nobody"]);
  t.deepEqual(lines({ state: [{ name: "data", path: "/a" }] }, { state: [{ name: "data", path: "/b" }] }), [
    "state data at /a → /b",
  ]);
  t.deepEqual(
    lines(
      { care: { restart: "always", probe: null, stop: { signal: "SIGINT", graceMs: 3000 } } },
      { care: { restart: "never", probe: null, startMs: 90_000, after: ["db"] } },
    ),
    ["+ after db", "+ restart never", "+ start within 90s", "- stop SIGINT within 3s"],
  );
});

test("of secrets names are told, and nothing of their values", (t) => {
  const [old, now] = [
    { secret: "db", version: "digest1" },
    { secret: "db", version: "digest2" },
  ];
  const uses = (pieces: SecretPieces) => ({ env: { URL: pieces }, files: { token: pieces } });
  t.deepEqual(lines({ secrets: uses(["a@", old]) }, { secrets: uses(["a@", now]) }), [
    "the value of secret db",
  ]);
  t.deepEqual(lines({}, { secrets: uses([now]) }), ["+ secret /run/secrets/token"]);
  t.deepEqual(lines({ secrets: uses([old]) }, { secrets: uses(["x", old]) }), [
    'secret /run/secrets/token "‹secret db›" → "x‹secret db›"',
  ]);
});

test("what changes of the host name and of scratch directories is told", (t) => {
  t.deepEqual(lines({}, { hostname: "a-0" }), ["+ hostname a-0"]);
  t.deepEqual(lines({ hostname: "a-0" }, { hostname: "b-0" }), ["hostname a-0 → b-0"]);
  const work = { path: "/work", size: 1 << 26 };
  t.deepEqual(lines({}, { scratch: [work] }), ["+ scratch /work size 64MiB"]);
  t.deepEqual(lines({ scratch: [work] }, { scratch: [{ path: "/work" }] }), [
    "scratch /work size 64MiB → scratch /work",
  ]);
  t.deepEqual(lines({ scratch: [work] }, { scratch: [{ ...work, size: 1 << 30 }] }), [
    "scratch /work size 64MiB → scratch /work size 1GiB",
  ]);
  t.deepEqual(lines({ scratch: [{ path: "/old" }] }, { scratch: [work] }), [
    "- scratch /old",
    "+ scratch /work size 64MiB",
  ]);
});

test("what changes of grants, of what is shared, and of what is read-only is told", (t) => {
  t.deepEqual(lines({}, { grants: ["net_admin"] }), ["+ grants net_admin"]);
  t.deepEqual(lines({ grants: ["net_admin"] }, { grants: ["kill", "net_admin"] }), [
    "grants net_admin → kill, net_admin",
  ]);
  t.deepEqual(lines({ readOnly: true }, {}), ["- read-only"]);
  t.deepEqual(lines({}, { readOnly: true }), ["+ read-only"]);
  const shares = [{ source: "/srv/a", path: "/mnt/a" }];
  t.deepEqual(lines({ shares }, { shares: [{ source: "/dev/kvm", path: "/dev/kvm" }] }), [
    "- shares /srv/a at /mnt/a",
    "+ shares /dev/kvm",
  ]);
});

test("what only changes how it is looked after starts nothing anew", (t) => {
  const before = { ...process_("a", 0, "x"), care: { restart: "always" as const, probe: null } };
  const after = { ...before, care: { restart: "never" as const, probe: null } };
  const text = renderPlan({ system: "s", operations: [operation(before, after)!] }, 60, theme(false));
  t.true(
    text.includes("~ a looks after its processes differently\n    ~ process 0  + restart never\n"),
    text,
  );
});

test("a new process is told with what it is given", (t) => {
  const given: Process = {
    ...process_("a", 0, "x"),
    user: "nobody",
    hostname: "a-0",
    state: [{ name: "data", path: "/var/lib/a" }],
    scratch: [{ path: "/work", size: 1 << 26 }, { path: "/run/a" }],
    files: [{ path: "/etc/a", text: "", mode: "0644" }],
    secrets: { env: { PASSWORD: [{ secret: "p", version: "d" }] }, files: {} },
    grants: ["net_admin"],
    readOnly: true,
    shares: [{ source: "/srv/a", path: "/srv/a" }],
    care: { restart: "on-failure", probe: null, after: ["db"] },
  };
  const { detail, more } = lineOf(operation(null, given)!);
  t.is(detail, 'node "my server.js"');
  t.deepEqual(more, [
    "user nobody; hostname a-0; state data at /var/lib/a; scratch /work size 64MiB; scratch /run/a; files /etc/a; secrets in PASSWORD; grants net_admin; read-only; shares /srv/a; restart on-failure; after db",
  ]);
  const listens = { ...service("a", 1), number: 80 };
  t.is(lineOf(operation(null, listens)!).detail, "tcp 80 from 9000 at fd00::1");
});

test("what runs elsewhere and is new is told as new, also where its name was looked up; another port of it is a change", (t) => {
  const mx = service("mx", 0);
  const egress = { ...operation(null, mx)!, because: [] as readonly Reason[] };
  const because = (...reasons: readonly Reason[]) => ({ ...egress, because: reasons });
  const headOf = (...operations: Parameters<typeof renderPlan>[0]["operations"][number][]): string =>
    renderPlan({ system: "s", operations }, null, theme(false))
      .split("\n")
      .filter((line) => /^. mx|because/.test(line))
      .join("|");
  const hub = operation(null, { kind: "hub", key: hubKey, automaton: null, system: "s", netns: "s.hub" })!;
  t.is(headOf(hub, egress), "+ mx is new");
  t.is(headOf(because({ what: "mx", change: "new" })), "+ mx is new");
  const lookup: Reason = {
    what: "addresses of mx.example.com",
    change: "set",
    before: null,
    after: ["192.0.2.7"],
  };
  t.is(headOf(because(lookup)), "+ mx is new");
  t.is(headOf(because({ what: "mx", change: "edited" })), "~ mx|    because mx was edited");
});
