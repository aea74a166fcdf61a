/**
 * Publishes without root: the rules that make a port of the system's own host namespace
 * lead to a service, and a relay that passes on to it what comes in at the same port of
 * the real host.
 */

import type { Failure } from "../../src/core/base.ts";
import { numbersOf, publishedPorts } from "../../src/core/port-range.ts";
import {
  type Egress,
  hubKey,
  type Publication,
  type ResourceKey,
  type Transport,
} from "../../src/core/resource.ts";
import { KernelError, throwUndone } from "../kernel-error.ts";
import { failed } from "../netns/failure.ts";
import type { Hub } from "../netns/hub.ts";
import type { Readiness } from "../netns/listen/readiness.ts";
import type { OnHost, Publisher } from "../netns/publisher.ts";
import { askRelay } from "./client.ts";

const portName = ({ transport, port }: { readonly transport: Transport; readonly port: number }): string =>
  `${transport} ${port}`;

/** What an ordinary user is told of hosts elsewhere. */
export const noWayOutWords =
  "an ordinary user's systems cannot reach what is outside of them; run it as root";

/** The system's host is a namespace of the user's own, from which no way leads out. */
const noWayOut = ({ service }: Egress): KernelError =>
  new KernelError(`open the way out to ${service}`, "EPERM", noWayOutWords);

/** Publishes ports by way of the relay of the user, which it starts where there is none. */
export class RelayedPublisher implements Publisher {
  readonly #system: string;
  readonly #stateRoot: string;
  readonly #rules: Publisher;

  constructor(system: string, stateRoot: string, rules: Publisher) {
    this.#system = system;
    this.#stateRoot = stateRoot;
    this.#rules = rules;
  }

  async wrong(
    publications: readonly OnHost[],
    hub: Hub,
    settings?: "all" | "published",
  ): Promise<ReadonlyMap<ResourceKey, string>> {
    const ruled = await this.#rules.wrong(publications, hub, settings);
    const ports = await askRelay(this.#stateRoot, { ask: "list", system: this.#system });
    const relayed = new Set(ports.map(portName));
    const wrongWith = (one: OnHost): string | null => {
      const wrong = ruled.get(one.key);
      if (wrong !== undefined || one.kind === "egress") return wrong ?? null;
      const lacking = numbersOf(publishedPorts(one)).find(
        (port) => !relayed.has(portName({ transport: one.transport, port })),
      );
      return lacking === undefined ? null : `nothing passes on what comes to port ${lacking} of the host`;
    };
    return new Map(
      publications.flatMap((publication) => {
        const words = wrongWith(publication);
        return words === null ? [] : [[publication.key, words] as const];
      }),
    );
  }

  async publish(publication: OnHost, hub: Hub): Promise<void> {
    if (publication.kind === "egress") throw noWayOut(publication);
    await this.#rules.publish(publication, hub);
    const opened: number[] = [];
    try {
      for (const port of numbersOf(publishedPorts(publication))) {
        await this.#ask("open", publication, port);
        opened.push(port);
      }
    } catch (error) {
      await throwUndone(error, async () => {
        for (const port of opened) await this.#ask("close", publication, port);
        await this.#rules.unpublish(publication, hub);
      });
    }
  }

  async unpublish(publication: OnHost, hub: Hub | null): Promise<void> {
    if (publication.kind === "publication")
      for (const port of numbersOf(publishedPorts(publication))) await this.#ask("close", publication, port);
    await this.#rules.unpublish(publication, hub);
  }

  listen(readiness: Readiness, onChange: () => void): () => void {
    return this.#rules.listen(readiness, onChange);
  }

  makeSure(hub: Hub): boolean {
    return this.#rules.makeSure(hub);
  }

  warnings(hub: Hub): Promise<readonly string[]> {
    return this.#rules.warnings(hub);
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

  async #ask(ask: "open" | "close", { transport }: Publication, port: number): Promise<void> {
    await askRelay(this.#stateRoot, { ask, system: this.#system, transport, port });
  }
}
