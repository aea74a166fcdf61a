/**
 * From measured load to the cells that equations read. Cells that nobody reads cost nothing; values
 * are rounded, so that noise below what anyone can mean changes nothing. Pure.
 */
import { type CellKey, observedCell } from "../../core/cell-key.ts";
import type { Load, LoadCell, Measured } from "../../core/monitor.ts";
import type { ResourceKey } from "../../core/resource.ts";

export type Setting = readonly [cell: CellKey, value: unknown];

/** How often load is measured, in milliseconds. */
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

/** What has to be remembered from one sample to the next. */
export interface Samples {
  readonly totals: ReadonlyMap<ResourceKey, Totals>;
  /** Cells as last set. */
  readonly cells: ReadonlyMap<CellKey, number>;
  /** When to measure next; null: not before something is to be measured. */
  readonly at: number | null;
}

export const noSamples: Samples = { totals: new Map(), cells: new Map(), at: null };

/** A counter that began anew counts from 0. */
const grown = (before: number, now: number): number => (now >= before ? now - before : now);

/** The cells that differ from what was last set, of automata with the load of each of their instances. */
export const takeSamples = (
  samples: Samples,
  taken: readonly (Sampled & { readonly loads: readonly Load[] })[],
  now: number,
): { readonly samples: Samples; readonly settings: readonly Setting[] } => {
  const totals = new Map<ResourceKey, Totals>();
  const known = new Map<CellKey, number>(samples.cells);
  const settings: Setting[] = [];
  for (const { automaton, instances, loads } of taken) {
    const sums: Record<LoadCell, number> = { connections: 0, connectionRate: 0, bytesPerSecond: 0, cpu: 0 };
    const cells = new Set<LoadCell>();
    for (const [i, { instance, cells: asked }] of instances.entries()) {
      const load = loads[i]!;
      const before = samples.totals.get(instance.key);
      for (const cell of asked) cells.add(cell);
      totals.set(instance.key, { at: now, bytes: load.bytes, cpuSeconds: load.cpuSeconds });
      sums.connections += load.connections;
      sums.connectionRate += load.connectionRate;
      if (before === undefined || now <= before.at) continue;
      const seconds = (now - before.at) / 1_000;
      sums.bytesPerSecond += grown(before.bytes, load.bytes) / seconds;
      sums.cpu += grown(before.cpuSeconds, load.cpuSeconds) / seconds;
    }
    for (const cell of cells) {
      const value = cell === "cpu" ? Math.round(sums.cpu * 100) / 100 : Math.round(sums[cell] * 10) / 10;
      const name = observedCell(automaton, cell);
      if (known.get(name) === value) continue;
      known.set(name, value);
      settings.push([name, value]);
    }
  }
  return { samples: { ...samples, totals, cells: known }, settings };
};
