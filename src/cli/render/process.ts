/** What a process is given and how it is looked after, and what differs between two versions of that, as clauses say it. */
import { isDeepStrictEqual } from "node:util";
import { sizeText } from "../../core/limits.ts";
import type {
  Care,
  KeptDirectory,
  OwnFile,
  Probe,
  ScratchDirectory,
  SecretPieces,
  SharedFiles,
} from "../../core/process-parts.ts";
import type { Process } from "../../core/resource.ts";
import { counted } from "../../core/tally.ts";
import { isSecretVersion } from "../../core/undigested.ts";
import { word } from "./changes.ts";
import { duration } from "./duration.ts";
import { cut } from "./text.ts";

/** So much of a value is shown. */
const longest = 60;

const short = (text: string): string => cut(word(text), longest);

const askedText = (how: Probe["how"]): string => {
  switch (how._tag) {
    case "tcp":
      return "tcp";
    case "http":
      return `http ${word(how.path)}`;
    case "grpc":
      return how.service === "" ? "grpc" : `grpc ${word(how.service)}`;
    case "exec":
      return `exec ${commandText(how.argv)}`;
  }
};

const probeText = ({ how, everyMs, timeoutMs, failures, successes }: Probe): string =>
  [
    `health ${askedText(how)} every ${duration(everyMs)} timeout ${duration(timeoutMs)}`,
    ...(failures === undefined ? [] : [`failures ${failures}`]),
    ...(successes === undefined ? [] : [`successes ${successes}`]),
  ].join(" ");

const commandText = (argv: readonly string[]): string => cut(argv.map(word).join(" "), 2 * longest);

/** How large it is stands with the limits. */
const keptText = ({ name, path }: KeptDirectory): string => `${name} at ${word(path)}`;

const sizedText = ({ sized }: KeptDirectory): string => (sized === true ? "with a size" : "without a size");

const scratchText = ({ path, size }: ScratchDirectory): string =>
  `scratch ${word(path)}${size === undefined ? "" : ` size ${sizeText(size)}`}`;

const sharedText = ({ source, path }: SharedFiles): string =>
  `shares ${word(source)}${source === path ? "" : ` at ${word(path)}`}`;

/** How it is looked after, a clause each; by its name. */
const careTexts = ({
  once,
  schedule,
  restart,
  probe,
  stop,
  startMs,
  after,
}: Care): Readonly<Record<string, string>> => ({
  ...(once === true ? { once: "runs once" } : {}),
  ...(schedule === undefined ? {} : { schedule: `schedule "${schedule}"` }),
  ...(restart === "always" || once === true ? {} : { restart: `restart ${restart}` }),
  ...(probe === null ? {} : { health: probeText(probe) }),
  ...(stop === undefined
    ? {}
    : { stop: `stop ${stop.signal}${stop.graceMs === null ? "" : ` within ${duration(stop.graceMs)}`}` }),
  ...(startMs === undefined ? {} : { start: `start within ${duration(startMs)}` }),
  ...(after === undefined || after.length === 0 ? {} : { after: `after ${after.join(", ")}` }),
});

/** Where it gets secrets, as people find them: variables, files in /run/secrets, files of its own. */
const secretPlaces = ({ secrets }: Process): ReadonlyMap<string, SecretPieces> =>
  new Map([
    ...Object.entries(secrets?.env ?? {}),
    ...Object.entries(secrets?.files ?? {}).map(([name, of]) => [`/run/secrets/${name}`, of] as const),
    ...Object.entries(secrets?.own ?? {}),
  ]);

/** What it is given beside its command and its variables, in short; empty: nothing. */
export const processFacts = (process: Process): readonly string[] => {
  const { user, hostname, state = [], scratch = [], files = [], care } = process;
  const { grants = [], readOnly, shares = [] } = process;
  const secrets = [...secretPlaces(process).keys()];
  return [
    ...(user === undefined ? [] : [`user ${user}`]),
    ...(hostname === undefined ? [] : [`hostname ${hostname}`]),
    ...state.map((one) => `state ${keptText(one)}`),
    ...scratch.map(scratchText),
    ...(files.length === 0 ? [] : [`files ${files.map(({ path }) => word(path)).join(", ")}`]),
    ...(secrets.length === 0 ? [] : [`secrets in ${secrets.join(", ")}`]),
    ...(grants.length === 0 ? [] : [`grants ${grants.join(", ")}`]),
    ...(readOnly ? ["read-only"] : []),
    ...shares.map(sharedText),
    ...Object.values(careTexts(care)),
  ];
};

const differs = (what: string, before: string | undefined, after: string | undefined): readonly string[] => {
  if (before === after) return [];
  if (before === undefined) return [`+ ${what} ${after}`];
  return [after === undefined ? `- ${what} ${before}` : `${what} ${before} → ${after}`];
};

/** One argument of several, or the whole command. */
const commandChanges = (before: readonly string[], after: readonly string[]): readonly string[] => {
  const other = after.flatMap((argument, i) => (argument === before[i] ? [] : [i]));
  if (before.length === after.length && other.length === 0) return [];
  const [only] = other;
  if (before.length === after.length && other.length === 1 && only! > 0)
    return [`argument ${only} of ${word(after[0]!)} ${short(before[only!]!)} → ${short(after[only!]!)}`];
  return [`command ${commandText(before)} → ${commandText(after)}`];
};

const names = (before: object, after: object): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();

const variableChanges = (
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly string[] =>
  names(before, after).flatMap((name) => {
    const [old, now] = [before[name], after[name]].map((value) =>
      value === undefined ? value : short(value),
    );
    return before[name] === after[name] ? [] : differs(`env ${name}`, old, now);
  });

/** How many lines of one text the other has not, each as often as it is there. */
const linesBeside = (lines: readonly string[], others: readonly string[]): number => {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  }).length;
};

/** Which lines differ, as long as both texts have as many. */
const textChange = (path: string, before: string, after: string): readonly string[] => {
  if (before === after) return [];
  const [old, now] = [before.split("\n"), after.split("\n")];
  const other = now.flatMap((line, i) => (line === old[i] ? [] : [i]));
  const [first] = other;
  if (old.length === now.length && other.length === 1)
    return [`file ${path} line ${first! + 1} ${short(old[first!]!)} → ${short(now[first!]!)}`];
  const [come, gone] = [linesBeside(now, old), linesBeside(old, now)];
  const parts = [
    ...(come > 0 ? [`+ ${counted(come, "line")}`] : []),
    ...(gone > 0 ? [`- ${counted(gone, "line")}`] : []),
  ];
  return [`file ${path} ${parts.length === 0 ? "has its lines in another order" : parts.join(" ")}`];
};

const fileChanges = (before: readonly OwnFile[], after: readonly OwnFile[]): readonly string[] => {
  const [old, now] = [before, after].map((files) => Object.fromEntries(files.map((one) => [one.path, one])));
  return names(old!, now!).flatMap((path) => {
    const [was, is] = [old![path], now![path]];
    if (was === undefined || is === undefined) return [`${is === undefined ? "-" : "+"} file ${word(path)}`];
    return [
      ...textChange(word(path), was.text, is.text),
      ...differs(`file ${word(path)} mode`, was.mode, is.mode),
      ...differs(`file ${word(path)} owner`, was.owner, is.owner),
    ];
  });
};

const stateChanges = (
  before: readonly KeptDirectory[],
  after: readonly KeptDirectory[],
): readonly string[] => {
  const [old, now] = [before, after].map((all) => Object.fromEntries(all.map((one) => [one.name, one])));
  return names(old!, now!).flatMap((name) => {
    const [was, is] = [old![name], now![name]];
    return [
      ...differs(`state ${name} at`, was && word(was.path), is && word(is.path)),
      ...(was && is ? differs(`state ${name}`, sizedText(was), sizedText(is)) : []),
    ];
  });
};

const shareChanges = (before: Process, after: Process): readonly string[] => {
  const [old, now] = [before, after].map(({ shares = [] }) => shares.map(sharedText));
  return [
    ...old!.filter((one) => !now!.includes(one)).map((one) => `- ${one}`),
    ...now!.filter((one) => !old!.includes(one)).map((one) => `+ ${one}`),
  ];
};

const scratchChanges = (
  before: readonly ScratchDirectory[],
  after: readonly ScratchDirectory[],
): readonly string[] => {
  const [old, now] = [before, after].map((all) => Object.fromEntries(all.map((one) => [one.path, one])));
  return names(old!, now!).flatMap((path) => {
    const [was, is] = [old![path], now![path]];
    if (was === undefined) return [`+ ${scratchText(is!)}`];
    if (is === undefined) return [`- ${scratchText(was)}`];
    return was.size === is.size ? [] : [`${scratchText(was)} → ${scratchText(is)}`];
  });
};

/** Texts by their secrets' names, for values and digests are shown to nobody. */
const pieceNames = (pieces: SecretPieces): string =>
  pieces.map((piece) => (isSecretVersion(piece) ? `‹secret ${piece.secret}›` : piece)).join("");

const secretChanges = (before: Process, after: Process): readonly string[] => {
  const [old, now] = [secretPlaces(before), secretPlaces(after)];
  const lines: string[] = [];
  const renewed = new Set<string>();
  for (const place of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const [was, is] = [old.get(place), now.get(place)];
    // Variables and files of its own are told with their texts.
    const isOwn = place.startsWith("/run/secrets/");
    if (was === undefined || is === undefined) {
      if (isOwn) lines.push(`${is === undefined ? "-" : "+"} secret ${place}`);
    } else if (pieceNames(was) !== pieceNames(is)) {
      if (isOwn) lines.push(...differs(`secret ${place}`, short(pieceNames(was)), short(pieceNames(is))));
    } else
      for (const [i, piece] of is.entries())
        if (isSecretVersion(piece) && !isDeepStrictEqual(piece, was[i])) renewed.add(piece.secret);
  }
  return [...lines, ...[...renewed].map((name) => `the value of secret ${name}`)];
};

const careChanges = (before: Care, after: Care): readonly string[] => {
  const [old, now] = [careTexts(before), careTexts(after)];
  return names(old, now).flatMap((name) => {
    const [was, is] = [old[name], now[name]];
    if (was === is) return [];
    if (was === undefined) return [`+ ${is}`];
    return [is === undefined ? `- ${was}` : `${was} → ${is}`];
  });
};

/** What differs between two versions of a process, a line each, named as the program names it. */
export const processChanges = (before: Process, after: Process): readonly string[] => [
  ...commandChanges(before.argv, after.argv),
  ...differs("directory", word(before.cwd), word(after.cwd)),
  ...differs("user", before.user, after.user),
  ...differs("hostname", before.hostname, after.hostname),
  ...variableChanges(before.env, after.env),
  ...fileChanges(before.files ?? [], after.files ?? []),
  ...stateChanges(before.state ?? [], after.state ?? []),
  ...scratchChanges(before.scratch ?? [], after.scratch ?? []),
  ...secretChanges(before, after),
  ...differs("grants", before.grants?.join(", "), after.grants?.join(", ")),
  ...(before.readOnly === after.readOnly ? [] : [after.readOnly ? "+ read-only" : "- read-only"]),
  ...shareChanges(before, after),
  ...differs("what is limited:", before.limits?.join(", "), after.limits?.join(", ")),
  ...careChanges(before.care, after.care),
];
