/** The right to run a system: at most one orchestrator has it. */
export interface Lease {
  /** Whether the system is still this one's. Asked before anything is decided. */
  isHeld(): boolean;
  /** Looks after it from now on, also while nothing is decided. */
  keep(events: LeaseEvents): void;
  /** From now on it is not renewed, and its loss is no news. */
  leave(): void;
  /** Gives the system to others. */
  release(): void;
}

export interface LeaseEvents {
  /** It was in doubt, and is this one's again: what is kept beside it may be gone. */
  readonly onRegained: () => void;
  /** The system is another orchestrator's. */
  readonly onLost: () => void;
}

/** The lease is another process's. */
export interface LeaseRefused {
  /** Null where it cannot be told. */
  readonly pid: number | null;
}
