/** The base case of network namespaces, put together. */
import type { BaseCase } from "../../src/core/base.ts";
import { ProcessKeeper } from "../process/keeper.ts";
import { SystemState } from "../process/state.ts";
import { RelayedPublisher } from "../relay/publisher.ts";
import { isInside } from "../rootless/places.ts";
import { NetnsBase } from "./base.ts";
import { HostPublisher } from "./host/publisher.ts";
import { isOwn } from "./marker.ts";
import type { Publisher } from "./publisher.ts";

/** Inside a user's own namespaces the host of the rules is not the real one: a relay leads to them. */
const openPublisher = ({ system, root }: SystemState): Publisher => {
  const rules = new HostPublisher(system);
  return isInside() ? new RelayedPublisher(system, root, rules) : rules;
};

export interface OpenedNetns {
  readonly base: NetnsBase;
  readonly keeper: ProcessKeeper;
}

/** Throws a `KernelError` where libmnl is missing or the rights do not suffice. */
export const openNetns = (state: SystemState): OpenedNetns => {
  const { system } = state;
  const keeper = new ProcessKeeper(state, { isOurs: (namespace) => isOwn(namespace, system) });
  return { base: new NetnsBase(system, keeper, openPublisher(state)), keeper };
};

export const openNetnsBase = (system: string): BaseCase => openNetns(new SystemState(system)).base;
