/** Where a command speaks to: results go to `out`, everything about them to `err`. */
import { type ExitCode, exit } from "./command.ts";
import { type Output, openOutputs } from "./output.ts";
import { theme } from "./render/theme.ts";

export interface Stream {
  write(text: string): void;
  /** Whether a person may be looking, so that lines can be drawn again. */
  readonly live: boolean;
  readonly colour: boolean;
  /** How many columns a line may take; null where nothing limits it. */
  columns(): number | null;
  /** How many lines a screen has. */
  rows(): number;
  /** Whether the reader is slow: a writer with much to tell waits for `drained`, or leaves it out. */
  isFull(): boolean;
  /** Resolves when all that was written has been taken, or never will be. */
  drained(): Promise<void>;
  /**
   * Aborted when nothing that is written arrives any more; the reason is the error of the
   * kernel. Once somebody asked for it, half a second at the most after the reader went away.
   */
  gone(): AbortSignal;
}

export interface Terminal {
  readonly out: Stream;
  readonly err: Stream;
  /** Standard output is for a program: one JSON document, or JSON lines, also of what is wrong. */
  readonly json: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** https://no-color.org, and FORCE_COLOR as Node reads it. */
export const wantsColour = (isTerminal: boolean, environment: Environment): boolean => {
  if (environment.NO_COLOR !== undefined && environment.NO_COLOR !== "") return false;
  const forced = environment.FORCE_COLOR;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTerminal && environment.TERM !== "dumb";
};

/** Where no terminal limits it, COLUMNS may. */
const wantedColumns = ({ COLUMNS = "" }: Environment): number | null =>
  /^[1-9]\d{0,4}$/.test(COLUMNS) ? Number(COLUMNS) : null;

/** Whether the reader went away, as opposed to a failure. */
const isLeft = ({ aborted, reason }: AbortSignal): boolean =>
  aborted && ["EPIPE", "ECONNRESET"].includes((reason as NodeJS.ErrnoException).code ?? "");

/** Resolves when nothing that is written to a stream arrives any more. */
export const untilGone = (stream: Stream): Promise<void> =>
  new Promise((resolve) => {
    const gone = stream.gone();
    if (gone.aborted) resolve();
    else gone.addEventListener("abort", () => resolve(), { once: true });
  });

/** Resolves when nobody reads a stream any more. That it fails otherwise is no end of a reader. */
export const untilReaderLeaves = async (stream: Stream): Promise<void> => {
  await untilGone(stream);
  if (!isLeft(stream.gone())) await new Promise(() => undefined);
};

/** The size of a terminal; of nothing else, for Node's own stream would change how a pipe blocks. */
const sizeOf = ({ fd, isTerminal }: Output): Pick<NodeJS.WriteStream, "columns" | "rows"> | null =>
  isTerminal ? (fd === 1 ? process.stdout : process.stderr) : null;

const stream = (output: Output, environment: Environment): Stream => ({
  write: (text) => output.write(text),
  live: output.isTerminal && environment.TERM !== "dumb",
  colour: wantsColour(output.isTerminal, environment),
  columns: () => (output.isTerminal ? sizeOf(output)?.columns || 80 : wantedColumns(environment)),
  rows: () => sizeOf(output)?.rows || 24,
  isFull: () => output.isFull,
  drained: () => output.drained(),
  gone: () => {
    output.watchReader();
    return output.gone;
  },
});

export interface ProcessTerminal extends Terminal {
  /** Waits until everything has been read. What the process is to exit with. */
  end(code: ExitCode): Promise<ExitCode>;
}

const words: Readonly<Record<string, string>> = {
  ENOSPC: "no space is left on the device",
  EIO: "the device does not answer",
};

/** What could not be written, and why; null where all was. */
const failure = (name: string, { aborted, reason }: AbortSignal): string | null => {
  if (!aborted) return null;
  const { code = "", message } = reason as NodeJS.ErrnoException;
  return `cannot write ${name}: ${words[code] ?? message}`;
};

/** As SIGPIPE would have ended it. */
const readerLeft = 141;

/** The terminal of this process. */
export const processTerminal = (): ProcessTerminal => {
  const { out, err } = openOutputs();
  const terminal = { out: stream(out, process.env), err: stream(err, process.env), json: false };
  return {
    ...terminal,
    end: async (code) => {
      await out.drained();
      const failed = failure("standard output", out.gone) ?? failure("standard error", err.gone);
      if (failed !== null && !isLeft(out.gone))
        err.write(`${theme(terminal.err.colour).error("error:")} ${failed}\n`);
      await err.drained();
      if (isLeft(out.gone) || isLeft(err.gone)) return readerLeft;
      return failed !== null && code === exit.done ? exit.failed : code;
    },
  };
};
