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
  Schedule,
  Start,
  Stop,
  User,
} from "../../core/syntax/clauses.ts";
import type { Of } from "../../core/syntax.ts";
import type { Term } from "../../core/term.ts";
import { describe } from "../describe.ts";
import type { Site } from "../problem.ts";
import { childAt, focusAt, siteAt } from "../site.ts";
import type { ClauseValue, SecretText } from "../value.ts";
import { readAfter } from "./after.ts";
import {
  type Check,
  checkArgv,
  checkCommand,
  checkCount,
  checkDirectory,
  checkEvery,
  checkFailures,
  checkHostname,
  checkLimit,
  checkName,
  checkPath,
  checkService,
  checkSettle,
  checkSignal,
  checkSuccesses,
  checkTimeout,
  checkUser,
  checkVariable,
} from "./checks.ts";
import type { ClauseContext, Doing, Draft } from "./draft.ts";
import { say } from "./equations.ts";
import { readFiles } from "./files.ts";
import { readGrants } from "./grants.ts";
import { readLimits } from "./limits.ts";
import { bareText } from "./lookup.ts";
import { ask } from "./machine.ts";
import { reportMisfit } from "./misfit.ts";
import { readProvides, readRequires } from "./ports.ts";
import { checkCron } from "./schedule.ts";
import { readScratch } from "./scratch.ts";
import { readSecret } from "./secrets.ts";
import { readShares } from "./shares.ts";
import { readState } from "./state.ts";

type Reader<Tag extends ClauseTag> = (
  node: Of<Tag, Term>,
  context: ClauseContext,
  draft: Draft,
) => Doing<void> | null;

/** Reads a clause into the draft, or gives the steps that do. */
export const readClause = (context: ClauseContext, draft: Draft): Doing<void> | null => {
  const { node } = context.term;
  return (readers[node._tag as ClauseTag] as Reader<ClauseTag>)(node as Of<ClauseTag, Term>, context, draft);
};

function* readRuns(node: Runs<Term>, { at, scope, machine }: ClauseContext, draft: Draft): Doing<void> {
  draft.once = node.once;
  const check = noting("runs exec", checkCommand, node.children[0], draft);
  draft.runs = yield* say(node.children[0], at + 1, scope, machine, check, draft);
}

function* readSchedule(
  { children: [cron] }: Schedule<Term>,
  context: ClauseContext,
  draft: Draft,
): Doing<void> {
  draft.schedule = yield* plainValue(cron, context, checkCron, true);
  draft.scheduleSite = siteAt(context.scope.origin, context.at + 1);
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

function* readName(node: Named<Term>, { at, scope, machine }: ClauseContext, draft: Draft): Doing<void> {
  const name = checkName(yield ask(node.children[0], at + 1, scope), siteAt(scope.origin, at + 1), machine);
  if (name === null) draft.broken = true;
  else draft.name = name;
}

function* readEnv(node: Env<Term>, { at: from, scope, machine }: ClauseContext, draft: Draft): Doing<void> {
  const env = new Map<string, ClauseValue<string | SecretText>>();
  const written = new Map<string, Site>();
  let at = from + 1;
  for (const child of node.children) {
    const entry = child.node;
    if (entry._tag === "Entry") {
      const site = focusAt(scope.origin, at);
      const first = written.get(entry.name);
      if (first === undefined) written.set(entry.name, site);
      else {
        const hints = [{ message: "it stands here already", site: first }];
        machine.report("duplicate-name", `\`${entry.name}\` stands twice in this \`env\``, site, hints);
      }
      const variable = yield* say(entry.children[0], at + 1, scope, machine, checkVariable, draft);
      if (variable !== null) env.set(entry.name, variable);
      else draft.envFailed = true;
    } else if (entry._tag === "Spread") {
      const site = siteAt(scope.origin, at + 1);
      const value = yield ask(entry.children[0], at + 1, scope);
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

function* readUser({ children: [user] }: User<Term>, context: ClauseContext, draft: Draft): Doing<void> {
  draft.user = yield* plainValue(user, context, checkUser, true);
  draft.userSite = siteAt(context.scope.origin, context.at + 1);
}

function* readDirectory(
  { children: [path] }: Directory<Term>,
  context: ClauseContext,
  draft: Draft,
): Doing<void> {
  draft.directory = yield* plainValue(path, context, checkDirectory, true);
  draft.directorySite = siteAt(context.scope.origin, context.at + 1);
}

function* readHostname(
  { children: [name] }: Hostname<Term>,
  context: ClauseContext,
  draft: Draft,
): Doing<void> {
  const { at, scope, machine } = context;
  draft.hostname = yield* say(name, at + 1, scope, machine, checkHostname, draft);
}

function* readStop(
  { signal, children: [within] }: Stop<Term>,
  context: ClauseContext,
  draft: Draft,
): Doing<void> {
  const { at, scope, machine } = context;
  const known = checkSignal("stop", signal, focusAt(scope.origin, at), machine);
  const limit = within === undefined ? null : yield* plainValue(within, context, checkLimit("stop … within"));
  draft.stop = known === null ? null : { signal: known, within: limit };
}

function* readStart({ children: [within] }: Start<Term>, context: ClauseContext, draft: Draft): Doing<void> {
  draft.start = yield* plainValue(within, context, checkLimit("start within"));
}

/** What the first expression of a clause says, which is no equation. `isText`: whether it takes a text. */
function* plainValue<T>(
  term: Term,
  { at, scope, machine }: ClauseContext,
  check: Check<T>,
  isText = false,
): Doing<T | null> {
  const bare = isText ? bareText(term, at + 1, scope, machine) : null;
  const value = bare ?? (yield ask(term, at + 1, scope));
  return check(value, siteAt(scope.origin, at + 1), machine);
}

function* readInstances(node: Instances<Term>, context: ClauseContext, draft: Draft): Doing<void> {
  const { term, at, scope, machine } = context;
  const [countTerm, settleTerm] = node.children;
  const count = yield* say(countTerm, at + 1, scope, machine, checkCount, draft, false);
  const settle =
    settleTerm === undefined
      ? null
      : yield* say(settleTerm, childAt(term, at, 1), scope, machine, checkSettle, draft, false);
  draft.instances = { count, settle };
}

function* readHealth(node: Health<Term>, context: ClauseContext, draft: Draft): Doing<void> {
  const { term, at, scope, machine } = context;
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
  const service =
    node.how === "grpc" && node.argument ? yield* say(...taken(), scope, machine, checkService, draft) : null;
  const every = node.every ? yield* say(...taken(), scope, machine, checkEvery, draft) : null;
  const timeout = node.timeout ? yield* say(...taken(), scope, machine, checkTimeout, draft) : null;
  const failures = node.failures ? yield* say(...taken(), scope, machine, checkFailures, draft) : null;
  const successes = node.successes ? yield* say(...taken(), scope, machine, checkSuccesses, draft) : null;
  draft.health = { how: node.how, path, service, argv, every, timeout, failures, successes };
  draft.healthSite = focusAt(scope.origin, at);
}

const readers: { readonly [Tag in ClauseTag]: Reader<Tag> } = {
  Provides: readProvides,
  Requires: readRequires,
  Runs: readRuns,
  Schedule: readSchedule,
  Env: readEnv,
  Files: readFiles,
  User: readUser,
  Directory: readDirectory,
  State: readState,
  Scratch: readScratch,
  Secret: readSecret,
  Limits: readLimits,
  Grants: readGrants,
  ReadOnly: (_, __, draft) => {
    draft.readOnly = true;
    return null;
  },
  Shares: readShares,
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
