/**
 * Who makes services reachable at ports of the host, and lets out what is for services elsewhere: rules as
 * root; a relay process without, which publishes alone.
 */
import type { Failure } from "../../src/core/base.ts";
import type { Egress, Publication, Resource, ResourceKey } from "../../src/core/resource.ts";
import type { Hub } from "./hub.ts";
import type { Readiness } from "./listen/readiness.ts";

/** What has a part in the host's namespace: a port of it, or a way out. */
export type OnHost = Publication | Egress;

/** Whether a resource has a part there. */
export const isOnHost = (resource: Resource): resource is OnHost =>
  resource.kind === "publication" || resource.kind === "egress";

export interface Publisher {
  /**
   * Those of the publications that are not in place, each with what is wrong, in words. What else
   * of ours is found counts as wrong too, and is taken away by `publish`. `settings`: whether those of the host count
   * that links need which came since; what is published is reached without them.
   */
  wrong(
    publications: readonly OnHost[],
    hub: Hub,
    settings?: "all" | "published",
  ): Promise<ReadonlyMap<ResourceKey, string>>;
  /** Makes a publication, or puts it right. Throws a `KernelError`; after it nothing of this publication is left. */
  publish(publication: OnHost, hub: Hub): Promise<void>;
  /** `hub`: null where there is none any more. */
  unpublish(publication: OnHost, hub: Hub | null): Promise<void>;
  /** Tells that something has changed that publications may depend on, until the result is called. */
  listen(readiness: Readiness, onChange: () => void): () => void;
  /** Whether all is well with what the kernel tells of no change, as far as that is quickly seen. */
  makeSure(hub: Hub): boolean;
  /** What on the host keeps publications from working as one would believe, in words; of those that are in place. */
  warnings(hub: Hub): Promise<readonly string[]>;
  /** Takes away everything of the system, known or not. */
  destroy(): Promise<readonly Failure[]>;
  close(): Promise<void>;
}
