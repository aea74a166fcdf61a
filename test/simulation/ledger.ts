/** A ledger in memory, which outlives the orchestrators of a simulation. */
import type { Cancel } from "../../src/core/clock.ts";
import type { Entry, Ledger } from "../../src/live/ledger/ledger.ts";

export class MemoryLedger implements Ledger {
  readonly #entries = new Map<string, Entry>();
  readonly #watchers = new Map<string, Set<(entry: Entry) => void>>();
  #revision = 0;

  async read(key: string): Promise<Entry | null> {
    return this.#entries.get(key) ?? null;
  }

  async compareAndSet(key: string, expected: string | null, value: string): Promise<string | null> {
    if ((this.#entries.get(key)?.revision ?? null) !== expected) return null;
    const entry = { value, revision: String(++this.#revision) };
    this.#entries.set(key, entry);
    for (const tell of this.#watchers.get(key) ?? []) queueMicrotask(() => tell(entry));
    return entry.revision;
  }

  watch(key: string, onChange: (entry: Entry) => void): Cancel {
    const watchers = this.#watchers.get(key) ?? new Set();
    this.#watchers.set(key, watchers.add(onChange));
    return () => void watchers.delete(onChange);
  }
}
