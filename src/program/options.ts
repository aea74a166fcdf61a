/** With what a program is opened. */
import type { Limits } from "../language/world.ts";
import type { ResolveImport } from "./imports.ts";

export interface Options {
  /** As diagnostics name it. */
  readonly file: string;
  readonly text: string;
  /** Which system, where the file has several. */
  readonly system?: string;
  /** Refuse a text in which the system is gone that was interpreted before: for what runs. */
  readonly keepSystem?: boolean;
  readonly resolveImport?: ResolveImport;
  /** Bounds on what the program may build, where they are not the usual ones. */
  readonly limits?: Partial<Limits>;
  /** In which processes run; else the folder of the file. */
  readonly directory?: string;
  /** What `host` is: processors, bytes of memory. */
  readonly host?: { readonly cpus: number; readonly memory: number };
}
