/** What is wanted and what exists, compared: by hand, one rule a test. */
import test from "ava";
import { type Operation, operation } from "../../src/core/operation.ts";
import { hubKey, type Resource, type ResourceKey } from "../../src/core/resource.ts";
import {
  begin,
  emptyReconciliation,
  endsProcess,
  finish,
  observed,
  observing,
  plan,
  preview,
  type Reconciliation,
  ready,
  saw,
  spoil,
  unobserved,
  want,
} from "../../src/reconcile.ts";
import { byKey } from "../runtime/model.ts";
import { hosts, hub, instance, process, service, whole, wire } from "./system.ts";

const all = (): boolean => true;
const told = (operations: Iterable<Operation>): readonly string[] =>
  [...operations].map(({ op, key }) => `${op} ${key}`);
const now = (sides: Reconciliation, may: (change: Operation) => boolean = all): readonly string[] =>
  told(ready(sides, may));
const seen = (resources: readonly Resource[]) => ({
  resources: byKey(resources),
  processes: new Map(),
  ended: new Map(),
});
const wanted = (sides: Reconciliation, resources: readonly Resource[]): void => {
  const keys = new Map(resources.map((one) => [one.key, one] as const));
  const gone = [...sides.desired.values()].filter(({ key }) => !keys.has(key));
  want(sides, [
    ...gone.map((one) => operation(one, null)!),
    ...resources.flatMap((one) => operation(sides.desired.get(one.key) ?? null, one) ?? []),
  ]);
};

/** Wanted, and so. */
const settled = (resources: readonly Resource[] = whole): Reconciliation => {
  const sides = emptyReconciliation();
  observed(sides, seen(resources));
  wanted(sides, resources);
  return sides;
};
const none: ReadonlySet<ResourceKey> = new Set();
const web = process("web", 0);

test("a plan creates, updates and deletes in the order that the world needs", (t) => {
  t.deepEqual(told(plan(whole, new Map())), [
    ...["create hub", "create instance/web/0", "create instance/api/0", "create service/api.p"],
    ...["create wire/web.api", "create hosts/web", "create process/web/0", "create process/api/0"],
  ]);
  t.deepEqual(told(plan(whole, byKey(whole))), []);
  t.deepEqual(told(plan([], byKey(whole))), [
    ...["delete wire/web.api", "delete service/api.p", "delete process/web/0", "delete process/api/0"],
    ...["delete hosts/web", "delete instance/web/0", "delete instance/api/0", "delete hub"],
  ]);
  const changed = whole.map((one) => (one.key === service.key ? { ...service, number: 1 } : one));
  t.deepEqual(told(plan(changed, byKey(whole))), ["update service/api.p"]);
});

test("a plan compares what the world shows: of a process its spec alone", (t) => {
  const shown = byKey([{ ...web, argv: [], env: {}, cwd: "", care: { restart: "never", probe: null } }]);
  t.deepEqual(told(plan([web], shown)), []);
  t.deepEqual(told(plan([process("web", 0, "two")], shown)), ["update process/web/0"]);
});

test("what ends a process: to delete it or to replace it, and nothing else", (t) => {
  t.true(endsProcess(operation(web, null)!));
  t.true(endsProcess(operation(web, process("web", 0, "two"))!));
  t.false(endsProcess(operation(null, web)!));
  t.false(endsProcess(operation(instance("web", 0), null)!));
});

test("from nothing to all at once: one list brings what the next needs", (t) => {
  const sides = emptyReconciliation();
  wanted(sides, whole);
  t.deepEqual(now(sides), told(plan(whole, new Map())));
  begin(sides, ready(sides, all));
  t.deepEqual(now(sides), []);
  finish(sides, [...sides.diff.values()], none);
  t.deepEqual(told(sides.diff.values()), []);
  t.deepEqual([...sides.actual.keys()].sort(), whole.map(({ key }) => key).sort());
});

test("what needs something that may not be done yet waits for it", (t) => {
  const rows: readonly (readonly [Resource, readonly string[]])[] = [
    [hub, []],
    [instance("web", 0), ["instance/web/0", "process/web/0"]],
    [hosts, ["hosts/web", "process/web/0"]],
    [service, ["service/api.p"]],
    [wire, ["wire/web.api"]],
    [web, ["process/web/0"]],
  ];
  for (const [forbidden, left] of rows) {
    const sides = emptyReconciliation();
    wanted(sides, whole);
    const begun = now(sides, ({ key }) => key !== forbidden.key);
    const rest = whole.map(({ key }) => `create ${key}`).filter((one) => !begun.includes(one));
    // A table of names needs no hub.
    const expected = forbidden === hub ? whole.filter((one) => one !== hosts).map(({ key }) => key) : left;
    t.deepEqual(rest.sort(), expected.map((key) => `create ${key}`).sort(), forbidden.key);
  }
});

test("what needs something that is under way waits until it has ended", (t) => {
  const sides = emptyReconciliation();
  wanted(sides, whole);
  const first = ready(sides, ({ key }) => key === hubKey);
  begin(sides, first);
  t.deepEqual(now(sides), ["create hosts/web"]);
  finish(sides, first, none);
  t.is(now(sides).length, whole.length - 1);
  const second = ready(sides, ({ key }) => key === instance("web", 0).key);
  begin(sides, second);
  t.false(now(sides).includes("create process/web/0"));
  t.true(
    now(sides).includes("create process/api/0") === false || now(sides).includes("create instance/api/0"),
  );
  finish(sides, second, none);
  t.true(now(sides).includes("create process/web/0"));
});

test("a process is replaced when its names are as they should be, not beside them", (t) => {
  const sides = settled();
  const other = { ...hosts, entries: [] };
  wanted(
    sides,
    whole.map((one) => (one === hosts ? other : one.key === web.key ? process("web", 0, "two") : one)),
  );
  t.deepEqual(now(sides), ["update hosts/web"]);
  const names = ready(sides, all);
  begin(sides, names);
  t.deepEqual(now(sides), [], "while the names are written");
  finish(sides, names, none);
  t.deepEqual(now(sides), ["update process/web/0"]);
});

test("a namespace is removed when what runs in it has ended, not beside it", (t) => {
  const sides = settled();
  wanted(
    sides,
    whole.filter(({ key }) => key !== web.key && key !== instance("web", 0).key),
  );
  t.deepEqual(now(sides), ["delete process/web/0"]);
  const ending = ready(sides, all);
  begin(sides, ending);
  t.deepEqual(now(sides), []);
  finish(sides, ending, none);
  t.deepEqual(now(sides), ["delete instance/web/0"]);
});

test("a namespace whose process goes on is not waited for by others", (t) => {
  const sides = settled();
  wanted(
    sides,
    whole.filter(({ key }) => !key.startsWith("process/api") && key !== instance("api", 0).key),
  );
  begin(sides, ready(sides, all));
  wanted(sides, [...sides.desired.values(), instance("web", 1), process("web", 1)]);
  t.deepEqual(now(sides), ["create instance/web/1", "create process/web/1"]);
});

test("the hub goes last, when nothing else differs and nothing is under way", (t) => {
  const sides = settled([hub, instance("web", 0)]);
  wanted(sides, []);
  t.deepEqual(now(sides), ["delete instance/web/0"]);
  const last = ready(sides, all);
  begin(sides, last);
  t.deepEqual(now(sides), []);
  finish(sides, last, none);
  t.deepEqual(now(sides), ["delete hub"]);
  t.deepEqual(
    now(sides, () => false),
    [],
  );
});

test("the hub is not removed while anything is under way, though nothing else differs", (t) => {
  const sides = settled([hub]);
  const making = [operation(null, instance("web", 0))!];
  begin(sides, making);
  wanted(sides, []);
  t.deepEqual(now(sides), []);
  finish(sides, making, new Set([instance("web", 0).key]));
  t.deepEqual(now(sides), ["delete hub"]);
});

test("what is under way is not taken for gone because it is not seen", (t) => {
  const sides = settled();
  const changed = { ...service, number: 1 };
  wanted(
    sides,
    whole.map((one) => (one === service ? changed : one)),
  );
  const change = ready(sides, all);
  begin(sides, change);
  observing(sides);
  observed(sides, seen(whole.filter((one) => one !== service)));
  t.true(sides.actual.has(service.key));
  finish(sides, change, new Set([service.key]));
  t.deepEqual(now(sides), ["update service/api.p"], "it failed, and is as it was");
});

test("while something is under way, it is not begun again, whatever is wanted", (t) => {
  const sides = settled();
  wanted(
    sides,
    whole.map((one) => (one.key === web.key ? process("web", 0, "two") : one)),
  );
  const replacing = ready(sides, all);
  begin(sides, replacing);
  wanted(
    sides,
    whole.map((one) => (one.key === web.key ? process("web", 0, "three") : one)),
  );
  t.deepEqual(now(sides), []);
  finish(sides, replacing, none);
  t.deepEqual(now(sides), ["update process/web/0"]);
  const change = sides.diff.get(web.key);
  t.is(change?.before?.kind === "process" && change.before.spec, "two");
});

test("what failed left everything as it was", (t) => {
  const sides = emptyReconciliation();
  wanted(sides, [hub, instance("web", 0)]);
  const both = ready(sides, all);
  begin(sides, both);
  finish(sides, both, new Set([instance("web", 0).key]));
  t.deepEqual([...sides.actual.keys()], [hubKey]);
  t.deepEqual(now(sides), ["create instance/web/0"]);
});

test("what was seen in flight counts, not what was meant", (t) => {
  const changed = { ...service, number: 1 };
  for (const [what, met, left] of [
    ["gone", null, "create service/api.p"],
    ["as it was", service, "update service/api.p"],
    ["as it should be", changed, null],
  ] as const) {
    const sides = settled();
    wanted(
      sides,
      whole.map((one) => (one === service ? changed : one)),
    );
    const change = ready(sides, all);
    begin(sides, change);
    saw(sides, service.key, met);
    finish(sides, change, none);
    t.deepEqual(now(sides), left === null ? [] : [left], what);
  }
  const sides = settled();
  wanted(
    sides,
    whole.map((one) => (one === service ? changed : one)),
  );
  const change = ready(sides, all);
  begin(sides, change);
  saw(sides, service.key, null);
  saw(sides, service.key, changed);
  finish(sides, change, none);
  t.deepEqual(now(sides), [], "the last that was seen");
});

test("drift makes the difference that repairs it, and its end takes it back", (t) => {
  const sides = settled();
  saw(sides, wire.key, null);
  t.deepEqual(now(sides), ["create wire/web.api"]);
  saw(sides, wire.key, { ...wire, number: 7 });
  t.deepEqual(now(sides), ["update wire/web.api"]);
  saw(sides, wire.key, wire);
  t.deepEqual(now(sides), []);
  const stranger = instance("web", 2);
  saw(sides, stranger.key, stranger);
  t.deepEqual(now(sides), ["delete instance/web/2"]);
});

test("what lived in an instance that is gone starts anew: first it is ended, then made", (t) => {
  const sides = settled();
  saw(sides, instance("web", 0).key, null);
  t.deepEqual(now(sides), ["create instance/web/0", "delete process/web/0"]);
  // The end may last: it does not wait for the namespace, nor the namespace for it.
  const both = ready(sides, all);
  begin(sides, both);
  finish(sides, both, none);
  t.deepEqual(now(sides), ["create process/web/0"]);
});

test("where the hub is gone too, nobody knows whether instances are: nothing in them is ended", (t) => {
  const sides = settled();
  saw(sides, hubKey, null);
  saw(sides, instance("web", 0).key, null);
  t.deepEqual([...sides.spoilt], []);
  t.false(told(sides.diff.values()).includes("delete process/web/0"));
  saw(sides, hubKey, hub);
  saw(sides, instance("web", 0).key, instance("web", 0));
  t.deepEqual(now(sides), []);
});

test("what is found cut off is ended whether it is wanted or not, and what is wanted is made anew", (t) => {
  const cutOff = { ...web, netns: "" };
  for (const isWanted of [true, false]) {
    const sides = settled(whole.filter(({ key }) => isWanted || key !== web.key));
    observing(sides);
    observed(
      sides,
      seen(whole.map((one) => (one.key === web.key ? cutOff : one)).concat(isWanted ? [] : [cutOff])),
    );
    t.deepEqual(now(sides), ["delete process/web/0"]);
    const ending = ready(sides, all);
    begin(sides, ending);
    finish(sides, ending, none);
    t.deepEqual(now(sides), isWanted ? ["create process/web/0"] : []);
  }
  t.deepEqual(told(plan(whole, byKey([...whole, cutOff]))), ["update process/web/0"]);
});

test("only what exists and is wanted can be spoilt, and to be ended or gone heals it", (t) => {
  const sides = settled();
  spoil(sides, process("web", 1).key);
  t.deepEqual(now(sides), []);
  spoil(sides, web.key);
  t.deepEqual(now(sides), ["delete process/web/0"]);
  const ending = ready(sides, all);
  begin(sides, ending);
  finish(sides, ending, new Set([web.key]));
  t.deepEqual(now(sides), ["delete process/web/0"], "it could not be ended");
  begin(sides, ending);
  finish(sides, ending, none);
  t.deepEqual(now(sides), ["create process/web/0"]);
  const anew = ready(sides, all);
  begin(sides, anew);
  finish(sides, anew, none);
  t.deepEqual(now(sides), []);
  spoil(sides, web.key);
  saw(sides, web.key, null);
  saw(sides, web.key, web);
  t.deepEqual(now(sides), [], "it ended by itself, and there is another");
  wanted(
    sides,
    whole.filter(({ key }) => key !== web.key),
  );
  spoil(sides, web.key);
  t.deepEqual([...sides.spoilt], []);
});

test("an observation is the truth of all that was not under way", (t) => {
  const sides = settled();
  observing(sides);
  observed(sides, seen(whole.filter((one) => one !== wire && one !== service).concat(instance("api", 2))));
  t.deepEqual(now(sides), ["create service/api.p", "create wire/web.api", "delete instance/api/2"]);
});

test("what was under way at any time while the world was read is not believed", (t) => {
  const changed = { ...service, number: 1 };
  const changing = (): readonly [Reconciliation, readonly Operation[]] => {
    const sides = settled();
    wanted(
      sides,
      whole.map((one) => (one === service ? changed : one)),
    );
    return [sides, ready(sides, all)];
  };
  const old = seen(whole);
  {
    const [sides, change] = changing();
    begin(sides, change);
    observing(sides);
    finish(sides, change, none);
    observed(sides, old);
    t.deepEqual(now(sides), [], "begun before, ended meanwhile");
    observing(sides);
    observed(sides, old);
    t.deepEqual(now(sides), ["update service/api.p"], "the next observation is believed");
  }
  {
    const [sides, change] = changing();
    observing(sides);
    begin(sides, change);
    finish(sides, change, none);
    observed(sides, old);
    t.deepEqual(now(sides), [], "begun and ended meanwhile");
  }
  {
    const [sides, change] = changing();
    observing(sides);
    begin(sides, change);
    observed(sides, seen(whole.filter((one) => one !== service)));
    finish(sides, change, none);
    t.deepEqual(now(sides), [], "begun meanwhile, and not ended: seen as gone");
  }
  {
    const [sides, change] = changing();
    begin(sides, change);
    observing(sides);
    observed(sides, seen(whole.filter((one) => one !== service)));
    finish(sides, change, none);
    t.deepEqual(now(sides), [], "begun before, and not ended: seen as gone");
  }
  {
    const [sides, change] = changing();
    observing(sides);
    unobserved(sides);
    begin(sides, change);
    finish(sides, change, none);
    t.is(sides.uncertain, null, "what could not be read leaves nothing uncertain");
  }
});

test("a preview says what would differ, and changes nothing", (t) => {
  const sides = settled();
  saw(sides, wire.key, null);
  const changed = { ...service, number: 1 };
  t.deepEqual(told(preview(sides, [operation(service, changed)!])), [
    "update service/api.p",
    "create wire/web.api",
  ]);
  t.deepEqual(told(preview(sides, [operation(wire, null)!])), [], "what is missing is not wanted then");
  t.deepEqual(told(preview(sides, [operation(service, null)!, operation(null, instance("web", 1))!])), [
    "create instance/web/1",
    "create wire/web.api",
    "delete service/api.p",
  ]);
  t.deepEqual(now(sides), ["create wire/web.api"]);
});
