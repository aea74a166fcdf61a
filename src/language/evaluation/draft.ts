/** An automaton while its clauses are read. */
import type { LimitName } from "../../core/limits.ts";
import type { Term } from "../../core/term.ts";
import type { Site } from "../problem.ts";
import type {
  AutomatonValue,
  ClauseValue,
  FileContent,
  HealthClause,
  ProvidedPort,
  RequiredPort,
  SecretFile,
  SecretText,
  SharedPath,
  StateDirectory,
  Value,
} from "../value.ts";
import type { Ask, Machine, Rule } from "./machine.ts";
import type { Scope } from "./scope.ts";
import { type Speaker, trialSpeaker } from "./speaker.ts";

/** The program of a command, and where it is written. */
export interface NamedProgram {
  /** `runs exec`, `health exec` */
  readonly clause: string;
  readonly name: string;
  readonly site: Site;
}

/** What clauses say; undefined where there is none. */
export interface Draft {
  /** The automaton that the clauses change, if they change one. */
  readonly base: AutomatonValue | null;
  /** Whether it runs elsewhere. */
  readonly external: boolean;
  /** What it is called, if `name` says nothing else. */
  readonly called: string;
  name?: string;
  /** No two of one name. */
  readonly provides: ProvidedPort[];
  readonly requires: RequiredPort[];
  /** Names of ports that failed; null: a port of which not even the name is known. */
  readonly lost: { readonly provides: (string | null)[]; readonly requires: (string | null)[] };
  env: Map<string, ClauseValue<string | SecretText>> | null;
  /** Whether `env` says more, which failed. */
  envFailed: boolean;
  files: Map<string, ClauseValue<FileContent>> | null;
  reload?: AutomatonValue["reload"];
  /** Where each of them is said. */
  readonly fileSites: Map<string, Site>;
  runs?: AutomatonValue["runs"];
  once?: boolean;
  schedule?: AutomatonValue["schedule"];
  /** Where that is said. */
  scheduleSite?: Site;
  instances?: { readonly count: AutomatonValue["instances"]; readonly settle: AutomatonValue["settle"] };
  health?: HealthClause | null;
  healthSite?: Site;
  restart?: AutomatonValue["restart"];
  update?: AutomatonValue["update"];
  user?: AutomatonValue["user"];
  /** Where that is said. */
  userSite?: Site;
  directory?: AutomatonValue["directory"];
  /** Where that is said. */
  directorySite?: Site;
  /** No two of one name. */
  readonly state: StateDirectory[];
  scratch: Map<string, number | null> | null;
  /** Where each of them is said. */
  readonly scratchSites: Map<string, Site>;
  /** No two of one name. */
  readonly secrets: SecretFile[];
  limits: Map<LimitName, number> | null;
  grants?: AutomatonValue["grants"];
  readOnly?: true;
  /** No two at one path. */
  readonly shares: SharedPath[];
  stop?: AutomatonValue["stop"];
  start?: AutomatonValue["start"];
  hostname?: AutomatonValue["hostname"];
  resolves?: AutomatonValue["resolves"];
  after?: AutomatonValue["after"];
  /** Programs that the clauses name, as far as they are known before it runs. */
  readonly programs: NamedProgram[];
  /** A port or the name failed: the automaton itself is poison. */
  broken: boolean;
}

/** The speaker with which its clauses are tried before it runs: all of it, or its first instance. Its name and its ports have been read. */
export const trialOf = (
  { base, called, name, requires, provides, lost }: Draft,
  isInstance: boolean,
): Speaker => {
  const automaton = {
    name: name ?? called,
    requires: [...(base?.requires ?? []), ...requires],
    provides: [...(base?.provides ?? []), ...provides],
  };
  return trialSpeaker(automaton, isInstance ? 0 : null, lost);
};

/** A step of evaluation that ends in something else than a value. */
export type Doing<T> = Generator<Ask | Rule, T, Value>;

/** A clause, and where it stands. */
export interface ClauseContext {
  readonly term: Term;
  readonly at: number;
  readonly scope: Scope;
  readonly machine: Machine;
}
