/** What each clause of an automaton says, read into a draft of it. */
import type { ClauseTag } from "../../core/clauses.ts";
import type {
  Directory,
  Env,
  Health,
  Hostname,
  Instances,
  Named,
  Runs,
  Start,
  Stop,
  User,
} from "../../core/syntax/clauses.ts";
import type { Of } from "../../core/syntax.ts";
import type { Term } from "../../core/term.ts";
import { describe } from "../describe.ts";
import type { Site } from "../problem.ts";
import { childAt, focusAt, siteAt } from "../site.ts";
import type { Said, SecretText } from "../value.ts";
import { readAfter } from "./after.ts";
import {
  type Check,
  checkArgv,
  checkCommand,
  checkCount,
  checkDirectory,
  checkEvery,
  checkHostname,
  checkLimit,
  checkName,
  checkPath,
  checkSettle,
  checkSignal,
  checkTimeout,
  checkUser,
  checkVariable,
} from "./checks.ts";
import type { Doing, Draft, Place } from "./draft.ts";
import { say } from "./equations.ts";
import { readFiles } from "./files.ts";
import { readLimits } from "./limits.ts";
import { bareText } from "./lookup.ts";
import { ask } from "./machine.ts";
import { reportMisfit } from "./misfit.ts";
import { readProvides, readRequires } from "./ports.ts";
import { readScratch } from "./scratch.ts";
import { readSecret } from "./secrets.ts";
import { readState } from "./state.ts";

type Reader<Tag extends ClauseTag> = (node: Of<Tag, Term>, place: Place, draft: Draft) => Doing<void> | null;

/** Reads a clause into the draft, or gives the steps that do. */
export const readClause = (place: Place, draft: Draft): Doing<void> | null => {
  const { node } = place.term;
  return (readers[node._tag as ClauseTag] as Reader<ClauseTag>)(node as Of<ClauseTag, Term>, place, draft);
};

function* readRuns(node: Runs<Term>, { at, scope, machine }: Place, draft: Draft): Doing<void> {
  draft.once = node.once;
  const check = noting("runs exec", checkCommand, node.children[0], draft);
  draft.runs = yield* say(node.children[0], at + 1, scope, machine, check, draft);
}

/** As `check`, and notes which program the command names. */
const noting =
  (clause: string, check: Check<readonly string[]>, term: Term, draft: Draft): Check<readonly string[]> =>
  (value, site, machine) => {
    const argv = check(value, site, machine);
    if (argv !== null)
      draft.programs.push({ clause, name: argv[0]!, site: firstElement(term, site) ?? site });
    return argv;
  };

/** Where the first element of a list is written, if it is written out. */
const firstElement = ({ node }: Term, site: Site): Site | null => {
  const first = node._tag === "List" ? node.children[0]?.node._tag : undefined;
  return first === undefined || first === "Spread" || first === "Chunk" ? null : { ...site, at: site.at + 1 };
};

function* readName(node: Named<Term>, { at, scope, machine }: Place, draft: Draft): Doing<void> {
  const name = checkName(yield ask(node.children[0], at + 1, scope), siteAt(scope.origin, at + 1), machine);
  if (name === null) draft.broken = true;
  else draft.name = name;
}

function* readEnv(node: Env<Term>, { at: from, scope, machine }: Place, draft: Draft): Doing<void> {
  const env = new Map<string, Said<string | SecretText>>();
  const written = new Map<string, Site>();
  let at = from + 1;
  for (const child of node.children) {
    const said = child.node;
    if (said._tag === "Entry") {
      const site = focusAt(scope.origin, at);
      const first = written.get(said.name);
      if (first === undefined) written.set(said.name, site);
      else {
        const hints = [{ message: "it stands here already", site: first }];
        machine.report("duplicate-name", `\`${said.name}\` stands twice in this \`env\``, site, hints);
      }
      const variable = yield* say(said.children[0], at + 1, scope, machine, checkVariable, draft);
      if (variable !== null) env.set(said.name, variable);
      else draft.envFailed = true;
    } else if (said._tag === "Spread") {
      const site = siteAt(scope.origin, at + 1);
      const value = yield ask(said.children[0], at + 1, scope);
      if (value._tag === "Record") {
        for (const [name, field] of value.fields) {
          const content = checkVariable(field, site, machine);
          if (content !== null) env.set(name, { _tag: "Known", value: content });
          else draft.envFailed = true;
        }
      } else {
        draft.envFailed = true;
        if (value._tag !== "Poison")
          reportMisfit(value, `\`...\` takes a record here, not ${describe(value)}`, site, machine);
      }
    }
    at += child.size;
  }
  if (env.size > 0) draft.env = env;
}

function* readUser({ children: [user] }: User<Term>, place: Place, draft: Draft): Doing<void> {
  draft.user = yield* plainValue(user, place, checkUser, true);
  draft.userSite = siteAt(place.scope.origin, place.at + 1);
}

function* readDirectory({ children: [path] }: Directory<Term>, place: Place, draft: Draft): Doing<void> {
  draft.directory = yield* plainValue(path, place, checkDirectory, true);
  draft.directorySite = siteAt(place.scope.origin, place.at + 1);
}

function* readHostname({ children: [name] }: Hostname<Term>, place: Place, draft: Draft): Doing<void> {
  const { at, scope, machine } = place;
  draft.hostname = yield* say(name, at + 1, scope, machine, checkHostname, draft);
}

function* readStop({ signal, children: [within] }: Stop<Term>, place: Place, draft: Draft): Doing<void> {
  const { at, scope, machine } = place;
  const known = checkSignal("stop", signal, focusAt(scope.origin, at), machine);
  const limit = within === undefined ? null : yield* plainValue(within, place, checkLimit("stop … within"));
  draft.stop = known === null ? null : { signal: known, within: limit };
}

function* readStart({ children: [within] }: Start<Term>, place: Place, draft: Draft): Doing<void> {
  draft.start = yield* plainValue(within, place, checkLimit("start within"));
}

/** What the first expression of a clause says, which is no equation. `isText`: whether it takes a text. */
function* plainValue<T>(
  term: Term,
  { at, scope, machine }: Place,
  check: Check<T>,
  isText = false,
): Doing<T | null> {
  const bare = isText ? bareText(term, at + 1, scope, machine) : null;
  const value = bare ?? (yield ask(term, at + 1, scope));
  return check(value, siteAt(scope.origin, at + 1), machine);
}

function* readInstances(node: Instances<Term>, place: Place, draft: Draft): Doing<void> {
  const { term, at, scope, machine } = place;
  const [countTerm, settleTerm] = node.children;
  const count = yield* say(countTerm, at + 1, scope, machine, checkCount, draft, false);
  const settle =
    settleTerm === undefined
      ? null
      : yield* say(settleTerm, childAt(term, at, 1), scope, machine, checkSettle, draft, false);
  draft.instances = { count, settle };
}

function* readHealth(node: Health<Term>, place: Place, draft: Draft): Doing<void> {
  const { term, at, scope, machine } = place;
  let next = 0;
  const taken = (): [Term, number] => {
    const index = next++;
    return [node.children[index]!, childAt(term, at, index)];
  };
  const path = node.how === "http" ? yield* say(...taken(), scope, machine, checkPath, draft) : null;
  const check = checkArgv("health exec");
  const argv =
    node.how === "exec"
      ? yield* say(...taken(), scope, machine, noting("health exec", check, node.children[0]!, draft), draft)
      : null;
  const every = node.every ? yield* say(...taken(), scope, machine, checkEvery, draft) : null;
  const timeout = node.timeout ? yield* say(...taken(), scope, machine, checkTimeout, draft) : null;
  draft.health = { how: node.how, path, argv, every, timeout };
  draft.healthSite = focusAt(scope.origin, at);
}

const readers: { readonly [Tag in ClauseTag]: Reader<Tag> } = {
  Provides: readProvides,
  Requires: readRequires,
  Runs: readRuns,
  Env: readEnv,
  Files: readFiles,
  User: readUser,
  Directory: readDirectory,
  State: readState,
  Scratch: readScratch,
  Secret: readSecret,
  Limits: readLimits,
  Instances: readInstances,
  Health: readHealth,
  Restart: ({ policy }, _, draft) => {
    draft.restart = policy;
    return null;
  },
  Update: ({ policy }, _, draft) => {
    draft.update = policy;
    return null;
  },
  Hostname: readHostname,
  Resolves: ({ family }, _, draft) => {
    draft.resolves = family;
    return null;
  },
  Stop: readStop,
  Start: readStart,
  After: readAfter,
  Named: readName,
};
