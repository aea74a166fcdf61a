/** Services by the instances that answer for them. */
import type { Resource, ResourceKey } from "./resource.ts";

/** For which services each instance answers: one that dies leaves them without a search. */
export class EndpointIndex {
  readonly #services = new Map<ResourceKey, Set<ResourceKey>>();

  /** The keys of the services. */
  servicesOf(instance: ResourceKey): readonly ResourceKey[] {
    return [...(this.#services.get(instance) ?? [])];
  }

  /** A resource is another from now on; null: there is none. */
  replace(before: Resource | null | undefined, after: Resource | null): void {
    if (before?.kind === "service")
      for (const { instance } of before.endpoints) this.#remove(instance, before.key);
    if (after?.kind === "service") for (const { instance } of after.endpoints) this.#add(instance, after.key);
  }

  #add(instance: ResourceKey, service: ResourceKey): void {
    const services = this.#services.get(instance);
    if (services === undefined) this.#services.set(instance, new Set([service]));
    else services.add(service);
  }

  #remove(instance: ResourceKey, service: ResourceKey): void {
    const services = this.#services.get(instance);
    services?.delete(service);
    if (services?.size === 0) this.#services.delete(instance);
  }
}
