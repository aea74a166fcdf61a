/** Where files of the machine lie that instances see elsewhere. */
import type { SharedFiles } from "./process-parts.ts";

/** Which of what is shared shows a path; undefined: the path is the machine's own. */
export const shareOf = (path: string, shares: readonly SharedFiles[]): SharedFiles | undefined =>
  shares
    .filter((one) => `${path}/`.startsWith(`${one.path.replace(/\/+$/, "")}/`))
    .reduce<SharedFiles | undefined>(
      (best, one) => (best === undefined || one.path.length >= best.path.length ? one : best),
      undefined,
    );

/** Where on the machine lies what an instance sees at a path. */
export const sourceOf = (path: string, shares: readonly SharedFiles[]): string => {
  const share = shareOf(path, shares);
  return share === undefined ? path : `${share.source}${path.slice(share.path.replace(/\/+$/, "").length)}`;
};
