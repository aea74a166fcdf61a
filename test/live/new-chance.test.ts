/** What waits for its next start is started at once when somebody changes what it is made with, or asks for it anew. */
import test, { type ExecutionContext } from "ava";
import { MemoryBase } from "../../runtime/memory/base.ts";
import { memoryMonitor } from "../../runtime/memory/monitor.ts";
import { MemoryWorld } from "../../runtime/memory/world.ts";
import type { Failure } from "../../src/core/base.ts";
import { restartedCell } from "../../src/core/cell-key.ts";
import type { Operation } from "../../src/core/operation.ts";
import { processKey, type ResourceKey } from "../../src/core/resource.ts";
import { plain } from "../../src/language/quantity.ts";
import type { Edit } from "../../src/live/loop/input.ts";
import { processState } from "../../src/live/loop/state.ts";
import { Orchestrator } from "../../src/live/runner/orchestrator.ts";
import { Program } from "../../src/program/program.ts";
import { VirtualClock } from "../simulation/clock.ts";

const file = "s.arch";
const key = processKey("a", 0);
const bystander = processKey("c", 0);

/** `c` reads nothing of what is changed: it waits on. */
const text = (config = "1", memory = "10MiB", wire = "store", mode = "1"): string => `
protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }
let level = input("level", 1)
automaton store { provides kv: P on tcp 1 }
automaton other { provides kv: P on tcp 2 }
automaton a {
  requires kv: P
  files { "/etc/a.conf" = "${config}" } reload SIGHUP
  limits { memory = ${memory} }
  env { MODE = "${mode}", LEVEL = "\${level}" }
  runs exec ["true"]
}
automaton c { runs exec ["true"] }
system s = [a => ${wire}, store, other, c]
`;

/** A base case in which what it is told to refuse cannot be started. */
class Refusing extends MemoryBase {
  readonly tries = new Map<ResourceKey, number>();
  refused: ReadonlySet<ResourceKey> = new Set();

  override async apply(operations: readonly Operation[]): Promise<readonly Failure[]> {
    for (const { key: one } of operations) this.tries.set(one, (this.tries.get(one) ?? 0) + 1);
    const failures = await super.apply(operations.filter((one) => !this.refused.has(one.key)));
    const told = operations.filter((one) => this.refused.has(one.key));
    const failure = { doing: "start it", code: "EIO", message: "it does not work" };
    return [...failures, ...told.map((one) => ({ ...failure, key: one.key }))];
  }
}

interface Scene {
  readonly base: Refusing;
  readonly live: Orchestrator;
  readonly edit: (edit: Edit) => Promise<void>;
}

/** Ends both programs, or refuses both, until the next try is seconds away. */
const scene = async (t: ExecutionContext, how: "ended" | "refused"): Promise<Scene> => {
  const program = new Program({ file, text: text() });
  t.deepEqual(program.start().diagnostics, []);
  const clock = new VirtualClock();
  const world = new MemoryWorld();
  const base = new Refusing("s", world);
  if (how === "refused") base.refused = new Set([key, bystander]);
  const live = new Orchestrator({ program, base, clock, monitor: memoryMonitor });
  t.teardown(() => live.stop());
  void live.start();
  // Until the next try is seconds away.
  for (let end = 50; end < 4_000; end += 50) {
    await clock.runUntil(end);
    for (const one of [key, bystander]) if (world.system("s").processes.has(one)) world.remove("s", one);
  }
  const edit = async (its: Edit): Promise<void> => {
    const now = clock.now();
    base.refused = new Set();
    base.tries.clear();
    const taken = live.edit(its, { event: "applied", automaton: null, headline: file, causes: [] });
    t.deepEqual(taken.diagnostics, []);
    await clock.runUntil(now + 50);
  };
  for (const one of [key, bystander]) t.is(processState(live.state, one)?.phase, "backoff");
  return { base, live, edit };
};

const texts = (...of: Parameters<typeof text>): Edit => ({
  _tag: "Texts",
  texts: new Map([[file, text(...of)]]),
});

const edits: readonly (readonly [string, Edit])[] = [
  ["a file that is replaced while it runs", texts("2")],
  ["a limit", texts("1", "20MiB")],
  ["a wire", texts("1", "10MiB", "other")],
  ["its spec", texts("1", "10MiB", "store", "2")],
  ["an input", { _tag: "Input", name: "level", value: { _tag: "Quantity", quantity: plain(2) } }],
  ["a restart that is asked for", { _tag: "Cells", settings: [[restartedCell("a"), 1]] }],
];

for (const how of ["ended", "refused"] as const)
  for (const [what, edit] of edits)
    test(`${what} starts what ${how === "ended" ? "ended" : "was refused"} again and again at once, and nothing else`, async (t) => {
      const it = await scene(t, how);
      await it.edit(edit);
      t.is(processState(it.live.state, key)?.phase, "ready");
      t.is(processState(it.live.state, key)?.backoff.quickEnds, 0);
      t.is(it.base.tries.get(bystander), undefined);
      t.is(processState(it.live.state, bystander)?.phase, "backoff");
    });

for (const how of ["ended", "refused"] as const)
  test(`who applies the same text again has tried what ${how === "ended" ? "ended" : "was refused"} at once; a save alone does not`, async (t) => {
    const it = await scene(t, how);
    await it.edit(texts());
    t.is(processState(it.live.state, key)?.phase, "backoff");
    await it.edit({ _tag: "Texts", texts: new Map([[file, text()]]), again: true });
    for (const one of [key, bystander]) t.is(processState(it.live.state, one)?.phase, "ready");
  });
