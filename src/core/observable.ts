/** What of a resource the world can show. */
import type { InstanceFiles, Process, Resource } from "./resource.ts";

/**
 * The part of a resource that the world can show, and so the part that a plan
 * compares. A process shows its spec; how it is cared for lives in its keeper.
 */
export const observable = (
  resource: Resource,
):
  | Resource
  | Omit<InstanceFiles, "signal" | "spec" | "files" | "user" | "secrets">
  | Omit<
      Process,
      | "care"
      | "env"
      | "argv"
      | "cwd"
      | "user"
      | "hostname"
      | "state"
      | "scratch"
      | "secrets"
      | "files"
      | "content"
      | "limits"
      | "grants"
      | "readOnly"
      | "shares"
    > => {
  if (resource.kind === "files") {
    const { kind, key: id, automaton, index, content } = resource;
    return { kind, key: id, automaton, index, content };
  }
  if (resource.kind !== "process") return resource;
  const { kind, key: id, automaton, index, netns, spec } = resource;
  return { kind, key: id, automaton, index, netns, spec };
};
