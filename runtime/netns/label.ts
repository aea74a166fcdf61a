/**
 * What a system is called in names that it shares with others: its own name, or where
 * another owner's system is called so already, its name with the owner behind it. A
 * system keeps what it is called for as long as anything of it is there.
 */
import { takeName } from "../ffi/abstract-name.ts";
import { namespaceNames } from "../namespaces.ts";
import { getLinks, readLink } from "../netlink/link.ts";
import { buses, NetlinkSocket } from "../netlink/socket.ts";
import { isOf, type Owned, parseMark, qualifiedName } from "../owner.ts";
import { hostEndPrefix } from "./host/names.ts";
import { type Marker, markerOf, occupantOf } from "./marker.ts";
import { hubName, isHubName, labelPrefix } from "./names.ts";

/** Who is found under a label: this system, another owner's of the same name, or neither. */
type Found = "ours" | "another's" | "neither";

const foundUnder = (label: string, owned: Owned): Found => {
  const hub = hubName(label);
  // Where there is a hub it tells for all of them.
  const names = [hub, ...namespaceNames(labelPrefix(label)).filter((name) => name !== hub)];
  let found: Found = "neither";
  for (const name of names) {
    const occupant = occupantOf(name, owned);
    if (occupant._tag === "ours") return "ours";
    if (occupant._tag !== "foreign" || occupant.marker?.system !== owned.system) continue;
    found = "another's";
    if (name === hub) break;
  }
  return found;
};

/**
 * Whether another owner's system publishes from the namespace of the calling thread that
 * has the plain name: its hub may be below a /run/netns that is not seen here.
 */
const isPublishedByAnother = (owned: Owned): boolean => {
  const { system } = owned;
  const socket = new NetlinkSocket(buses.route);
  try {
    return socket
      .dump(getLinks, readLink)
      .filter(({ name }) => name.startsWith(hostEndPrefix))
      .map(({ alias }) => parseMark(alias ?? ""))
      .some(
        (mark) =>
          mark?.system === system &&
          !isOf(mark, owned) &&
          (mark.owner === null || mark.rest.split(" ")[0] === hubName(system)),
      );
  } finally {
    socket.close();
  }
};

export interface Label {
  readonly label: string;
  /** Whether something of the system is called so already. */
  readonly isInUse: boolean;
}

/** What the system is called, or would be if it were made now. */
export const findLabel = (owned: Owned): Label => {
  const [plain, qualified] = [owned.system, qualifiedName(owned)];
  const found = foundUnder(plain, owned);
  if (found === "ours") return { label: plain, isInUse: true };
  if (foundUnder(qualified, owned) === "ours") return { label: qualified, isInUse: true };
  const isTaken = found === "another's" || isPublishedByAnother(owned);
  return { label: isTaken ? qualified : plain, isInUse: false };
};

/**
 * Takes the plain name in the namespace of the host for as long as an orchestrator lives;
 * null where another's has it. Where owners do not see each other's namespaces by name,
 * this tells them of each other before anything is published.
 */
export const takePlainLabel = ({ system }: Owned): number | null => takeName(`architect ${system}`);

/** What the hubs on this machine say of themselves, of all owners. */
export const hubMarkers = (): readonly Extract<Marker, { readonly _tag: "hub" }>[] =>
  namespaceNames("")
    .filter(isHubName)
    .map(markerOf)
    .filter((marker) => marker?._tag === "hub");
