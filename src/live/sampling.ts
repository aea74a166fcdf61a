/**
 * Measures what equations ask of automata, and nothing else: cells that nobody reads
 * cost nothing. Values are rounded, so that noise below what anyone can mean changes
 * nothing.
 */
import type { ResourceKey } from "../core/resource.ts";
import type { Load, LoadCell, Measured } from "./senses.ts";
import type { Setting } from "./steering.ts";

/** In milliseconds. */
export const sampleEveryMs = 1_000;

export interface Sampled {
  readonly automaton: string;
  readonly instances: readonly Measured[];
}

interface Totals {
  readonly at: number;
  readonly bytes: number;
  readonly cpuSeconds: number;
}

/** A counter that began anew counts from 0. */
const grown = (before: number, now: number): number => (now >= before ? now - before : now);

export class Sampling {
  readonly #totals = new Map<ResourceKey, Totals>();
  readonly #told = new Map<string, number>();

  /** The cells that differ from what was last told, of automata with the load of each of their instances. */
  take(samples: readonly (Sampled & { readonly loads: readonly Load[] })[], now: number): readonly Setting[] {
    const settings: Setting[] = [];
    const seen = new Set<ResourceKey>();
    for (const { automaton, instances, loads } of samples) {
      const sums: Record<LoadCell, number> = { connections: 0, connectionRate: 0, bytesPerSecond: 0, cpu: 0 };
      const cells = new Set<LoadCell>();
      for (const [i, { instance, cells: asked }] of instances.entries()) {
        const load = loads[i]!;
        const before = this.#totals.get(instance.key);
        for (const cell of asked) cells.add(cell);
        seen.add(instance.key);
        this.#totals.set(instance.key, { at: now, bytes: load.bytes, cpuSeconds: load.cpuSeconds });
        sums.connections += load.connections;
        sums.connectionRate += load.connectionRate;
        if (before === undefined || now <= before.at) continue;
        const seconds = (now - before.at) / 1_000;
        sums.bytesPerSecond += grown(before.bytes, load.bytes) / seconds;
        sums.cpu += grown(before.cpuSeconds, load.cpuSeconds) / seconds;
      }
      for (const cell of cells) {
        const value = cell === "cpu" ? Math.round(sums.cpu * 100) / 100 : Math.round(sums[cell] * 10) / 10;
        const name = `observed ${automaton}.${cell}`;
        if (this.#told.get(name) === value) continue;
        this.#told.set(name, value);
        settings.push([name, value]);
      }
    }
    for (const key of this.#totals.keys()) if (!seen.has(key)) this.#totals.delete(key);
    return settings;
  }
}
