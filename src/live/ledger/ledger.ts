/**
 * What must outlive an orchestrator, or be agreed on by several: values by key, each with a revision
 * that changes whenever the value does. By default files beside the system (`FileLedger`); a store
 * that many hosts share, or a simulation's memory, is another implementation.
 *
 * Only what the world itself does not show belongs here. Numbers, counts of instances and rolls under
 * way are read from the world when a system is taken over, so they need no entry.
 */
import type { Cancel } from "../../core/clock.ts";

export interface Entry {
  readonly value: string;
  readonly revision: string;
}

export interface Ledger {
  /** Null: there is nothing under the key. */
  read(key: string): Promise<Entry | null>;
  /**
   * Sets the value of a key whose revision is `expected` (null: it has none yet), and returns its new
   * revision. Null: the revision is another one, and nothing was changed.
   */
  compareAndSet(key: string, expected: string | null, value: string): Promise<string | null>;
  /** Calls with each new entry under a key, by whomever it was set, until it is cancelled. */
  watch(key: string, onChange: (entry: Entry) => void): Cancel;
}
