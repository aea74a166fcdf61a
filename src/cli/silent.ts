/** What is said of an orchestrator that is there and does not answer. */
import type { Silent } from "../live/control/reach.ts";
import type { ReportedError } from "./report-error.ts";

export const silence = (system: string, { pid, isStopped, hasSocket }: Silent): string => {
  const process = pid === null ? "" : ` (process ${pid})`;
  const how = isStopped ? "is stopped" : hasSocket ? "does not answer" : "has no control socket";
  return `the orchestrator of ${system}${process} ${how}`;
};

export const silent = (system: string, of: Silent): ReportedError => ({
  message: silence(system, of),
  hint: `${
    of.isStopped && of.pid !== null ? `\`kill -CONT ${of.pid}\` lets it go on; ` : ""
  }\`architect down ${system}\` removes the system all the same`,
});
