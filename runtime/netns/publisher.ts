/** Who makes services reachable at ports of the host: rules as root, a relay process without. */
import type { Failure } from "../../src/core/base.ts";
import type { Publication, ResourceKey } from "../../src/core/resource.ts";
import type { Hub } from "./hub.ts";
import type { Readiness } from "./listen/readiness.ts";

export interface Publisher {
  /**
   * Those of the publications told of that are in place. What else of ours is found is
   * taken away with the next change.
   */
  published(publications: readonly Publication[], hub: Hub): Promise<ReadonlySet<ResourceKey>>;
  /** Throws a `KernelError`; after it nothing of this publication is left. */
  publish(publication: Publication, hub: Hub): Promise<void>;
  unpublish(publication: Publication): Promise<void>;
  /** Tells that something has changed that publications may depend on, until the result is called. */
  listen(readiness: Readiness, onChange: () => void): () => void;
  /** Takes away everything of the system, known or not. */
  destroy(): Promise<readonly Failure[]>;
  close(): Promise<void>;
}
