/**
 * Timing: medians of interleaved rounds, so that a drift of the machine meets all alike.
 * Contenders that only compute are timed by the processor time of the process, garbage
 * collection included: who else uses the machine is no part of the result.
 */

/** Nanoseconds of processor time since the process began. */
export const processorTime = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
};

/** Nanoseconds of processor time a call, the median of `rounds`, each contender in turn in every round. */
export const race = (
  contenders: readonly { readonly name: string; readonly run: () => void }[],
  { rounds = 15, atLeastMs = 20 }: { rounds?: number; atLeastMs?: number } = {},
): Map<string, number> => {
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  const repeats = new Map<string, number>();
  for (const { name, run } of contenders) {
    let count = 1;
    for (;;) {
      const start = processorTime();
      for (let i = 0; i < count; i++) run();
      const ms = (processorTime() - start) / 1e6;
      if (ms >= atLeastMs) break;
      count = Math.ceil(count * Math.max(2, Math.min(10, (1.2 * atLeastMs) / (ms + 0.01))));
    }
    repeats.set(name, count);
  }
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of contenders) {
      const count = repeats.get(name)!;
      const start = processorTime();
      for (let i = 0; i < count; i++) run();
      times.get(name)!.push((processorTime() - start) / count);
    }
  }
  return new Map([...times].map(([name, all]) => [name, quantile(all, 0.5)]));
};

export const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
};

export const time = (ns: number): string =>
  ns >= 1e9
    ? `${(ns / 1e9).toFixed(2)} s`
    : ns >= 1e6
      ? `${(ns / 1e6).toFixed(2)} ms`
      : `${(ns / 1e3).toFixed(2)} µs`;

export type Row = Readonly<Record<string, string | number>>;

/** Prints rows as a table with aligned columns. */
export const table = (title: string, rows: readonly Row[]): void => {
  console.log(`\n${title}`);
  const columns = Object.keys(rows[0] ?? {});
  const width = (column: string): number =>
    Math.max(column.length, ...rows.map((row) => String(row[column]).length));
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, i) => (i === 0 ? cell.padEnd(width(columns[i]!)) : cell.padStart(width(columns[i]!)))).join("  ")}`;
  console.log(line(columns));
  for (const row of rows) console.log(line(columns.map((column) => String(row[column]))));
};
