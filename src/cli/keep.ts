/** What `run` and `apply` have in common: opening a system for keeps, and telling what became of it. */
import { isLeft } from "fp-ts/lib/Either.js";
import type { BaseCase, Failure } from "../core/base.ts";
import { called } from "../core/called.ts";
import { follow, type Operation, ordered } from "../core/operation.ts";
import type { ResourceKey } from "../core/resource.ts";
import { type Live, type LiveOptions, openLive } from "../live/live.ts";
import { complain } from "./complain.ts";
import type { OpenedSystem } from "./program.ts";
import { type Progress, progressOn } from "./render/progress.ts";
import { theme } from "./render/theme.ts";
import type { Terminal } from "./terminal.ts";

export interface Kept {
  readonly live: Live;
  readonly progress: Progress;
  /** What has been done to the world so far: a scaling down goes on after services have changed. */
  readonly performed: () => readonly Operation[];
}

const words = { create: "creating", update: "updating", delete: "removing" } as const;

/** `creating the process of cart.0` */
const doing = ({ op, key }: Operation): string => `${words[op]} ${called(key)}`;

/** Makes this process the orchestrator of the system; null after saying why that cannot be. */
export const keep = (
  { program }: OpenedSystem,
  base: BaseCase["name"],
  terminal: Terminal,
  more: Pick<LiveOptions, "onEvent" | "onDiagnostics"> = {},
): Kept | null => {
  const progress = progressOn(terminal.err);
  const performed = new Map<ResourceKey, Operation>();
  const live = openLive({
    program,
    base,
    onProgress: (done, total, operation) => {
      follow(performed, operation);
      progress.step(done, total, doing(operation));
    },
    ...more,
  });
  if (!isLeft(live)) return { live: live.right, progress, performed: () => ordered(performed.values()) };
  complain(terminal, live.left);
  return null;
};

/** Says what the world refused. */
export const showFailures = (
  failures: readonly Pick<Failure, "doing" | "message" | "code" | "hint">[],
  { err }: Terminal,
): void => {
  const paint = theme(err.colour);
  for (const { doing: what, message, code, hint } of failures) {
    err.write(
      `${paint.error("error:")} cannot ${what}: ${message}${message.includes(code) ? "" : ` (${code})`}\n`,
    );
    if (hint !== undefined) err.write(`${paint.help("hint:")} ${hint}\n`);
  }
};
