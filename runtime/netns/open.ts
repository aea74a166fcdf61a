/** The base case of network namespaces, put together for a root user. */
import type { BaseCase } from "../../src/core/base.ts";
import { ProcessKeeper } from "../process/keeper.ts";
import { SystemState } from "../process/state.ts";
import { NetnsBase } from "./base.ts";
import { HostPublisher } from "./host/publisher.ts";

/** Throws a `KernelError` where libmnl is missing or the rights do not suffice. */
export const openNetnsBase = (system: string): BaseCase =>
  new NetnsBase(system, new ProcessKeeper(new SystemState(system)), new HostPublisher(system));
