/** Lays the graph out beside the page, which goes on meanwhile. */
import { NestedLayout, type Rectangle } from "../../arrange.ts";
import type { Groups } from "../../grouping.ts";
import { type GraphWire, openedAtFirst, type VisibleGraph, visibleGraph } from "../../visible.ts";

/** What the page asks for. */
export interface Wanted {
  readonly version: number;
  readonly names: readonly string[];
  readonly wires: readonly GraphWire[];
  readonly groups: Groups;
  /** The groups that are open; null: as many as can be seen at once. */
  readonly open: ReadonlySet<string> | null;
}

/** Where everything stands. */
export interface GraphLayout extends VisibleGraph {
  readonly version: number;
  readonly open: ReadonlySet<string>;
  readonly placed: readonly Rectangle[];
}

/** More boxes than these are not opened at first. */
const mostAtFirst = 200;

const arranger = new NestedLayout();

addEventListener("message", ({ data }: MessageEvent<Wanted>) => {
  const { version, names, wires, groups } = data;
  const open = data.open ?? openedAtFirst(names, groups, mostAtFirst);
  const graph = visibleGraph(names, wires, groups, open);
  const arranged: GraphLayout = { ...graph, version, open, placed: arranger.arrange(graph) };
  postMessage(arranged);
});
