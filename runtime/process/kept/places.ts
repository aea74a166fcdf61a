/** Where the directories are that instances keep: by owner, system, automaton, index and name. */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { pathPart } from "../../names.ts";
import { type SystemState, stateRoot } from "../state.ts";

/** The directory of all that is kept, where it is to be another. By it the CLI tells itself, inside a user namespace, the user's. */
export const keptDirVariable = "ARCHITECT_STATE_DIR";

const isAbsolute = (path: string | undefined): path is string => path?.startsWith("/") === true;

/** /var/lib/architect for root, else below the user's $XDG_STATE_HOME. It outlives the machine's restart. */
export const keptRoot = (
  env: NodeJS.ProcessEnv = process.env,
  uid: number = process.getuid?.() ?? 0,
): string => {
  const chosen = env[keptDirVariable];
  if (isAbsolute(chosen)) return chosen;
  if (uid === 0) return "/var/lib/architect";
  const { XDG_STATE_HOME: state, HOME: home = "/" } = env;
  return `${isAbsolute(state) ? state : `${home === "/" ? "" : home}/.local/state`}/architect`;
};

/** As many characters as leave a part of a path in its bounds. */
const longestPart = 200;

const escaped = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `_${byte.toString(16).padStart(2, "0")}`).join("");

/**
 * What tells the systems of one runtime directory from those of another: its path, in which `/` is written `-`, and what is
 * neither a letter nor a digit nor a dot is written `_` and two hexadecimal digits for each byte. So no two paths give the same. One that
 * is too long gives its hash. The owner that names and marks have (`runtime/owner.ts`) may be another after the machine has
 * started anew.
 */
export const ownerPart = (runtimeRoot: string): string => {
  const path = resolve(runtimeRoot);
  const part = path
    .slice(1)
    .replaceAll(/^\.|[^A-Za-z0-9./]/gu, escaped)
    .replaceAll("/", "-");
  return pathPart(part.length <= longestPart ? part : `__${createHash("sha256").update(path).digest("hex")}`);
};

/** The directory of what the systems of a runtime directory keep. */
export const keptOfOwner = (runtimeRoot: string = stateRoot()): string =>
  `${keptRoot()}/${ownerPart(runtimeRoot)}`;

/** The directory of what a system keeps. */
export const keptOfSystem = ({ system, root }: Pick<SystemState, "system" | "root">): string =>
  `${keptOfOwner(root)}/${pathPart(system)}`;

/** What a kept directory belongs to. */
export interface KeptBy {
  readonly automaton: string;
  readonly index: number;
  readonly name: string;
}

/** Where a directory is kept. */
export const keptPlace = (
  state: Pick<SystemState, "system" | "root">,
  { automaton, index, name }: KeptBy,
): string => `${keptOfSystem(state)}/${pathPart(automaton)}/${index}/${pathPart(name)}`;
