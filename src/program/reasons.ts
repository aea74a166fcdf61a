/** Causes as they are shown to people and machines: with places, and values in plain JSON. */

import { type Cause, chainOf } from "../core/cause.ts";
import { type CellKey, cellWords, parseCell, type Resolved, type Scheduled } from "../core/cell-key.ts";
import { jsonText } from "../core/json-text.ts";
import { newcomer } from "../core/stage.ts";
import { toJson } from "../language/json.ts";
import type { Site } from "../language/problem.ts";
import type { Value } from "../language/value.ts";
import { type Location, rangeOf } from "./locations.ts";
import type { Program } from "./program.ts";

/** One step on the way from what happened first to what was computed. */
export interface Reason {
  /** `input n`, `n`, `instances of a`. */
  readonly what: string;
  /** What happened to it; only the first of a chain says so. */
  readonly change?: "set" | "new" | "edited" | "gone";
  /** What was set, before and after. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** Where it is written. */
  readonly place?: Location;
}

/** A cell as people call it; `cell` is its name among passes. */
export const cellName = (key: CellKey): string => {
  const cell = parseCell(key);
  switch (cell._tag) {
    case "Ready":
      return `${cell.automaton}.${cell.index} is ready`;
    case "Held":
      return `instances of ${cell.automaton} that are held`;
    case "Restarted":
      return `restarts of ${cell.automaton}`;
    case "Scheduled":
      return `the last run of ${cell.automaton} by the clock`;
    case "Unready":
      return `instances of ${cell.automaton} that are not ready`;
    case "Listens":
      return `where instances of ${cell.automaton} that are not replaced yet listen`;
    case "Resolved":
      return `addresses of ${cell.host}`;
    case "Secret":
    case "File":
    case "Observed":
    case "Input":
    case "Fixed":
      return cellWords(key);
  }
};

const isScheduled = (held: unknown): held is Scheduled =>
  typeof held === "object" && held !== null && "cron" in held && "until" in held;

const isResolved = (held: unknown): held is Resolved =>
  typeof held === "object" && held !== null && "v4" in held && "v6" in held;

/** What a cell holds, as JSON. */
export const plainValue = (held: unknown): unknown => {
  if (held === undefined || held === null) return null;
  if (isScheduled(held)) return held.time === null ? null : new Date(held.time).toISOString();
  if (isResolved(held)) return [...held.v4, ...held.v6];
  if (held instanceof Set) return [...held].sort((a, b) => a - b);
  return typeof held === "object" && "_tag" in held ? toJson(held as Value) : held;
};

/** More steps than these are left out in the middle. */
const most = 12;

/** Bounded: the beginning and the end of a long chain. */
const elided = (chain: readonly Cause[]): readonly Cause[] => {
  if (chain.length <= most) return chain;
  const left = chain.length - most + 1;
  const between: Cause = { what: `${left} definitions more`, happened: null, from: null };
  return [...chain.slice(0, most / 2), between, ...chain.slice(chain.length - most / 2 + 1)];
};

/** What happened to a secret: not even the digests of its values are told. */
const secretChange = ({ before, after }: { readonly before: unknown; readonly after: unknown }) =>
  before === undefined ? "new" : after === undefined ? "gone" : "edited";

/** A cause of `member`, the first reason first. */
export const reasonsOf = (
  { workspace, augmentation }: Pick<Program, "workspace" | "augmentation">,
  member: string,
  cause: Cause,
): readonly Reason[] => {
  const written = (what: string, change: "new" | "edited" | "gone", site: Site | null): Reason => {
    const known = site !== null && workspace.modules.get(site.module)?.definitions.has(site.declaration);
    return { what, change, ...(known && { place: { file: site.module, range: rangeOf(workspace, site) } }) };
  };
  return elided(chainOf(cause)).map((one): Reason => {
    const { happened } = one;
    if (one === newcomer) {
      const known = augmentation.get(member)?.member;
      return written(member, "new", known?._tag === "Automaton" ? known.automaton.site : null);
    }
    if (happened === null) return { what: one.what };
    if (happened._tag === "Set") {
      if (parseCell(one.what as CellKey)._tag === "Secret")
        return { what: one.what, change: secretChange(happened) };
      const [before, after] = [plainValue(happened.before), plainValue(happened.after)];
      return { what: cellName(one.what as CellKey), change: "set", before, after };
    }
    return written(one.what, happened.how, happened.place as Site | null);
  });
};

const shown = (value: unknown): string =>
  value === null ? "nothing" : typeof value === "string" ? value : jsonText(value);

const told = ({ what, change, before, after, place }: Reason): string => {
  const at =
    place === undefined ? "" : ` at ${place.file}:${place.range.start.line}:${place.range.start.column}`;
  if (change === undefined) return what;
  if (change === "set") return `${what}: ${shown(before)} → ${shown(after)}`;
  return change === "edited" ? `${what} was edited${at}` : `${what} is ${change}${at}`;
};

/** `input n: 2 → 3 ⇒ n ⇒ instances of a` */
export const tell = (reasons: readonly Reason[]): string => reasons.map(told).join(" ⇒ ");
