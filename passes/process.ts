/** The artifact of an instance: its command, its environment, and how it is cared for. */
import { directoryCell, restartedCell, scheduledCell } from "../src/core/cell-key.ts";
import { sameJson } from "../src/core/json.ts";
import { limitNames } from "../src/core/limits.ts";
import type { Reader } from "../src/core/pass.ts";
import { isRange } from "../src/core/port-range.ts";
import type { Care, OwnFile, Probe, Process, SecretUses } from "../src/core/resource.ts";
import {
  evaluateArgv,
  evaluateEvery,
  evaluateFailures,
  evaluateFile,
  evaluateHostname,
  evaluatePath,
  evaluateService,
  evaluateSuccesses,
  evaluateTimeout,
  evaluateVariable,
} from "../src/language/evaluate.ts";
import type { Speaker } from "../src/language/evaluation/speaker.ts";
import type { AutomatonMember } from "../src/language/member.ts";
import { shownText } from "../src/language/secret.ts";
import { timetableOf } from "../src/language/timetable.ts";
import type { FileContent, HealthClause, SecretText } from "../src/language/value.ts";
import { eachVariables } from "./each.ts";
import { clauseValue, speakerFor } from "./equation.ts";
import { fingerprint } from "./identity.ts";
import type { Names } from "./names.ts";
import type { Policy } from "./policy.ts";
import { secretSpec, secretUses } from "./secrets.ts";
import type { Wiring } from "./wiring.ts";

interface Reads {
  readonly names: Names;
  readonly wiring: Wiring;
  readonly policy: Policy;
}

/** Variables that an instance has. */
interface Variables {
  readonly env: Record<string, string>;
  /** Those of them of which a change restarts nothing. */
  readonly moving: Set<string>;
}

const variable = (name: string): string => name.toUpperCase().replaceAll("-", "_");

/** What language.md, section 5, promises to every instance. */
const promised = ({ automaton }: AutomatonMember, { wiring, policy }: Reads): Variables => {
  const env: Record<string, string> = {};
  const moving = new Set<string>();
  // Of several, `PORT` is the first by name that is no range.
  const first = automaton.provides.find((port) => !isRange(port)) ?? automaton.provides[0];
  if (first !== undefined) env.PORT = String(first.listens);
  for (const port of automaton.provides) {
    env[`PORT_${variable(port.name)}`] = String(port.listens);
    if (isRange(port)) env[`PORT_${variable(port.name)}_LAST`] = String(port.last);
  }
  for (const [at, { requirement, host, number, last }] of wiring.requirements.entries()) {
    const name = variable(requirement);
    env[`${name}_HOST`] = host;
    env[`${name}_PORT`] = String(number);
    if (last !== undefined) env[`${name}_PORT_LAST`] = String(last);
    env[`${name}_ADDR`] = `${host}:${number}`;
    const each = policy.each[at]!;
    if (each === null) continue;
    const variables = eachVariables(name, host, each);
    Object.assign(env, variables.fixed, variables.moving);
    for (const one of Object.keys(variables.moving)) moving.add(one);
  }
  return { env, moving };
};

const askedOf = (
  { how, path, service, argv }: HealthClause,
  speaker: () => Speaker,
  read: Reader,
): Probe["how"] => {
  switch (how) {
    case "tcp":
      return { _tag: "tcp" };
    case "http":
      return {
        _tag: "http",
        path: path === null ? "/" : clauseValue(path, evaluatePath, speaker, read, "/"),
      };
    case "grpc":
      return {
        _tag: "grpc",
        service: service === null ? "" : clauseValue(service, evaluateService, speaker, read, ""),
      };
    case "exec":
      return { _tag: "exec", argv: argv === null ? [] : clauseValue(argv, evaluateArgv, speaker, read, []) };
  }
};

const probeOf = (
  health: HealthClause,
  { automaton }: AutomatonMember,
  speaker: () => Speaker,
  read: Reader,
): Probe => {
  const tcp = automaton.provides.find((port) => port.transport === "tcp" && !isRange(port));
  const { failures, successes } = health;
  return {
    how: askedOf(health, speaker, read),
    number: tcp?.listens ?? null,
    everyMs: health.every === null ? 5_000 : clauseValue(health.every, evaluateEvery, speaker, read, 5_000),
    timeoutMs:
      health.timeout === null ? 2_000 : clauseValue(health.timeout, evaluateTimeout, speaker, read, 2_000),
    ...(failures === null ? {} : { failures: clauseValue(failures, evaluateFailures, speaker, read, 3) }),
    ...(successes === null ? {} : { successes: clauseValue(successes, evaluateSuccesses, speaker, read, 1) }),
  };
};

const careOf = (member: AutomatonMember, speaker: () => Speaker, read: Reader): Care => {
  const { health, once, schedule, restart, stop, start, after } = member.automaton;
  return {
    restart: restart ?? (once ? "never" : "always"),
    probe: health === null ? null : probeOf(health, member, speaker, read),
    ...(once ? { once } : {}),
    ...(schedule === null ? {} : { schedule }),
    ...(stop === null ? {} : { stop: { signal: stop.signal, graceMs: stop.within } }),
    ...(start === null ? {} : { startMs: start }),
    ...(after.length === 0 ? {} : { after: [...new Set(after.map(({ automaton }) => automaton))] }),
  };
};

/** What all processes of an automaton have in common. */
export type Artifact = Pick<
  Process,
  | "argv"
  | "env"
  | "cwd"
  | "user"
  | "hostname"
  | "state"
  | "scratch"
  | "files"
  | "content"
  | "secrets"
  | "limits"
  | "grants"
  | "readOnly"
  | "shares"
  | "spec"
  | "care"
>;

/** Where an equation failed. */
const noFile: FileContent = { text: "", mode: null, owner: null };

/** What files hold, as a hash. */
const contentOf = (files: readonly OwnFile[], secrets: SecretUses | undefined): string =>
  fingerprint([
    ...files.flatMap(({ path, text }) => [path, text]),
    ...secretSpec({ env: {}, files: {}, own: secrets?.own ?? {} }),
  ]);

/** What a process is started with; of two with one spec, neither needs to be started in place of the other. */
const specOf = (
  {
    argv,
    env,
    cwd,
    user,
    hostname,
    state,
    scratch,
    files,
    content,
    secrets,
    limits,
    grants,
    readOnly,
    shares,
  }: Omit<Artifact, "spec" | "care">,
  moving: ReadonlySet<string>,
  restarts: number,
  openFiles: number | null,
): string => {
  const texts = [cwd, `${argv.length}`, ...argv];
  for (const name of Object.keys(env).sort()) if (!moving.has(name)) texts.push(name, env[name]!);
  // No variable has such a name.
  if (user !== undefined) texts.push("=user", user);
  // How large one is may change while it runs; whether there is an end to it may not.
  for (const { name, path, sized } of state ?? [])
    texts.push(sized === true ? "=sized" : "=state", name, path);
  if (hostname !== undefined) texts.push("=hostname", hostname);
  for (const { path, size } of scratch ?? []) texts.push("=scratch", path, `${size ?? ""}`);
  const { own, ...started } = secrets ?? { env: {}, files: {} };
  texts.push(...secretSpec(content !== undefined || own === undefined ? started : { ...started, own }));
  // Each restart that was asked for makes it another.
  if (restarts > 0) texts.push("=restarts", `${restarts}`);
  for (const { path, text, mode, owner } of files ?? [])
    if (content === undefined) texts.push("=file", path, text, mode, owner ?? "");
    else texts.push("=reloaded", path, mode, owner ?? "");
  if (grants !== undefined) texts.push("=grants", ...grants);
  if (readOnly) texts.push("=read-only");
  for (const { source, path } of shares ?? []) texts.push("=shares", source, path);
  if (limits !== undefined) texts.push("=limits", ...limits);
  // Programs ask once how many files they may have open; the other limits may change while they run.
  if (openFiles !== null) texts.push(`${openFiles}`);
  return fingerprint(texts);
};

/**
 * The spec of a run by the clock: each has one, whatever its program is by then, so that another program waits for the next
 * run. `notYet` where there was none.
 */
const runSpec = (member: AutomatonMember, restarts: number, read: Reader): string => {
  const time = read.cell(scheduledCell(member.key))?.time ?? null;
  return time === null && restarts === 0 ? notYet : fingerprint(["=run", `${time ?? ""}`, `${restarts}`]);
};

/** The spec of what the clock is to start and has not started yet. */
export const notYet = "";

/**
 * What an instance runs by its index; null of a bare automaton. All instances share it where no clause speaks of
 * `self.index`: their keeper adds `ARCHITECT_INSTANCE` and its own markers.
 */
export const artifactsOf = (
  member: AutomatonMember,
  reads: Reads,
  read: Reader,
): ((index: number) => Artifact) | null => {
  if (member.automaton.runs === null) return null;
  let isOfEach = false;
  const told: unknown[] = [];
  const noting: Reader = {
    cell: (key) => read.cell(key),
    slot: (space, identity) => read.slot(space, identity),
    problem: (problem) => {
      told.push(problem);
      read.problem(problem);
    },
  };
  const made = (index: number, reader: Reader): Artifact => {
    const speaker = speakerFor(member, reads.wiring, () => {
      isOfEach = true;
      return index;
    });
    return artifactOf(member, reads, speaker, reader);
  };
  // What has not asked for the first index asks for none.
  const first = made(0, noting);
  if (!isOfEach) return () => first;
  // What is wrong with several instances is told once.
  const others: Reader = {
    ...noting,
    problem: (problem) => {
      if (!told.some((one) => sameJson(one, problem))) noting.problem(problem);
    },
  };
  return (index) => (index === 0 ? first : made(index, others));
};

const artifactOf = (
  member: AutomatonMember,
  reads: Reads,
  speaker: () => Speaker,
  read: Reader,
): Artifact => {
  const { automaton } = member;
  const argv = clauseValue(automaton.runs!, evaluateArgv, speaker, read, []);
  const { env, moving } = promised(member, reads);
  const secret = new Map<string, SecretText>();
  for (const [name, said] of automaton.env) {
    const text = clauseValue(said, evaluateVariable, speaker, read, "");
    env[name] = shownText(text);
    moving.delete(name);
    if (typeof text !== "string") secret.set(name, text);
  }
  const cwd = automaton.directory ?? read.cell(directoryCell)?.(automaton.site.module) ?? ".";
  const state = automaton.state.map(({ name, path, size, formerly }) => ({
    name,
    path,
    ...(size === null ? {} : { sized: true as const }),
    ...(formerly === null ? {} : { formerly }),
  }));
  const hostname =
    automaton.hostname === null ? "" : clauseValue(automaton.hostname, evaluateHostname, speaker, read, "");
  const scratch = [...automaton.scratch].map(([path, size]) => ({
    path,
    ...(size === null ? {} : { size }),
  }));
  const secretFiles = new Map<string, SecretText>();
  const files = [...automaton.files].map(([path, said]): OwnFile => {
    const { text, mode, owner } = clauseValue(said, evaluateFile, speaker, read, noFile);
    if (typeof text !== "string") secretFiles.set(path, text);
    const usual = typeof text === "string" ? "0644" : "0400";
    return { path, text: shownText(text), mode: mode ?? usual, ...(owner === null ? {} : { owner }) };
  });
  const secrets = secretUses(secret, automaton.secrets, secretFiles, read);
  const limits = limitNames.filter((name) => automaton.limits.has(name));
  const started = {
    argv,
    env,
    cwd,
    ...(automaton.user === null ? {} : { user: automaton.user }),
    ...(hostname === "" ? {} : { hostname }),
    ...(state.length === 0 ? {} : { state }),
    ...(scratch.length === 0 ? {} : { scratch }),
    ...(secrets === undefined ? {} : { secrets }),
    ...(files.length === 0 ? {} : { files }),
    ...(files.length === 0 || automaton.reload === null ? {} : { content: contentOf(files, secrets) }),
    ...(automaton.grants.length === 0 ? {} : { grants: automaton.grants }),
    ...(automaton.readOnly ? { readOnly: true as const } : {}),
    ...(automaton.shares.length === 0
      ? {}
      : { shares: automaton.shares.map(({ source, path }) => ({ source, path })) }),
    ...(limits.length === 0 ? {} : { limits }),
  };
  const restarts = read.cell(restartedCell(member.key)) ?? 0;
  return {
    ...started,
    spec:
      timetableOf(automaton) === null
        ? specOf(started, moving, restarts, automaton.limits.get("files") ?? null)
        : runSpec(member, restarts, read),
    care: careOf(member, speaker, read),
  };
};
