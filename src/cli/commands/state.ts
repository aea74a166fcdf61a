import * as t from "io-ts";
import { type KeptFound, listKept, removeKept } from "../../../runtime/process/kept/list.ts";
import { SystemState } from "../../../runtime/process/state.ts";
import { jsonText } from "../../core/json-text.ts";
import { compareNames } from "../../core/natural.ts";
import { type ExitCode, exit } from "../command.ts";
import { flag, implement, oneOf, optional, orElse, text } from "../option-schema.ts";
import { table } from "../render/table.ts";
import { theme } from "../render/theme.ts";
import { reportError } from "../report-error.ts";
import type { Terminal } from "../terminal.ts";

const words = t.type({
  action: oneOf(["ls", "rm"]),
  path: orElse(t.array(text), []),
  system: optional(text),
  json: flag,
});

/** `shop/db/0/data` */
const nameOf = ({ system, automaton, index, name }: KeptFound): string =>
  [system, automaton, index, name].join("/");

const byName = (a: KeptFound, b: KeptFound): number => compareNames(nameOf(a), nameOf(b));

/** To two digits, in the unit that people would take. */
const sizeText = (bytes: number): string => {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let count = bytes;
  for (; count >= 1024 && unit < units.length - 1; unit++) count /= 1024;
  return `${unit === 0 || count >= 10 ? Math.round(count) : count.toFixed(1)} ${units[unit]}`;
};

const list = (found: readonly KeptFound[], { out, json }: Terminal): ExitCode => {
  if (json) out.write(`${jsonText({ state: found })}\n`);
  else if (found.length === 0) out.write("nothing is kept\n");
  else {
    const paint = theme(out.colour);
    const rows = found.map((one) => [
      { text: nameOf(one), paint: paint.name },
      { text: one.size === null ? sizeText(one.bytes) : `${sizeText(one.bytes)} of ${sizeText(one.size)}` },
      { text: one.inUse ? "in use" : one.unused ? "no longer used" : "" },
      { text: one.path },
    ]);
    const columns = [
      { title: "STATE" },
      { title: "SIZE", align: "right" },
      { title: "" },
      { title: "PATH", drop: 1 },
    ] as const;
    out.write(table(columns, rows, out.columns(), paint));
  }
  return exit.done;
};

const remove = (paths: readonly string[], found: readonly KeptFound[], terminal: Terminal): ExitCode => {
  if (paths.length === 0)
    return reportError(terminal, {
      message: "nothing is named to be removed",
      hint: "architect state ls shows what there is",
    });
  const chosen = new Map<string, KeptFound>();
  for (const path of paths) {
    const wanted = path.replace(/\/+$/, "");
    const meant = found.filter((one) => `${nameOf(one)}/`.startsWith(`${wanted}/`));
    if (meant.length === 0)
      return reportError(terminal, {
        message: `nothing is kept as ${path}`,
        hint: "architect state ls shows what there is",
      });
    for (const one of meant) chosen.set(nameOf(one), one);
  }
  const used = [...chosen.values()].find(({ inUse }) => inUse);
  if (used !== undefined)
    return reportError(terminal, {
      message: `${nameOf(used)} is in use by ${used.automaton}.${used.index}`,
      hint: `architect down ${used.system} ends it`,
    });
  const { out, json } = terminal;
  for (const [name, one] of chosen) {
    removeKept(new SystemState(one.system), one);
    if (!json) out.write(`${theme(out.colour).delete("-")} ${name}\n`);
  }
  if (json) out.write(`${jsonText({ removed: [...chosen.values()] })}\n`);
  return exit.done;
};

export const state = implement(words, async ({ action, path, system }, terminal) => {
  const found = [...listKept(system)].sort(byName);
  return action === "ls" ? list(found, terminal) : remove(path, found, terminal);
});
