/** For each command a call that prints much, for as long as the command has much to say. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ownerPart } from "../../../runtime/process/kept/places.ts";

export interface Recipe {
  readonly args: readonly string[];
  readonly input?: string;
  /** What differs from one call to the next, taken out. */
  readonly same?: (text: string) => string;
  /** Bytes that it prints at least, to standard output or error. */
  readonly atLeast?: number;
  /** Only where there are the rights to have something run. */
  readonly isKernel?: boolean;
}

/** More than a pipe holds. */
export const much = 66_000;

export const system = "table";
/** One in which something runs. */
export const ofKernel = "inside";

const names = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

/** A ring's hub requires all others, each of which has an input. */
const ring = (size: number, name: string): string =>
  [
    "protocol P = ?Bytes . !Bytes",
    ...names(size).map(
      (i) => `automaton a${i} { provides p: P on tcp 1000 ${i === 0 ? 'instances input("n", 1)' : ""} }`,
    ),
    `automaton hub { runs exec ["true"] ${names(size)
      .map((i) => `requires r${i}: P`)
      .join(" ")} }`,
    ...names(size).map((i) => `let x${i} = input("x${i}", 0)`),
    `system ${name} = [${names(size)
      .map((i) => `hub.r${i} => a${i}.p`)
      .join(", ")}]`,
  ].join("\n");

const size = 350;

export const files: Readonly<Record<string, string>> = {
  "wrong.arch": names(500)
    .map((i) => `let a${i} = nothing${i}\n`)
    .join(""),
  "rough.arch": names(6_000)
    .map((i) => `let   a${i}=${i}\n`)
    .join(""),
  "ring.arch": ring(size, system),
  "other.arch": ring(size, "other"),
  "inside.arch": `automaton a { runs exec ["sleep", "1000"] }\nsystem ${ofKernel} = [a]\n`,
};

/** A log that an instance of a system might have written. */
export const writeLog = (runtime: string, lines: number): void => {
  const logs = join(runtime, "printed/logs");
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  writeFileSync(
    join(logs, "front.0.log"),
    names(lines)
      .map((i) => `line ${i} of what an instance printed\n`)
      .join(""),
  );
};

/** State that instances might have kept. */
export const keepState = (state: string, runtime: string): void => {
  for (const index of names(600))
    mkdirSync(join(state, ownerPart(runtime), "printed/front", String(index), "data"), {
      recursive: true,
      mode: 0o700,
    });
};

const withoutTimes = (text: string): string =>
  text.replaceAll(/in [\d.]+ ms/g, "in time").replaceAll(/"milliseconds":[\d.]+/g, "");

const memory = ["--base", "memory"];
const long = 'join(map(fn(n) toString(n), range(1, 20000)), ", ")';

/** By the name of the command, the most telling call first. */
export const recipes: Readonly<Record<string, readonly Recipe[]>> = {
  check: [
    { args: ["check", "wrong.arch"], atLeast: 60_000 },
    { args: ["check", "wrong.arch", "--json"], atLeast: much },
  ],
  eval: [{ args: ["eval", "--json", "-e", "range(1, 20000)"], atLeast: much }],
  repl: [{ args: ["repl"], input: `${long}\n`.repeat(10), atLeast: much }],
  fmt: [
    { args: ["fmt", "-"], input: files["rough.arch"]!, atLeast: much },
    { args: ["fmt", "-", "gone.arch"], input: "let a = = 1\n" },
  ],
  edit: [
    { args: ["edit", "wrong.arch", "scale a 3"], atLeast: 60_000 },
    { args: ["edit", "ring.arch", "scale a1 100", "--dry-run", "--json"], atLeast: 10_000 },
  ],
  graph: ["svg"].map((format) => ({
    args: ["graph", "ring.arch", "--format", format],
    atLeast: 10_000,
  })),
  plan: [
    { args: ["plan", "other.arch", ...memory], atLeast: much },
    { args: ["plan", "--json", "other.arch", ...memory], atLeast: much, same: withoutTimes },
  ],
  apply: [{ args: ["apply", "--json", "other.arch", ...memory], atLeast: much, same: withoutTimes }],
  down: [{ args: ["down", "nothing"] }],
  status: [
    { args: ["status", system], atLeast: much },
    { args: ["status", system, "--json"], atLeast: much },
  ],
  restart: [{ args: ["restart", "hub", "--system", system, "--json"], same: () => "" }],
  exec: [
    { args: ["exec", "a.0", "--system", ofKernel, "--", "seq", "20000"], atLeast: much, isKernel: true },
  ],
  logs: [{ args: ["logs", "front", "--system", "printed"], atLeast: much }],
  state: [{ args: ["state", "ls"], atLeast: much }],
  secret: [{ args: ["secret", "set", ...names(300).map((i) => `name${i}=env:HOME`)], atLeast: 5_000 }],
  // Of these changes tell the events below.
  set: [
    {
      args: ["set", "--system", system, ...names(250).map((i) => `n=${1 + (i % 7)}`)],
      atLeast: 5_000,
      same: () => "",
    },
  ],
  events: [
    { args: ["events", system, "--since", "1h", "--no-follow", "--json"], atLeast: much },
    { args: ["events", system, "--since", "1h", "--no-follow"], atLeast: 10_000 },
  ],
  explain: [
    { args: ["explain", "hub", "--file", "ring.arch"], atLeast: 50_000 },
    { args: ["explain", "hub", "--system", system, "--json"], atLeast: 50_000, same: () => "" },
  ],
  init: [{ args: ["init", "."] }],
  completion: [{ args: ["completion", "bash"] }],
};
