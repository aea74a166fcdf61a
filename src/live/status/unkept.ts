/** That the logs of a system are not kept, in words. */
import type { BaseCase } from "../../core/base.ts";

/** What people should know of a removal that is over, a sentence each. */
export const removalWarnings = (system: string, { unkept = null }: BaseCase): readonly string[] =>
  unkept === null ? [] : [`the logs of ${system} are not kept: ${unkept}`];
