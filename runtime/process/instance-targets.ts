/** The kill targets of instances: together they name each process once. */

import { type KillTarget, networkTarget, processTarget } from "./kill-target.ts";
import type { NamespaceReference } from "./namespace-reference.ts";
import { type Identity, netnsInode, pidNamespace } from "./proc.ts";
import { sandboxTarget } from "./sandbox-target.ts";

/** Which processes are to end. Namespaces are released once they have. */
export interface TargetScope {
  /** The first processes of sandboxes. */
  readonly inits: readonly Identity[];
  readonly namespaces: readonly (NamespaceReference | null)[];
  /** Processes that may be elsewhere. */
  readonly others: readonly Identity[];
}

/** Each process is in one target alone: in two it would be signalled twice. */
export const targetsIn = (
  { inits, namespaces, others }: TargetScope,
  isGuest: (pid: number) => boolean,
): readonly KillTarget[] => {
  const held = new Map<number, NamespaceReference>();
  for (const namespace of namespaces) {
    if (namespace === null) continue;
    if (held.has(namespace.inode)) namespace.release();
    else held.set(namespace.inode, namespace);
  }
  const sandboxes = new Set(inits.map(({ pid }) => pidNamespace(pid)));
  const isOutside = (pid: number): boolean => !sandboxes.has(pidNamespace(pid));
  const distinct = new Map(inits.map((init) => [init.pid, init] as const));
  return [
    ...[...distinct.values()].map(sandboxTarget),
    ...[...held.values()].map((namespace) => networkTarget(namespace, isGuest, isOutside)),
    processTarget(others.filter(({ pid }) => isOutside(pid) && !held.has(netnsInode(pid) ?? 0))),
  ];
};
