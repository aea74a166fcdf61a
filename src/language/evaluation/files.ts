/** The clause `files`. */
import type { Files } from "../../core/syntax/clauses.ts";
import type { Term } from "../../core/term.ts";
import { describe } from "../describe.ts";
import { childAt, focusAt, siteAt } from "../site.ts";
import type { AutomatonValue, ClauseValue, FileContent, SecretText, Value } from "../value.ts";
import { type Check, checkSignal, checkUser, refuse } from "./checks.ts";
import type { ClauseContext, Doing, Draft } from "./draft.ts";
import { say } from "./equations.ts";
import { ask, type Machine } from "./machine.ts";
import { reportMisfit } from "./misfit.ts";
import { checkMountPath } from "./state.ts";

const wanted = "a file is a text, or a record of `text`, and perhaps `mode` and `owner`";
const known: ReadonlySet<string> = new Set(["text", "mode", "owner"]);

const isMode = (value: Value): boolean => value._tag === "String" && /^0?[0-7]{3}$/.test(value.text);

const textIn = (value: Value | undefined): string | null => (value?._tag === "String" ? value.text : null);

const contentIn = (value: Value | undefined): string | SecretText | null =>
  value?._tag === "Secret" ? value.pieces : textIn(value);

/** What a file is to hold, and whose it is. */
export const checkFile: Check<FileContent> = (value, site, machine) => {
  const whole = contentIn(value);
  if (whole !== null) return { text: whole, mode: null, owner: null };
  if (value._tag !== "Record") return refuse(wanted, value, site, machine);
  const { fields } = value;
  if ([...fields.values()].some(({ _tag }) => _tag === "Poison")) return null;
  const odd = [...fields.keys()].find((name) => !known.has(name));
  if (odd !== undefined) {
    machine.report("unknown-field", `${wanted}; it has no \`${odd}\``, site);
    return null;
  }
  const text = contentIn(fields.get("text"));
  if (text === null) {
    const given = fields.get("text");
    if (given === undefined) machine.report("type-mismatch", `${wanted}: this record has no \`text\``, site);
    else reportMisfit(given, `${wanted}: its \`text\` is ${describe(given)}`, site, machine);
    return null;
  }
  const [mode, owner] = [fields.get("mode"), fields.get("owner")];
  if (mode !== undefined && !isMode(mode))
    return refuse(
      "the `mode` of a file is octal digits in quotes",
      mode,
      site,
      machine,
      'write `mode = "0640"`',
    );
  const whose = owner === undefined ? null : checkUser(owner, site, machine);
  if (owner !== undefined && whose === null) return null;
  return { text, mode: mode === undefined ? null : textIn(mode)!.padStart(4, "0"), owner: whose };
};

/** `files { PATH = EXPR }`; the second of one path is reported and left out. */
export function* readFiles(node: Files<Term>, context: ClauseContext, draft: Draft): Doing<void> {
  const { term, at, scope, machine } = context;
  const files = new Map<string, ClauseValue<FileContent>>();
  for (const [i, entry] of node.children.entries()) {
    if (entry.node._tag !== "FileEntry") continue;
    const entryAt = childAt(term, at, i);
    const [pathTerm, contentTerm] = entry.node.children;
    const site = siteAt(scope.origin, entryAt + 1);
    const path = checkMountPath("a file")(yield ask(pathTerm, entryAt + 1, scope), site, machine);
    const content = yield* say(contentTerm, childAt(entry, entryAt, 1), scope, machine, checkFile, draft);
    if (path === null) continue;
    const first = draft.fileSites.get(path);
    if (first !== undefined) {
      const hints = [{ message: "it stands here already", site: first }];
      machine.report("duplicate-name", `${path} stands twice in these \`files\``, site, hints);
      continue;
    }
    draft.fileSites.set(path, site);
    if (content !== null) files.set(path, content);
  }
  draft.files = files.size === 0 ? null : files;
  if (node.reload !== null) {
    const signal = checkSignal("reload", node.reload, focusAt(scope.origin, at), machine);
    if (signal !== null) draft.reload = signal;
  }
}

const isIn = (path: string, directory: string): boolean => `${path}/`.startsWith(`${directory}/`);

/** Reports files that lie in one another, or in what an instance keeps: there they would hide what it keeps. */
export const checkFiles = (
  { files, state, site }: AutomatonValue,
  { fileSites }: Draft,
  machine: Machine,
): void => {
  for (const path of files.keys()) {
    const at = fileSites.get(path) ?? site;
    for (const other of files.keys())
      if (path !== other && isIn(path, other))
        machine.report("duplicate-name", `${path} is in ${other}, which is a file`, at);
    const kept = state.find((one) => isIn(path, one.path) || isIn(one.path, path));
    if (kept !== undefined)
      machine.report(
        "duplicate-name",
        `${path} and the state \`${kept.name}\` at ${kept.path} are in each other's way`,
        at,
        [{ message: "the state is here", site: kept.site }],
      );
  }
};
