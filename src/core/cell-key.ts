/**
 * The names of cells: what is set from outside, and what is observed of the world. They are made and
 * taken apart here and nowhere else. A key carries the type of what its cell holds.
 */

declare const cellKey: unique symbol;

/** The name of a cell that holds a `T`. */
export type CellKey<T = unknown> = string & { readonly [cellKey]: T };

/** Looks at what a cell holds; undefined where it was never set. */
export type ReadCell = <T>(key: CellKey<T>) => T | undefined;

/** The same without its type: for what hands on what others set. */
export type CellSource = (key: CellKey) => unknown;

/** What a cell's key says, in parts. */
export type ParsedCell =
  /** An input of the program. */
  | { readonly _tag: "Input"; readonly name: string }
  /** What is observed of an automaton; of the host where that is null. */
  | { readonly _tag: "Observed"; readonly automaton: string | null; readonly cell: string }
  /** How many instances there are to be at least. */
  | { readonly _tag: "Held"; readonly automaton: string }
  /** How often a restart of an automaton was asked for. */
  | { readonly _tag: "Restarted"; readonly automaton: string }
  /** When an automaton last ran by the clock, and what of its schedule has been dealt with. */
  | { readonly _tag: "Scheduled"; readonly automaton: string }
  /** Whether an instance takes connections. */
  | { readonly _tag: "Ready"; readonly automaton: string; readonly index: number }
  /** The instances of an automaton that take none. */
  | { readonly _tag: "Unready"; readonly automaton: string }
  /** Where instances of an automaton listen that run an earlier program of it. */
  | { readonly _tag: "Listens"; readonly automaton: string }
  /** A secret, of which its version is known. */
  | { readonly _tag: "Secret"; readonly name: string }
  /** The addresses of a host elsewhere. */
  | { readonly _tag: "Resolved"; readonly host: string }
  /** What a file holds that is named in another one. */
  | { readonly _tag: "File"; readonly path: string; readonly from: string }
  /** What holds for the program as a whole. */
  | { readonly _tag: "Fixed"; readonly name: string };

const key = <T>(name: string): CellKey<T> => name as CellKey<T>;

/** `input n` */
export const inputCell = <T = unknown>(name: string): CellKey<T> => key(`input ${name}`);
/** `observed a.connections` */
export const observedCell = (automaton: string, cell: string): CellKey<number> =>
  key(`observed ${automaton}.${cell}`);
/** `observed host.cpus` */
export const hostCell = (cell: string): CellKey<number> => observedCell("host", cell);
/** `held a` */
export const heldCell = (automaton: string): CellKey<number> => key(`held ${automaton}`);
/** `restarted a` */
export const restartedCell = (automaton: string): CellKey<number> => key(`restarted ${automaton}`);
/** How a run by the clock went; times are in milliseconds since 1970. */
export interface RunRecord {
  /** The spec of the run: tells it from all others. */
  readonly spec: string;
  readonly began: number;
  /** Null: nobody saw when. */
  readonly ended: number | null;
  /** Null for a signal, and where nobody saw it. */
  readonly code: number | null;
  readonly signal: string | null;
}
/** What has been dealt with of what the clock starts; times are in milliseconds since 1970. */
export interface Scheduled {
  readonly cron: string;
  readonly zone: string;
  /** Its times until then need nothing more. */
  readonly until: number;
  /** The time for which it last ran, or is to run now; null: it never did. */
  readonly time: number | null;
  readonly last: RunRecord | null;
}
/** `scheduled a` */
export const scheduledCell = (automaton: string): CellKey<Scheduled> => key(`scheduled ${automaton}`);
/** `ready a/0` */
export const readyCell = (automaton: string, index: number): CellKey<boolean> =>
  key(`ready ${automaton}/${index}`);
/** `unready a`: the cells `ready a/0`, `ready a/1`, … in one. */
export const unreadyCell = (automaton: string): CellKey<ReadonlySet<number>> => key(`unready ${automaton}`);
/** Where a program listens: the numbers of its ports by their names. */
export type Listens = Readonly<Record<string, number>>;
/** `listens a`, by the index of the instance: whose program is still an earlier one is asked where that listens. */
export const listensCell = (automaton: string): CellKey<Readonly<Record<number, Listens>>> =>
  key(`listens ${automaton}`);
/** `secret db.password`: the version of its value, see `SecretVersion`. */
export const secretCell = (name: string): CellKey<string> => key(`secret ${name}`);
/** Whether somebody says which secrets have a value: then those that have none are mistakes. */
export const secretsCell = key<boolean>("secrets");
/** The addresses that the name of a host stands for. */
export interface Resolved {
  /** Each sorted. */
  readonly v4: readonly string[];
  readonly v6: readonly string[];
}
/** `resolved mx.example.com` */
export const resolvedCell = (host: string): CellKey<Resolved> => key(`resolved ${host}`);
/** `file ["./a.conf","main.arch"]` */
export const fileCell = <T>(path: string, from: string): CellKey<T> =>
  key(`file ${JSON.stringify([path, from])}`);
/** Where processes run. */
export const directoryCell = key<(file: string) => string>("directory");
/** What the system is called in the world. */
export const systemCell = key<string>("system");
/** Bounds on what is built. */
export const limitsCell = <T>(): CellKey<T> => key("limits");

const isHost = (automaton: string): boolean => automaton === "host";

/** What a key names. */
export const parseCell = (name: CellKey): ParsedCell => {
  const space = name.indexOf(" ");
  const rest = name.slice(space + 1);
  switch (name.slice(0, Math.max(0, space))) {
    case "input":
      return { _tag: "Input", name: rest };
    case "observed": {
      const dot = rest.lastIndexOf(".");
      const automaton = rest.slice(0, dot);
      return { _tag: "Observed", automaton: isHost(automaton) ? null : automaton, cell: rest.slice(dot + 1) };
    }
    case "secret":
      return { _tag: "Secret", name: rest };
    case "held":
      return { _tag: "Held", automaton: rest };
    case "restarted":
      return { _tag: "Restarted", automaton: rest };
    case "scheduled":
      return { _tag: "Scheduled", automaton: rest };
    case "ready": {
      const slash = rest.lastIndexOf("/");
      return { _tag: "Ready", automaton: rest.slice(0, slash), index: Number(rest.slice(slash + 1)) };
    }
    case "unready":
      return { _tag: "Unready", automaton: rest };
    case "listens":
      return { _tag: "Listens", automaton: rest };
    case "file": {
      const [path, from] = JSON.parse(rest) as readonly [string, string];
      return { _tag: "File", path, from };
    }
    case "resolved":
      return { _tag: "Resolved", host: rest };
    default:
      return { _tag: "Fixed", name };
  }
};

/** The cell in which passes read what is set under a key: all of an automaton's instances at once. */
export const readAs = (name: CellKey): CellKey => {
  const parsed = parseCell(name);
  return parsed._tag === "Ready" ? unreadyCell(parsed.automaton) : name;
};

/** A cell as people call it: `a.connections`, `input n`. */
export const cellWords = (name: CellKey): string => {
  const parsed = parseCell(name);
  if (parsed._tag === "File") return `file ${parsed.path}`;
  return parsed._tag === "Observed" ? `${parsed.automaton ?? "host"}.${parsed.cell}` : name;
};

/** Whether a label of a node is the key of an input, of what is observed, or of a file that is read. */
export const isCellLabel = (label: unknown): label is CellKey => {
  if (typeof label !== "string") return false;
  const { _tag } = parseCell(label as CellKey);
  return _tag === "Input" || _tag === "Observed" || _tag === "File";
};
