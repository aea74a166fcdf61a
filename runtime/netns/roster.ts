/** Instances by all that events of the kernel call them: link, addresses, namespace. */
import type { Instance } from "../../src/core/resource.ts";

const namesOf = ({ link, address, netns }: Instance): readonly string[] =>
  address.v4 === null ? [link, address.v6, netns] : [link, address.v4, address.v6, netns];

export class Roster {
  readonly #byName = new Map<string, Instance>();

  find(name: string): Instance | undefined {
    return this.#byName.get(name);
  }

  add(instance: Instance): void {
    for (const name of namesOf(instance)) this.#byName.set(name, instance);
  }

  /** A name that another has by now stays that one's. */
  remove(instance: Instance): void {
    for (const name of namesOf(instance)) {
      if (this.#byName.get(name)?.key === instance.key) this.#byName.delete(name);
    }
  }

  clear(): void {
    this.#byName.clear();
  }
}
