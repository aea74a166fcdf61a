/**
 * Publishes without root: the rules that make a port of the system's own host namespace
 * lead to a service, and a relay that passes on to it what comes in at the same port of
 * the real host.
 */
import type { Failure } from "../../src/core/base.ts";
import { hubKey, type Publication, type ResourceKey, type Transport } from "../../src/core/resource.ts";
import { failed } from "../netns/failure.ts";
import type { Hub } from "../netns/hub.ts";
import type { Readiness } from "../netns/listen/readiness.ts";
import type { Publisher } from "../netns/publisher.ts";
import { askRelay } from "./client.ts";

const portName = ({ transport, port }: { readonly transport: Transport; readonly port: number }): string =>
  `${transport} ${port}`;

export class RelayedPublisher implements Publisher {
  readonly #system: string;
  readonly #stateRoot: string;
  readonly #rules: Publisher;

  constructor(system: string, stateRoot: string, rules: Publisher) {
    this.#system = system;
    this.#stateRoot = stateRoot;
    this.#rules = rules;
  }

  async published(publications: readonly Publication[], hub: Hub): Promise<ReadonlySet<ResourceKey>> {
    const ruled = await this.#rules.published(publications, hub);
    const ports = await askRelay(this.#stateRoot, { ask: "list", system: this.#system });
    const relayed = new Set(ports.map(portName));
    const isThere = ({ key, transport, hostPort }: Publication): boolean =>
      ruled.has(key) && relayed.has(portName({ transport, port: hostPort }));
    return new Set(publications.filter(isThere).map(({ key }) => key));
  }

  async publish(publication: Publication, hub: Hub): Promise<void> {
    await this.#rules.publish(publication, hub);
    try {
      await this.#ask("open", publication);
    } catch (error) {
      await this.#rules.unpublish(publication);
      throw error;
    }
  }

  async unpublish(publication: Publication): Promise<void> {
    await this.#ask("close", publication);
    await this.#rules.unpublish(publication);
  }

  listen(readiness: Readiness, onChange: () => void): () => void {
    return this.#rules.listen(readiness, onChange);
  }

  async destroy(): Promise<readonly Failure[]> {
    const failures = [...(await this.#rules.destroy())];
    try {
      await askRelay(this.#stateRoot, { ask: "forget", system: this.#system });
    } catch (error) {
      failures.push(failed(hubKey, "take published ports back", error));
    }
    return failures;
  }

  close(): Promise<void> {
    return this.#rules.close();
  }

  async #ask(ask: "open" | "close", { transport, hostPort }: Publication): Promise<void> {
    await askRelay(this.#stateRoot, { ask, system: this.#system, transport, port: hostPort });
  }
}
