/**
 * What the objects of a system in the host's namespace are called. All systems of all
 * owners share that namespace, so names and marks say whose each is.
 */
import { createHash } from "node:crypto";
import { longestComment } from "../../nftables/comment.ts";
import type { Table } from "../../nftables/table.ts";
import { isOf, type Mark, markText, type Owned, parseMark, qualifiedName } from "../../owner.ts";

/** Links of the host that lead to hubs begin so. */
export const hostEndPrefix = "arch";
const hostEndOf = (identity: string): string =>
  `${hostEndPrefix}${createHash("sha256").update(identity).digest("hex").slice(0, 10)}`;

/** The host's end of the link to the hub. */
export const hostEnd = ({ system, owner }: Pick<Owned, "system" | "owner">): string =>
  hostEndOf(`${owner} ${system}`);
/** What an earlier version, which knew no owners, called it. */
export const unownedHostEnd = ({ system }: Owned): string => hostEndOf(system);

const tablePrefix = "architect-";
export const isHostTable = (name: string): boolean => name.startsWith(tablePrefix);

/** The comment of the table: the mark, and for people the owner's runtime directory. */
export const hostTableComment = (owned: Owned): string =>
  Buffer.from(markText(owned, `of ${owned.root}`))
    .subarray(0, longestComment)
    .toString();

export const isOwnTable = ({ name, comment }: Table, owned: Owned): boolean =>
  isHostTable(name) && isOf(parseMark(comment ?? ""), owned);

/** The name of the system's table: the one it has, else the plain one, or where that is taken the one with the owner. */
export const hostTableIn = (tables: readonly Table[], owned: Owned): string => {
  const own = tables.find((table) => isOwnTable(table, owned));
  if (own !== undefined) return own.name;
  const plain = `${tablePrefix}${owned.system}`;
  return tables.some(({ name }) => name === plain) ? `${tablePrefix}${qualifiedName(owned)}` : plain;
};

/** The owner's runtime directory, as the comment of a table has it, which may be cut; null: it has none. */
export const rootOf = ({ rest }: Mark): string | null => /^of (.+)$/.exec(rest)?.[1] ?? null;

/** A system as its mark names it, for people. */
export const systemWords = (comment: string | null): string => {
  const mark: Mark | null = parseMark(comment ?? "");
  if (mark === null) return "another system";
  const root = rootOf(mark);
  return root === null ? `system ${mark.system}` : `system ${mark.system} of ${root}`;
};
