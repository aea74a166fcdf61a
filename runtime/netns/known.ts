/** The resources that a hub is known to have. */
import type { Egress, Instance, Publication, ResourceKey } from "../../src/core/resource.ts";
import type { FilterChange } from "./count.ts";
import type { Filtered } from "./element.ts";
import type { OnHost } from "./publisher.ts";
import { Roster } from "./roster.ts";

/** Resources by key, and what is asked of them so often that nobody may walk through all of them for it. */
export class Known {
  readonly #all = new Map<ResourceKey, Filtered>();
  readonly #publications = new Map<ResourceKey, Publication>();
  readonly #egresses = new Map<ResourceKey, Egress>();
  readonly #roster = new Roster();
  #revision = 0;

  get known(): ReadonlyMap<ResourceKey, Filtered> {
    return this.#all;
  }

  get publications(): ReadonlyMap<ResourceKey, Publication> {
    return this.#publications;
  }

  /** What has a part in the host's namespace. */
  get onHost(): readonly OnHost[] {
    return [...this.#publications.values(), ...this.#egresses.values()];
  }

  /** Another one after each change. */
  get revision(): number {
    return this.#revision;
  }

  /** The instance that a link, an address or a namespace is of. */
  instanceOf(name: string): Instance | undefined {
    return this.#roster.find(name);
  }

  clear(): void {
    this.#all.clear();
    this.#publications.clear();
    this.#egresses.clear();
    this.#roster.clear();
    this.#revision += 1;
  }

  settle({ key, after }: FilterChange): void {
    const was = this.#all.get(key);
    if (was?.kind === "instance") this.#roster.remove(was);
    if (after?.kind === "instance") this.#roster.add(after);
    if (after === null) this.#all.delete(key);
    else this.#all.set(key, after);
    if (after?.kind === "publication") this.#publications.set(key, after);
    else this.#publications.delete(key);
    if (after?.kind === "egress") this.#egresses.set(key, after);
    else this.#egresses.delete(key);
    this.#revision += 1;
  }
}
