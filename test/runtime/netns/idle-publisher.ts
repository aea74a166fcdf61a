/** A publisher of a system that publishes nothing. */
import type { Publisher } from "../../../runtime/netns/publisher.ts";

export const idlePublisher: Publisher = {
  wrong: async () => new Map(),
  makeSure: () => true,
  warnings: async () => [],
  publish: async () => {},
  unpublish: async () => {},
  listen: () => () => {},
  destroy: async () => [],
  close: async () => {},
};
