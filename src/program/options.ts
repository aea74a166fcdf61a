/** With what a program is opened. */
import type { Limits } from "../language/world.ts";
import type { CheckCommand } from "./commands.ts";
import type { ResolveImport } from "./imports.ts";

/** How a program is opened. */
export interface Options {
  /** As diagnostics name it. */
  readonly file: string;
  readonly text: string;
  /** Which system, where the file has several. */
  readonly system?: string;
  /** Refuse a text in which the system is gone that was interpreted before: for what runs. */
  readonly keepSystem?: boolean;
  /** Reads imported files; without it no import is found. */
  readonly resolveImport?: ResolveImport;
  /** Looks for the programs that automata run, so that missing ones are told; without it nobody does. */
  readonly checkCommand?: CheckCommand;
  /** Says in words why a user is not to be had where programs run; null if it is. Without it nobody looks. */
  readonly checkUser?: (user: string) => string | null;
  /** The same of a directory in which programs are to run. */
  readonly checkDirectory?: (path: string) => string | null;
  /** Bounds on what the program may build, where they are not the usual ones. */
  readonly limits?: Partial<Limits>;
  /** In which processes run; else the folder of the file. */
  readonly directory?: string;
  /** What `host` is: processors, bytes of memory. */
  readonly host?: { readonly cpus: number; readonly memory: number };
}
