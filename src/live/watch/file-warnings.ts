/** Tells of files of a program that are missing, each once, and when it is there again. */
import { resolve } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import { readSourceFile } from "../../files/read.ts";
import { defaultLimits } from "../../language/world.ts";

/** Tells what people should know: an event, and its text. */
type TellEvent = (event: "warning" | "resolved", text: string) => void;

/** Which files of a running program are missing. What runs goes on with what they held. */
export class FileWarnings {
  readonly #tell: TellEvent;
  /** What was told, by the file. */
  #told: ReadonlyMap<string, string> = new Map();

  constructor(tell: TellEvent) {
    this.#tell = tell;
  }

  /** A sentence each. */
  get warnings(): readonly string[] {
    return [...this.#told.values()];
  }

  /** Takes all that are missing: names in the program by the places where they should be. */
  take(missing: ReadonlyMap<string, string>): void {
    const before = this.#told;
    const told = new Map<string, string>();
    for (const [place, file] of missing) {
      const text = before.get(file) ?? `${file} ${reasonOf(place)}: what runs goes on with what it held`;
      if (!before.has(file) && !told.has(file)) this.#tell("warning", text);
      told.set(file, text);
    }
    this.#told = told;
    for (const file of before.keys()) if (!told.has(file)) this.#tell("resolved", `${file} is there again`);
  }
}

const reasonOf = (place: string): string => {
  const read = readSourceFile(resolve(place), defaultLimits.source);
  return isLeft(read) && read.left._tag !== "NotThere"
    ? `cannot be read any more (${read.left.reason})`
    : "is not there any more";
};
