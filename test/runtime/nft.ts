/** Debian's `nft` as an independent reader. By its path: a search may find a program of the same name first. */
import { execFileSync } from "node:child_process";

export const nftPath = "/usr/sbin/nft";

/** Runs `nft` in a namespace; null: in that of the host. Throws where it fails. */
export const nft = (netns: string | null, ...words: readonly string[]): string =>
  execFileSync(
    netns === null ? nftPath : "ip",
    netns === null ? words : ["netns", "exec", netns, nftPath, ...words],
    { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
  );
