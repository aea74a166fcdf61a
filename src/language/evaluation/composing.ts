/** Where values meet the algebra of compositions. */
import type { ArrowOp } from "../../core/syntax.ts";
import type { Site } from "../problem.ts";
import type { AutomatonValue, CompositionValue, Value } from "../value.ts";
import { type Call, placeOf } from "./arguments.ts";
import type { Machine } from "./machine.ts";

type Composable = AutomatonValue | CompositionValue;

const notYet = (site: Site, machine: Machine): Value =>
  machine.report("type-mismatch", "compositions have no meaning yet", site);

export const selectPort = (_of: Composable, _port: string, site: Site, machine: Machine): Value =>
  notYet(site, machine);

export const callComposition = (_of: Composable, called: Call, machine: Machine): Value =>
  notYet(placeOf(called), machine);

export const compose = (_op: ArrowOp | "|", _x: Value, _y: Value, site: Site, machine: Machine): Value =>
  notYet(site, machine);

export const asSystem = (_value: Value, site: Site, machine: Machine): Value => notYet(site, machine);
