/** What a job must be as a whole. */
import type { AutomatonValue } from "../value.ts";
import type { Draft } from "./draft.ts";
import type { Machine } from "./machine.ts";

/** Reports what makes no sense of something that is run once. */
export const checkJob = (
  { once, restart, health, provides, site }: AutomatonValue,
  draft: Draft,
  machine: Machine,
): void => {
  if (!once) return;
  if (restart === "always")
    machine.report(
      "type-mismatch",
      "what runs once is not started again when it has ended well: `restart always` would",
      site,
      [{ message: "`restart on-failure` tries again until it ends with 0" }],
    );
  if (health !== null)
    machine.report(
      "type-mismatch",
      "what runs once is ready when it has ended with 0: there is nothing to ask with `health`",
      draft.healthSite ?? site,
    );
  const [port] = provides;
  if (port !== undefined)
    machine.report(
      "type-mismatch",
      `what runs once serves nobody: it cannot provide \`${port.name}\``,
      port.site,
    );
};
