/** What is known of a base case without opening it. Each has a folder in `runtime/`, and a line in `src/bases.ts`. */
import type { BaseCase, InstanceId } from "./base.ts";
import type { Transport } from "./resource.ts";

/** Where the files of a system are. */
export interface SystemPlace {
  readonly system: string;
  /** The directory of all systems. */
  readonly root: string;
  /** The system's own, in it. */
  readonly directory: string;
}

/** A system as the world shows it. */
export interface FoundSystem {
  readonly system: string;
  /** The directory of all systems of its owner. */
  readonly root: string;
  /** Whether it is kept in the directory that was asked about. */
  readonly isOwn: boolean;
}

/** The file of what an instance has printed. */
export interface InstanceLog extends InstanceId {
  readonly path: string;
}

/** Where the instances of a system print to. */
export interface InstanceLogs {
  /** In which the files come and go. */
  readonly directory: string;
  /** Those that there are, also of instances that are no more. */
  readonly all: readonly InstanceLog[];
}

/** A port of the machine. */
export interface HostPort {
  readonly transport: Transport;
  readonly port: number;
}

/** Who has a port of the machine already. */
export interface TakenPort extends HostPort {
  readonly words: string;
  /** The system that publishes it, where it is of the same runtime directory. */
  readonly system: string | null;
}

/** The code of a base case. */
export interface BaseImplementation {
  /** Throws a `KernelError` where the world cannot be reached, or the rights do not suffice. */
  open(place: SystemPlace): BaseCase;
  /** All systems of which the world shows something, of all owners. `root`: the directory that is asked about. */
  systems(root: string): readonly FoundSystem[];
  /** Takes no rights on the world. */
  logs(place: SystemPlace): InstanceLogs;
  /**
   * Those of the ports that others than this system have, as far as that is to be known: it takes no
   * rights, so where they lack, some may be missing.
   */
  taken(ports: readonly HostPort[], place: SystemPlace): Promise<readonly TakenPort[]>;
}

/** A base case, as it is registered. */
export interface BaseKind {
  /** What people call it: `--base NAME`. */
  readonly name: string;
  /** What it is, in a few words for `--help`. */
  readonly summary: string;
  /** Whether what it makes stays when the process ends that made it. */
  readonly outlives: boolean;
  /** Whether programs really run: whether they print, listen, and can be looked at. */
  readonly runsPrograms: boolean;
  /** Whether it takes rights on the kernel, which an ordinary user has in namespaces of his own. */
  readonly takesRights: boolean;
  load(): Promise<BaseImplementation>;
}
