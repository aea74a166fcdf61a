/** What Ctrl-C leaves behind, said before the command ends of it. */
import type { Progress } from "./render/progress.ts";
import { say } from "./report-error.ts";
import type { Terminal } from "./terminal.ts";

/** The first SIGINT says `left` and ends this process, as the signal does where nobody listens to it; so does a second at once. */
export const whenInterrupted = async <T>(
  { err }: Terminal,
  progress: Progress,
  left: string,
  work: () => Promise<T>,
): Promise<T> => {
  const tell = (): void => {
    progress.end();
    say(err, "warning", left, "interrupted:");
    void err.drained().then(() => process.kill(process.pid, "SIGINT"));
  };
  process.once("SIGINT", tell);
  try {
    return await work();
  } finally {
    process.off("SIGINT", tell);
  }
};

/** Where an orchestrator does what was asked, and goes on with it. */
export const goesOn = (system: string): string =>
  `what supervises ${system} goes on with it; \`architect status ${system}\` shows how it stands`;
