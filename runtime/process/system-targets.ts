/** What is to end with an instance, and with a whole system. */
import { targetsIn } from "./instance-targets.ts";
import type { KillTarget } from "./kill-target.ts";
import { type NamespaceReference, openNamed, openNetworkOf } from "./namespace-reference.ts";
import { descendants } from "./proc.ts";
import { ProcessIndex } from "./process-index.ts";
import {
  type InstanceProcess,
  markersOf,
  type Orphan,
  type ProcessScan,
  systemNamespaces,
} from "./process-scan.ts";
import type { SystemState } from "./state.ts";

/** Collects kill targets. Nothing is ended in a namespace that is not the system's. */
export class SystemTargets {
  readonly #state: SystemState;
  readonly #isOurs: (namespace: number) => boolean;

  /** `isOurs`: whether the namespace that a descriptor is open on is the system's: in others nothing is ended. */
  constructor(state: SystemState, isOurs: (namespace: number) => boolean) {
    this.#state = state;
    this.#isOurs = isOurs;
  }

  /** All that lives in the namespace of this name, with an artifact that may be elsewhere, and orphans. */
  inInstance(
    netns: string,
    artifact: InstanceProcess | undefined,
    orphans: readonly Orphan[],
  ): readonly KillTarget[] {
    const scope = {
      inits: [artifact?.init ?? [], orphans.filter(({ isInit }) => isInit)].flat(),
      // Two where the artifact is in a namespace that lost its name.
      namespaces: [this.#open(netns), artifact === undefined ? null : openNetworkOf(artifact)],
      // Without a sandbox a child may have made itself a network of its own, which has no name.
      others: [
        ...orphans.filter(({ isInit }) => !isInit),
        ...(artifact === undefined || artifact.init !== null ? [] : descendants(artifact)),
      ],
    };
    return targetsIn(scope, this.#isGuest);
  }

  /**
   * All that lives in the namespaces of the system, and what a scan has found, but for the instances of some artifacts; errors
   * of namespaces that cannot be opened.
   */
  inSystem(
    { running, orphans }: ProcessScan,
    except: readonly InstanceProcess[] = [],
  ): readonly [targets: readonly KillTarget[], errors: readonly Error[]] {
    const errors: Error[] = [];
    const left = new Set(except);
    const names = new Set(except.map(({ netns }) => netns));
    const occupied = this.#occupied().filter((name) => !names.has(name));
    const namespaces = occupied.map((name) => {
      try {
        return this.#open(name);
      } catch (error) {
        errors.push(error as Error);
        return null;
      }
    });
    const inits = [
      ...[...running.values()].flatMap((one) => (left.has(one) ? [] : (one.init ?? []))),
      ...orphans.filter(({ isInit }) => isInit),
    ];
    const scope = { inits, namespaces, others: orphans.filter(({ isInit }) => !isInit) };
    return [targetsIn(scope, this.#isGuest), errors];
  }

  /** The namespace of a name, if it is the system's; null of none. */
  #open(name: string): NamespaceReference | null {
    const opened = name === "" ? null : openNamed(name);
    if (opened === null || this.#isOurs(opened.fd)) return opened;
    opened.release();
    return null;
  }

  /** The namespaces with names of the system in which anything lives. */
  #occupied(): readonly string[] {
    const index = new ProcessIndex();
    return [...systemNamespaces(this.#state)]
      .filter(([inode]) => index.inNetwork(inode).length > 0)
      .map(([, name]) => name);
  }

  readonly #isGuest = (pid: number): boolean => markersOf(pid, this.#state) === null;
}
