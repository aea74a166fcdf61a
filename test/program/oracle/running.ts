/** What an instance runs, and how it is looked after: docs/language.md, "What an instance sees", "Health and restart". */
import type { HostList, Process, Reached, SecretPieces } from "../../../src/core/resource.ts";
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
} from "../../../src/language/evaluate.ts";
import { shownText } from "../../../src/language/secret.ts";
import type { AutomatonValue, HealthClause, SecretText } from "../../../src/language/value.ts";
import { fingerprint } from "./hashing.ts";
import type { Wired } from "./members.ts";
import type { Solve } from "./solving.ts";

const upper = (name: string): string => name.toUpperCase().replace(/-/g, "_");

export const hostNameOf = (name: string): string => name.toLowerCase().replace(/_/g, "-");

type Probe = NonNullable<Process["care"]["probe"]>;

const probeOf = (health: HealthClause, automaton: AutomatonValue, solve: Solve): Probe => {
  const asked = (): Probe["how"] => {
    switch (health.how) {
      case "tcp":
        return { _tag: "tcp" };
      case "http":
        return { _tag: "http", path: solve(health.path!, evaluatePath, "/") };
      case "grpc":
        return {
          _tag: "grpc",
          service: health.service === null ? "" : solve(health.service, evaluateService, ""),
        };
      case "exec":
        return { _tag: "exec", argv: solve(health.argv!, evaluateArgv, []) };
    }
  };
  const overTcp = automaton.provides.filter(
    ({ transport, number, last }) => transport === "tcp" && last === number,
  );
  return {
    how: asked(),
    number: overTcp.length === 0 ? null : overTcp[0]!.listens,
    everyMs: solve(health.every, evaluateEvery, 5_000),
    timeoutMs: solve(health.timeout, evaluateTimeout, 2_000),
    ...(health.failures === null ? {} : { failures: solve(health.failures, evaluateFailures, 3) }),
    ...(health.successes === null ? {} : { successes: solve(health.successes, evaluateSuccesses, 1) }),
  };
};

/** The instances behind a requirement, as programs find them. */
export const listOf = (requirement: string, each: readonly Reached[]): HostList => {
  const name = hostNameOf(requirement);
  return { name, addrs: each.map(({ number }, index) => `${name}-${index}:${number}`) };
};

/** Variables that follow the instances of others: no reason to start anything anew. */
const movingOf = (lists: readonly HostList[]): readonly string[] =>
  lists.flatMap(({ name }) => [`${upper(name)}_ADDRS`, `${upper(name)}_COUNT`]);

const promised = (
  automaton: AutomatonValue,
  wires: readonly Wired[],
  lists: readonly HostList[],
): readonly (readonly [string, string])[] => [
  ...[...automaton.provides]
    .sort((a, b) => Number(a.last > a.number) - Number(b.last > b.number))
    .slice(0, 1)
    .map(({ listens }) => ["PORT", `${listens}`] as const),
  ...automaton.provides.flatMap(({ name, number, last, listens }) => [
    [`PORT_${upper(name)}`, `${listens}`] as const,
    ...(last > number ? [[`PORT_${upper(name)}_LAST`, `${last}`] as const] : []),
  ]),
  ...wires.flatMap(({ requirement, service: { number, last } }) => {
    const [name, host] = [upper(requirement), hostNameOf(requirement)];
    const list = lists.find((one) => one.name === host);
    return [
      [`${name}_HOST`, host] as const,
      [`${name}_PORT`, `${number}`] as const,
      ...(last === undefined ? [] : [[`${name}_PORT_LAST`, `${last}`] as const]),
      [`${name}_ADDR`, `${host}:${number}`] as const,
      ...(list === undefined
        ? []
        : [
            [`${name}_FILE`, `/run/members/${host}`] as const,
            [`${name}_ADDRS`, list.addrs.join(",")] as const,
            [`${name}_COUNT`, `${list.addrs.length}`] as const,
          ]),
    ];
  }),
];

export type Running = Pick<
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

/** Nobody sets the secrets of these programs. */
const unset = (texts: readonly (readonly [string, SecretText])[]): Readonly<Record<string, SecretPieces>> =>
  Object.fromEntries(
    texts.map(([name, text]) => [
      name,
      text.map((piece) => (typeof piece === "string" ? piece : { secret: piece.secret, version: null })),
    ]),
  );

const marked = (to: string, [name, text]: readonly [string, SecretText]): readonly string[] => [
  `=secret ${to}`,
  name,
  `${text.length}`,
  ...text.flatMap((piece) => (typeof piece === "string" ? ["", piece] : [piece.secret, ""])),
];

/** Null of a bare automaton. */
export const runningOf = (
  automaton: AutomatonValue,
  wires: readonly Wired[],
  lists: readonly HostList[],
  folder: string,
  solve: Solve,
): Running | null => {
  if (automaton.runs === null) return null;
  const argv = solve(automaton.runs, evaluateArgv, []);
  const said = [...automaton.env].map(([name, text]) => [name, solve(text, evaluateVariable, "")] as const);
  const told = said.map(([name, text]) => [name, shownText(text)] as const);
  const env = Object.fromEntries([...promised(automaton, wires, lists), ...told]);
  const secretEnv = said.flatMap(([name, text]) => (typeof text === "string" ? [] : [[name, text] as const]));
  const files = automaton.secrets.map(({ name, content }) => [name, [content].flat()] as const);
  const moving = movingOf(lists).filter((name) => !automaton.env.has(name));
  const contents = [...automaton.files].map(
    ([path, said]) => [path, solve(said, evaluateFile, { text: "", mode: null, owner: null })] as const,
  );
  const ownFiles = contents.map(([path, { text, mode, owner }]) => {
    const isSecret = typeof text !== "string";
    return {
      path,
      text: shownText(text),
      mode: mode ?? (isSecret ? "0400" : "0644"),
      ...(owner && { owner }),
    };
  });
  const secretFiles = contents.flatMap(([path, { text }]) =>
    typeof text === "string" ? [] : [[path, text] as const],
  );
  const names = Object.keys(env)
    .filter((name) => !moving.includes(name))
    .sort();
  const cwd = automaton.directory ?? folder;
  const user = automaton.user === null ? {} : { user: automaton.user };
  const hostname = automaton.hostname === null ? "" : solve(automaton.hostname, evaluateHostname, "");
  const limited = (["memory", "cpu", "processes", "files"] as const).filter((name) =>
    automaton.limits.has(name),
  );
  const shared = automaton.shares.map(({ site: _, ...rest }) => rest);
  const reloads = automaton.reload !== null && ownFiles.length > 0;
  const content = fingerprint([
    ...ownFiles.flatMap(({ path, text }) => [path, text]),
    ...secretFiles.flatMap((one) => marked("own", one)),
  ]);
  const spec = fingerprint([
    cwd,
    `${argv.length}`,
    ...argv,
    ...names.flatMap((name) => [name, env[name]!]),
    ...Object.entries(user).flatMap(([name, value]) => [`=${name}`, value]),
    ...automaton.state.flatMap(({ name, path, size }) => [size === null ? "=state" : "=sized", name, path]),
    ...(hostname === "" ? [] : ["=hostname", hostname]),
    ...[...automaton.scratch].flatMap(([path, size]) => ["=scratch", path, `${size ?? ""}`]),
    ...secretEnv.flatMap((one) => marked("env", one)),
    ...files.flatMap((one) => marked("files", one)),
    ...(reloads ? [] : secretFiles.flatMap((one) => marked("own", one))),
    ...ownFiles.flatMap(({ path, text, mode, owner = "" }) =>
      reloads ? ["=reloaded", path, mode, owner] : ["=file", path, text, mode, owner],
    ),
    ...(automaton.grants.length === 0 ? [] : ["=grants", ...automaton.grants]),
    ...(automaton.readOnly ? ["=read-only"] : []),
    ...shared.flatMap(({ source, path }) => ["=shares", source, path]),
    ...(limited.length === 0 ? [] : ["=limits", ...limited]),
    ...(limited.includes("files") ? [`${automaton.limits.get("files")}`] : []),
  ]);
  const probe = automaton.health === null ? null : probeOf(automaton.health, automaton, solve);
  const { once, schedule, stop, start, after } = automaton;
  const care: Process["care"] = {
    restart: automaton.restart ?? (once ? "never" : "always"),
    probe,
    ...(once && { once: true as const }),
    ...(schedule !== null && { schedule }),
    ...(stop !== null && { stop: { signal: stop.signal, graceMs: stop.within } }),
    ...(start !== null && { startMs: start }),
    ...(after.length > 0 && { after: [...new Set(after.map((one) => one.automaton))].sort() }),
  };
  const kept = automaton.state.map(({ name, path, size, formerly }) => ({
    name,
    path,
    ...(size !== null && { sized: true as const }),
    ...(formerly !== null && { formerly }),
  }));
  const own = secretFiles.length === 0 ? {} : { own: unset(secretFiles) };
  const secrets =
    secretEnv.length + files.length + secretFiles.length === 0
      ? {}
      : { secrets: { env: unset(secretEnv), files: unset(files), ...own } };
  return {
    argv,
    env,
    cwd,
    ...user,
    ...(hostname !== "" && { hostname }),
    ...(kept.length > 0 && { state: kept }),
    ...(automaton.scratch.size > 0 && {
      scratch: [...automaton.scratch].map(([path, size]) => (size === null ? { path } : { path, size })),
    }),
    ...secrets,
    ...(ownFiles.length > 0 && { files: ownFiles }),
    ...(reloads && { content }),
    ...(automaton.grants.length > 0 && { grants: automaton.grants }),
    ...(automaton.readOnly && { readOnly: true as const }),
    ...(shared.length > 0 && { shares: shared }),
    ...(limited.length > 0 && { limits: limited }),
    spec,
    care,
  };
};

/** What a host name of the automaton resolves to. */
export const resolvedBy = (
  automaton: AutomatonValue | null,
  { v4, v6 }: { readonly v4: string | null; readonly v6: string },
  only6: boolean,
): readonly string[] => {
  const said = automaton?.resolves ?? (only6 ? "ipv6" : "ipv4");
  const all = [...(v4 === null ? [] : [v4]), v6];
  return said === "both" ? all : said === "ipv6" ? all.slice(-1) : all.slice(0, 1);
};
