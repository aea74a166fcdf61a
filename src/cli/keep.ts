/** What `run` and `apply` have in common: opening a system for keeps, and telling what became of it. */

import { isLeft } from "fp-ts/lib/Either.js";
import { isInside } from "../../runtime/rootless/places.ts";
import type { Failure } from "../core/base.ts";
import type { BaseKind } from "../core/base-kind.ts";
import { called } from "../core/called.ts";
import { follow, type Operation, ordered } from "../core/operation.ts";
import { portsText, publishedPorts } from "../core/port-range.ts";
import type { Resource, ResourceKey } from "../core/resource.ts";
import type { Live, LiveOptions } from "../live/system/live.ts";
import { openLive } from "../live/system/open.ts";
import { type OpenedSystem, show } from "./program.ts";
import { type Progress, progressOn } from "./render/progress.ts";
import { reportError, say } from "./report-error.ts";
import { refusedPorts } from "./taken-ports.ts";
import type { Terminal } from "./terminal.ts";

export interface OpenedOrchestrator {
  readonly live: Live;
  readonly progress: Progress;
  /** What has been done to the world so far: a scaling down goes on after services have changed. */
  readonly performed: () => readonly Operation[];
}

const words = { create: "creating", update: "updating", delete: "removing" } as const;

/** `creating the process of cart.0` */
const doing = ({ op, key }: Operation): string => `${words[op]} ${called(key)}`;

/** An ordinary user's published ports are relayed, and so lose their clients' addresses: said before anybody relies on them. */
const noteOnClients = (resources: Iterable<Resource>, base: BaseKind, { err }: Terminal): void => {
  if (!base.takesRights || !isInside()) return;
  const ports = [...resources].flatMap((one) =>
    one.kind === "publication" ? [portsText(publishedPorts(one))] : [],
  );
  if (ports.length === 0) return;
  const clients = `clients of port ${ports.join(", ")}`;
  say(err, "note", `without root, ${clients} come as 192.0.0.8 or fc00::2, not from their own addresses`);
};

/** Makes this process the orchestrator of the system; null after saying why that cannot be. */
export const keep = async (
  opened: OpenedSystem,
  base: BaseKind,
  terminal: Terminal,
  more: Pick<LiveOptions, "onEvent" | "onDiagnostics" | "allowUnenforced" | "byClock"> = {},
): Promise<OpenedOrchestrator | null> => {
  const { program } = opened;
  const refused = await refusedPorts(opened, base);
  if (refused.length > 0) {
    await show(refused, opened.textOf, terminal);
    return null;
  }
  const progress = progressOn(terminal.err);
  const performed = new Map<ResourceKey, Operation>();
  const live = await openLive({
    program,
    base: base.name,
    onProgress: (done, total, operation) => {
      follow(performed, operation);
      progress.step(done, total, doing(operation));
    },
    ...(process.env.ARCHITECT_LOG === "debug"
      ? { onDecision: (line: string) => terminal.err.write(`${line}\n`) }
      : {}),
    ...more,
  });
  if (!isLeft(live)) noteOnClients(program.resources(), base, terminal);
  if (!isLeft(live)) return { live: live.right, progress, performed: () => ordered(performed.values()) };
  reportError(terminal, live.left);
  return null;
};

/** Says what was done otherwise than it should be. */
export const showWarnings = (warnings: readonly string[], { err }: Terminal): void => {
  for (const warning of warnings) say(err, "warning", warning);
};

/** Whose resource it is, where what is done to it does not say that: `db.0`. */
const ownerOf = (key: string): string | null => {
  const [kind, ...rest] = key.split("/");
  return kind === "process" || kind === "limits" || kind === "files" ? rest.join(".") : null;
};

/** Says what the world refused, and of which automata; what was refused of several in the same words, once. */
export const showFailures = (
  failures: readonly (Pick<Failure, "doing" | "message" | "code" | "hint"> & { readonly key: string })[],
  { err }: Terminal,
): void => {
  const told = new Map<string, { readonly owners: string[]; readonly hint: string | undefined }>();
  for (const { key, doing: what, message, code, hint } of failures) {
    const words = `cannot ${what}: ${message}${message.includes(code) ? "" : ` (${code})`}`;
    const owner = ownerOf(key);
    const known = told.get(words) ?? { owners: [], hint };
    told.set(words, known);
    if (owner !== null) known.owners.push(owner);
  }
  for (const [words, { owners, hint }] of told) {
    const more = owners.length > 1 ? ` and ${owners.length - 1} more` : "";
    say(err, "error", `${owners.length === 0 ? "" : `${owners[0]}${more}: `}${words}`);
    if (hint !== undefined) say(err, "hint", hint);
  }
};

/** Says that a system which could not be brought up is gone again, and why that is so. */
export const showTakenBack = (system: string, { err }: Terminal): void =>
  say(err, "error", `${system} is taken back: what is above was refused, and nothing of it ran before`);
