/** Systems that run on the real kernel for a test, and are gone after it. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import type { ExecutionContext } from "ava";
import { isLeft } from "fp-ts/lib/Either.js";
import { releaseNetnsDirectory } from "../../../runtime/namespaces.ts";
import type { LiveEvent } from "../../../src/live/control/messages.ts";
import type { Live } from "../../../src/live/system/live.ts";
import { openLive } from "../../../src/live/system/open.ts";
import { openWorld } from "../../../src/live/system/world.ts";
import { Program } from "../../../src/program/program.ts";
import { plan } from "../../../src/reconcile.ts";
import { freshName } from "../../fresh.ts";
import { until as untilWithin } from "../../until.ts";

export const examples = fileURLToPath(new URL("../../../../examples", import.meta.url));

/** The shop of the examples, as a system of its own at a port of its own. */
export const shopText = (system: string, port: number): string =>
  readFileSync(`${examples}/shop.arch`, "utf8")
    .replace("system shop =", `system ${system} =`)
    .replace("publish(storefront.web, 8080)", `publish(storefront.web, ${port})`);

export interface Home {
  readonly system: string;
  /** A directory that is gone with the test: programs, and all state. */
  readonly directory: string;
  readonly stateRoot: string;
  readonly file: string;
}

/** A place for a system, which takes away all that is left of it in the end. */
export const home = (t: ExecutionContext, text: (system: string) => string): Home => {
  const system = freshName();
  const directory = mkdtempSync(`${tmpdir()}/architect-live-`);
  const stateRoot = `${directory}/state`;
  const file = `${directory}/${system}.arch`;
  writeFileSync(file, text(system));
  // Programs run in the folder of their text, where the shop finds its own.
  cpSync(`${examples}/shop`, `${directory}/shop`, { recursive: true });
  t.teardown(async () => {
    const { base } = await openWorld(system, "netns", stateRoot);
    const failures = await base.destroy();
    await base.close();
    releaseNetnsDirectory();
    rmSync(directory, { recursive: true });
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
  });
  return { system, directory, stateRoot, file };
};

export interface Stage extends Home {
  readonly live: Live;
  readonly program: Program;
  readonly events: LiveEvent[];
}

/** The program of a home. Processes run in the folder of the examples, or another. */
export const programOf = ({ file }: Home, directory = examples): Program => {
  const program = new Program({
    file,
    text: readFileSync(file, "utf8"),
    directory,
    keepSystem: true,
  });
  const { diagnostics } = program.start();
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
  return program;
};

/** An orchestrator of this process for the system of a home. It ends with the test and leaves what runs to the home. */
export const enter = async (
  t: ExecutionContext,
  place: Home,
  directory?: string,
  { settle = true, failing = false } = {},
): Promise<Stage> => {
  const program = programOf(place, directory);
  const events: LiveEvent[] = [];
  const opened = await openLive({
    program,
    base: "netns",
    stateRoot: place.stateRoot,
    onEvent: (event) => events.push(event),
  });
  if (isLeft(opened)) throw new Error(opened.left.message);
  const live = opened.right;
  t.teardown(() => live.stop());
  const { failures } = await live.start();
  if (!failing) t.deepEqual(failures, []);
  if (settle) await live.settled();
  return { ...place, live, program, events };
};

/** Writes the program's file, as an editor does, and has it applied. */
export const save = async ({ live, program, file }: Stage, text: string) => {
  writeFileSync(file, text);
  const taken = live.update(new Map([[program.file, text]]));
  await taken.done;
  return taken;
};

/** On the kernel what must come about may take longer. */
export const until = (what: string, condition: () => boolean, limitMs = 60_000): Promise<void> =>
  untilWithin(what, condition, limitMs);

/** What differs between what is wanted and what an independent look at the kernel finds. */
export const differences = async ({ system, stateRoot, program }: Stage): Promise<readonly string[]> => {
  const { base } = await openWorld(system, "netns", stateRoot);
  const { resources } = await base.observe();
  await base.close();
  return plan(program.resources(), resources).map(({ op, key }) => `${op} ${key}`);
};

export const isConverged = async (t: ExecutionContext, stage: Stage): Promise<void> => {
  await stage.live.settled();
  t.deepEqual(stage.live.orchestrator.state.problems, []);
  t.is(stage.live.orchestrator.state.convergence, "converged");
  t.deepEqual(await differences(stage), []);
};

export const pidsOf = ({ live }: Stage): ReadonlyMap<string, number | null> =>
  new Map(
    live
      .status()
      .automata.flatMap(({ name, instances }) =>
        instances.map(({ index, pid }) => [`${name}.${index}`, pid] as const),
      ),
  );
