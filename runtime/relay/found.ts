/**
 * The relays of systems without root that live on this machine. Any user can start a process that
 * looks like one: only what cannot be another's is believed, namely whose the process is, whose the
 * directory, and that nobody else may enter it.
 */
import { lstatSync } from "node:fs";
import { isAbsolute } from "node:path";
import { allPids, orGone } from "../process/proc.ts";
import { rootOfHolder } from "../rootless/holder.ts";
import { relaySocket } from "./protocol.ts";

/** A relay, by its process and its runtime directory. */
export interface FoundRelay {
  readonly pid: number;
  readonly root: string;
}

/** Of a user with more of them the rest is not asked. */
const mostRelays = 64;

/** Whether the directory, and the socket in it, are this user's alone. */
const isOf = (uid: number, root: string): boolean => {
  const directory = lstatSync(root);
  const socket = lstatSync(relaySocket(root));
  return (
    directory.isDirectory() &&
    directory.uid === uid &&
    (directory.mode & 0o077) === 0 &&
    socket.isSocket() &&
    socket.uid === uid
  );
};

const relayAt = (pid: number): FoundRelay | null =>
  orGone(() => {
    const root = rootOfHolder(pid);
    if (root === null || !isAbsolute(root)) return null;
    return isOf(lstatSync(`/proc/${pid}`).uid, root) ? { pid, root } : null;
  });

/** All that are to be seen; of each runtime directory one. */
export const findRelays = (): readonly FoundRelay[] => {
  const found = allPids().flatMap((pid) => relayAt(pid) ?? []);
  return [...new Map(found.map((one) => [one.root, one])).values()].slice(0, mostRelays);
};
