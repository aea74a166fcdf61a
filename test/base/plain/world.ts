/** What is kept of each system: its resources, and which processes were started for it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isAlive } from "../../../runtime/process/proc.ts";
import type { RunningProcess } from "../../../src/core/base.ts";
import type { Process, Resource, ResourceKey } from "../../../src/core/resource.ts";

export interface Started extends RunningProcess {
  readonly process: Process;
}

interface Kept {
  readonly resources: readonly Resource[];
  readonly started: readonly Started[];
}

const directory = process.env.ARCHITECT_PLAIN_WORLD ?? "/nonexistent";
const suffix = ".json";

export const systemsKept = (): readonly string[] =>
  existsSync(directory)
    ? readdirSync(directory)
        .filter((name) => name.endsWith(suffix))
        .map((name) => name.slice(0, -suffix.length))
    : [];

/** The world of one system, on disk. */
export class World {
  readonly #file: string;
  readonly resources: Map<ResourceKey, Resource>;
  readonly started: Map<ResourceKey, Started>;

  constructor(system: string) {
    this.#file = `${directory}/${system}${suffix}`;
    const { resources, started } = existsSync(this.#file)
      ? (JSON.parse(readFileSync(this.#file, "utf8")) as Kept)
      : { resources: [], started: [] };
    this.resources = new Map(resources.map((resource) => [resource.key, resource]));
    this.started = new Map(started.map((one) => [one.process.key, one]));
  }

  get living(): ReadonlyMap<ResourceKey, Started> {
    return new Map([...this.started].filter(([, { pid, startTime }]) => isAlive(pid, startTime)));
  }

  keep(): void {
    mkdirSync(directory, { recursive: true });
    const kept: Kept = { resources: [...this.resources.values()], started: [...this.started.values()] };
    writeFileSync(this.#file, JSON.stringify(kept));
  }

  remove(): void {
    rmSync(this.#file, { force: true });
  }
}
