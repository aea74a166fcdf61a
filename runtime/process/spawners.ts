/** The threads that start the processes of a system: one for those that are granted what root has not got elsewhere, one for all others. */
import type { CapabilityName } from "../../src/core/capabilities.ts";
import { grantsMore } from "./grants.ts";
import { Spawner } from "./spawner.ts";

/** What starts the processes of a system. */
export class Spawners {
  readonly usual = new Spawner();
  #granting: Spawner | null = null;

  /** The one for a program of these grants. */
  of(grants: readonly CapabilityName[] = []): Spawner {
    if (!grantsMore(grants)) return this.usual;
    this.#granting ??= new Spawner(true);
    return this.#granting;
  }

  async close(): Promise<void> {
    await Promise.all([this.usual.close(), this.#granting?.close()]);
  }
}
