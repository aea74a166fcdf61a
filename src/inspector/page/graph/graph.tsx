/** The graph of automata and wires, which one moves in; the list beside it says the same in words. */
import { effect, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type RowState, worstOf } from "../../row.ts";
import { changedAt, goal, groups, head, menu, openGroups, rows, selected, topology } from "../store.ts";
import { fitting, GraphView } from "./view.ts";
import type { GraphLayout, Wanted } from "./worker.ts";

const stateOf = (
  { boxes }: GraphLayout,
  members: ReadonlyMap<number, readonly string[]>,
  box: number,
): RowState => {
  const { kind, id } = boxes[box]!;
  if (kind === "automaton") return rows.value.get(id)?.state ?? "none";
  return worstOf((members.get(box) ?? []).map((name) => rows.value.get(name)?.state ?? "none"));
};

const latest = (names: readonly string[]): number =>
  names.reduce((last, name) => Math.max(last, changedAt(name)), -1e4);

const membersOf = ({ boxOf }: GraphLayout): ReadonlyMap<number, readonly string[]> => {
  const members = new Map<number, string[]>();
  for (const [name, box] of boxOf) {
    const known = members.get(box);
    if (known === undefined) members.set(box, [name]);
    else known.push(name);
  }
  return members;
};

/** Draws, and follows what changes, until the result is called. */
const begin = (
  canvas: HTMLCanvasElement,
  say: (text: string) => void,
  draw: GraphView["onLine"],
): (() => void) => {
  const view = new GraphView(canvas);
  const worker = new Worker("/graph-worker.js", { type: "module" });
  let version = 0;
  let arranged: GraphLayout | null = null;
  let members: ReadonlyMap<number, readonly string[]> = new Map();
  const look = (): void => {
    if (arranged === null) return;
    const now = arranged;
    const chosen = selected.value === null ? -1 : (now.boxOf.get(selected.value) ?? -1);
    view.look(now, (box) => ({
      state: stateOf(now, members, box),
      isSelected: box === chosen,
      changedAt: latest(members.get(box) ?? []),
    }));
  };
  const ask = (): void => {
    const { names, wires } = topology.value;
    const wanted: Wanted = { version: ++version, names, wires, groups: groups.value, open: openGroups.value };
    worker.postMessage(wanted);
  };
  worker.addEventListener("message", ({ data }: MessageEvent<GraphLayout>) => {
    // Another was asked for meanwhile.
    if (data.version !== version) return;
    const isFirst = arranged === null;
    arranged = data;
    members = membersOf(data);
    view.arrange(data);
    if (isFirst) view.show(fitting(data));
    look();
    canvas.dataset.boxes = String(data.boxes.length);
    say(`${data.boxes.length} boxes, ${data.links.length} wires`);
  });
  const toggle = (box: number): void => {
    if (arranged === null || box < 0) return;
    const { kind, id } = arranged.boxes[box]!;
    if (kind === "automaton") return;
    const open = new Set(arranged.open);
    if (!open.delete(id)) open.add(id);
    openGroups.value = open;
  };
  const choose = (box: number): void => {
    const hit = box < 0 ? undefined : arranged?.boxes[box];
    if (hit?.kind === "automaton") selected.value = hit.id;
  };
  view.onChoose = choose;
  view.onToggle = toggle;
  view.onLine = draw;
  view.onMenu = (box, { x, y }) => {
    choose(box);
    const hit = box < 0 ? undefined : arranged?.boxes[box];
    if (hit?.kind === "automaton") menu.value = { x, y, name: hit.id };
  };
  view.onWire = (from, to) => {
    const [a, b] = [arranged?.boxes[from], to < 0 ? undefined : arranged?.boxes[to]];
    if (a !== undefined && b?.kind === "automaton" && a !== b) goal.value = `wire ${a.id} => ${b.id}`;
  };
  const ends = [
    effect(ask),
    effect(() => {
      rows.value;
      selected.value;
      look();
    }),
  ];
  return () => {
    for (const end of ends) end();
    worker.terminate();
    view.close();
  };
};

/** The graph; where it cannot be drawn, why. */
export const Graph = () => {
  const canvas = useRef<HTMLCanvasElement>(null);
  const said = useSignal("");
  const line = useSignal<Parameters<GraphView["onLine"]>[0]>(null);
  const wrong = useSignal<string | null>(null);
  useEffect(() => {
    try {
      return begin(
        canvas.current!,
        (text) => {
          said.value = text;
        },
        (drawn) => {
          line.value = drawn;
        },
      );
    } catch (error) {
      wrong.value = (error as Error).message;
      return undefined;
    }
  }, []);
  return (
    <section class="graph" aria-label="Graph">
      <canvas
        ref={canvas}
        tabIndex={0}
        role="img"
        aria-label={`The graph of ${head.value!.system}: ${said.value}. The list beside it says the same in words.`}
      />
      {line.value === null ? null : (
        <svg class="line" aria-hidden="true">
          <line x1={line.value[0]} y1={line.value[1]} x2={line.value[2]} y2={line.value[3]} />
        </svg>
      )}
      {wrong.value === null ? null : <p class="nothing">{wrong.value}: the list shows what there is.</p>}
      <p class="hint quiet">
        {said.value} · drag to move, wheel or + − to zoom, 0 shows all, double-click opens and closes a group,
        drag from the right end of a box to wire it
      </p>
    </section>
  );
};
