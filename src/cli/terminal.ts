/** Where a command speaks to: results go to `out`, everything about them to `err`. */

export interface Stream {
  write(text: string): void;
  /** Whether a person may be looking, so that lines can be drawn again. */
  readonly live: boolean;
  readonly colour: boolean;
  /** How many columns a line may take; null where nothing limits it. */
  columns(): number | null;
}

export interface Terminal {
  readonly out: Stream;
  readonly err: Stream;
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

const stream = (of: NodeJS.WriteStream, environment: Environment): Stream => {
  const isTerminal = of.isTTY === true;
  return {
    write: (text) => void of.write(text),
    live: isTerminal && environment.TERM !== "dumb",
    colour: wantsColour(isTerminal, environment),
    columns: () => (isTerminal ? of.columns || 80 : wantedColumns(environment)),
  };
};

/** The terminal of this process. A reader who has gone away ends it as SIGPIPE would. */
export const processTerminal = (): Terminal => {
  for (const of of [process.stdout, process.stderr]) {
    of.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      process.exit(141);
    });
  }
  return { out: stream(process.stdout, process.env), err: stream(process.stderr, process.env) };
};
