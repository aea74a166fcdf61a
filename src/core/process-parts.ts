/** What a process is made of beside its program: what it keeps, sees and is given, and how it is looked after. */

/** How it is found out whether an instance is well. Times are in milliseconds. */
export interface Probe {
  readonly how:
    | { readonly _tag: "tcp" }
    | { readonly _tag: "http"; readonly path: string }
    /** Of which service the health service is asked; empty: of the server as a whole. */
    | { readonly _tag: "grpc"; readonly service: string }
    | { readonly _tag: "exec"; readonly argv: readonly string[] };
  /** The port that probes over the network ask; null where the automaton provides none on tcp. */
  readonly number: number | null;
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** So many failures in a row make a ready instance unhealthy; without it 3. */
  readonly failures?: number;
  /** So many successes in a row make an instance ready; without it 1. */
  readonly successes?: number;
}

/** When a process that ended is started again. */
export type RestartPolicy = "always" | "on-failure" | "never";

/** A directory that an instance keeps. */
export interface KeptDirectory {
  readonly name: string;
  /** Where the process sees it. */
  readonly path: string;
  /** Whether it has a size: the limits of its instance say which. */
  readonly sized?: true;
  /** What it was called before, `NAME` or `AUTOMATON.NAME`. */
  readonly formerly?: string;
}

/** A directory that is empty at every start. */
export interface ScratchDirectory {
  readonly path: string;
  /** How many bytes it may hold; without it, as many as the kernel takes. */
  readonly size?: number;
}

/** A secret, and which of its values: the digest is another when the value is, and tells nothing else of it. */
export interface SecretVersion {
  readonly secret: string;
  /** Null: it has no value, or nobody looked for one. */
  readonly version: string | null;
}

/** A text with secrets in it: pieces of text, and between them the secrets. */
export type SecretPieces = readonly (string | SecretVersion)[];

/** Where a process gets secrets. Their values are put in when it is started, and nowhere else. */
export interface SecretUses {
  /** Variables of its environment; in `env` they stand as people are told of them. */
  readonly env: Readonly<Record<string, SecretPieces>>;
  /** Files in /run/secrets. */
  readonly files: Readonly<Record<string, SecretPieces>>;
  /** Texts of its own files by their paths; in `OwnFile` they stand as people are told of them. Without it, none. */
  readonly own?: Readonly<Record<string, SecretPieces>>;
}

/** A file that an instance sees, and nobody else. */
export interface OwnFile {
  readonly path: string;
  readonly text: string;
  /** Permissions, four octal digits. */
  readonly mode: string;
  /** Its owner, `user[:group]`; without it, the user that the program runs as. */
  readonly owner?: string;
}

/** How a process is ended: with what signal, and how many milliseconds it then has; null: as many as usual. */
export interface Stop {
  readonly signal: string;
  readonly graceMs: number | null;
}

/** How a process is looked after. */
export interface Care {
  readonly restart: RestartPolicy;
  /** Whether it is a job: ready when it has ended with 0, and then not run again. */
  readonly once?: true;
  /** The times at which a job runs again and again, as cron writes them; without it, it runs once. */
  readonly schedule?: string;
  readonly probe: Probe | null;
  /** How it is ended, as was known when it was started; without it SIGTERM, to all its processes. */
  readonly stop?: Stop;
  /** Milliseconds in which it must get ready; without it, as long as it takes. */
  readonly startMs?: number;
  /** The automata that must be ready, or done, before it is started; sorted. Without it, none. */
  readonly after?: readonly string[];
}

/** A file or a directory of the machine, and where an instance sees it. */
export interface SharedFiles {
  readonly source: string;
  readonly path: string;
}
