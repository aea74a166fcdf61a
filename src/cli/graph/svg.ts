/** A picture of a system, by itself: no other program, font or script is needed to see it. */
import { width as columnsOf } from "../render/text.ts";
import type { Point, PortLink } from "./layout/layout.ts";
import { packed } from "./layout/pack.ts";
import { countOf, entryText, type GraphAutomaton, type SystemGraph, splitPort } from "./model.ts";

const column = 7.25; // one character of a monospaced face at 12 px, a little wide
const row = 20;
const head = 30;
const pad = 12;
const margin = 24;
/** How far the control points of a link that turns round are from its ends; the curve itself goes 3/4 of it. */
const loop = 40;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

interface Link extends PortLink {
  /** The class of its line. */
  readonly kind: string;
}

interface Card {
  readonly width: number;
  readonly height: number;
  /** How far down the port with this name is. */
  readonly service: ReadonlyMap<string, number>;
  readonly requirement: ReadonlyMap<string, number>;
  readonly draw: (at: Point) => string;
}

const rowsAt = (names: readonly string[]): ReadonlyMap<string, number> =>
  new Map(names.map((name, index) => [name, head + 8 + index * row + row / 2] as const));

/** An automaton: its name and how many there are; what it offers at the left, what it asks at the right. */
const card = (automaton: GraphAutomaton): Card => {
  const { name, instances, services, requirements } = automaton;
  const badge = countOf(automaton);
  const offers = services.map(({ port, transport, number }) => ({ port, detail: `${transport} ${number}` }));
  const leftWidth = Math.max(0, ...offers.map(({ port, detail }) => columnsOf(`${port} ${detail}`))) * column;
  const rightWidth = Math.max(0, ...requirements.map((requirement) => columnsOf(requirement))) * column;
  const inner = Math.max(
    columnsOf(name) * column * 1.1 + columnsOf(badge) * column + 2 * pad,
    leftWidth + rightWidth + (leftWidth > 0 && rightWidth > 0 ? 28 : 0),
    90,
  );
  const width = Math.ceil(inner + 2 * pad);
  const rows = Math.max(offers.length, requirements.length);
  const height = head + (rows === 0 ? 0 : rows * row + 14);
  const service = rowsAt(offers.map(({ port }) => port));
  const requirement = rowsAt(requirements);
  const draw = ({ x, y }: Point): string =>
    [
      `<g transform="translate(${x} ${y})"><title>${escaped(name)}</title>`,
      `<rect class="card${instances === 0 ? " none" : ""}" width="${width}" height="${height}" rx="8"/>`,
      rows === 0 ? "" : `<path class="rule" d="M0 ${head}H${width}"/>`,
      `<text class="name" x="${pad}" y="20">${escaped(name)}</text>`,
      `<text class="badge" x="${width - pad}" y="20">${badge}</text>`,
      ...offers.map(({ port, detail }) => {
        const at = service.get(port)!;
        return `<circle class="port" cx="0" cy="${at}" r="3.5"/><text class="offer" x="${pad}" y="${at + 4}">${escaped(port)} <tspan class="detail">${detail}</tspan></text>`;
      }),
      ...requirements.map((each) => {
        const at = requirement.get(each)!;
        return `<circle class="port open" cx="${width}" cy="${at}" r="3.5"/><text class="ask" x="${width - pad}" y="${at + 4}">${escaped(each)}</text>`;
      }),
      "</g>",
    ].join("");
  return { width, height, service, requirement, draw };
};

/** A port of the host, where the world comes in. */
const entry = (label: string): Card => {
  const width = Math.ceil(columnsOf(label) * column + 2 * pad);
  return {
    width,
    height: 28,
    service: new Map(),
    requirement: new Map([["", 14]]),
    draw: ({ x, y }) =>
      `<g transform="translate(${x} ${y})"><rect class="entry" width="${width}" height="28" rx="14"/><text class="label" x="${width / 2}" y="18">${escaped(label)}</text></g>`,
  };
};

const number = (value: number): string => String(Math.round(value * 10) / 10);

/** A smooth line through the points, level at each of them. */
const curve = (points: readonly Point[]): string => {
  let path = `M${number(points[0]!.x)} ${number(points[0]!.y)}`;
  let leaving = 1;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1]!, points[i]!];
    const next = points[i + 1];
    // The end is met from its left; in between, the line goes the way it is going.
    const arriving = next === undefined ? 1 : Math.sign(next.x - b.x) || leaving;
    const reach = leaving === arriving ? Math.max(16, Math.abs(b.x - a.x) / 2) : loop;
    path +=
      a.y === b.y && leaving === arriving
        ? `H${number(b.x)}`
        : `C${number(a.x + leaving * reach)} ${number(a.y)} ${number(b.x - arriving * reach)} ${number(b.y)} ${number(b.x)} ${number(b.y)}`;
    leaving = arriving;
  }
  return path;
};

const style = `
.card { fill: #fff; stroke: #94a3b8; }
.card.none { stroke-dasharray: 4 3; }
.rule { stroke: #e2e8f0; }
.entry { fill: #0f766e; }
.label { fill: #fff; text-anchor: middle; }
.name { font-weight: 600; font-size: 13px; fill: #0f172a; }
.badge { text-anchor: end; fill: #0f766e; }
.offer { fill: #0f172a; }
.ask { fill: #0f172a; text-anchor: end; }
.detail { fill: #64748b; }
.port { fill: #475569; stroke: #475569; stroke-width: 1.5; }
.port.open { fill: #fff; }
.wire { fill: none; stroke: #64748b; stroke-width: 1.5; }
.wire.message { stroke-dasharray: 6 4; }
.wire.in { stroke: #0f766e; }
.tip { fill: #64748b; }
text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
@media (prefers-color-scheme: dark) {
  .paper { fill: #0f172a; }
  .card, .port.open { fill: #1e293b; }
  .card { stroke: #475569; }
  .rule { stroke: #334155; }
  .name, .offer, .ask { fill: #e2e8f0; }
  .detail { fill: #94a3b8; }
  .badge { fill: #2dd4bf; }
  .wire { stroke: #94a3b8; }
  .wire.in { stroke: #2dd4bf; }
  .port { fill: #94a3b8; stroke: #94a3b8; }
  .tip { fill: #94a3b8; }
}`;

/** The cards of a system and the links among them; entries first, for the world comes in from the left. */
const compose = ({ automata, wires, publications }: SystemGraph) => {
  const cards = [...publications.map((one) => entry(entryText(one))), ...automata.map(card)];
  const indexOf = new Map(automata.map(({ name }, index) => [name, publications.length + index] as const));
  const link = (from: number, requirement: string, to: string, kind: string): Link => {
    const { automaton, name } = splitPort(to);
    const target = indexOf.get(automaton)!;
    return {
      from,
      to: target,
      fromY: cards[from]!.requirement.get(requirement)!,
      toY: cards[target]!.service.get(name)!,
      kind,
    };
  };
  const links = [
    ...publications.map(({ to }, index) => link(index, "", to, "in")),
    ...wires.map(({ from, to, kind }) => {
      const { automaton, name } = splitPort(from);
      return link(indexOf.get(automaton)!, name, to, kind);
    }),
  ];
  return { cards, links };
};

export const toSvg = (graph: SystemGraph): string => {
  const { cards, links } = compose(graph);
  const { width, height, corners, routes } = packed(cards, links, {
    column: 88,
    row: 20,
    lane: 12,
    turn: 0.75 * loop,
  });
  const [fullWidth, fullHeight] = [Math.ceil(width + 2 * margin), Math.ceil(height + 2 * margin)];
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${fullWidth}" height="${fullHeight}" viewBox="${-margin} ${-margin} ${fullWidth} ${fullHeight}" role="img">`,
    `<title>${escaped(graph.system)}</title>`,
    `<style>${style}\n</style>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="tip" d="M0 0.5 8 4 0 7.5z"/></marker></defs>',
    `<rect class="paper" x="${-margin}" y="${-margin}" width="${fullWidth}" height="${fullHeight}" fill="#f8fafc"/>`,
    ...routes.map((route, index) => {
      // The tip touches the port, it does not cover it.
      const end = route.at(-1)!;
      const shortened = [...route.slice(0, -1), { x: end.x - 4, y: end.y }];
      return `<path class="wire ${links[index]!.kind}" d="${curve(shortened)}" marker-end="url(#tip)"/>`;
    }),
    ...cards.map(({ draw }, index) =>
      draw({ x: Math.round(corners[index]!.x), y: Math.round(corners[index]!.y) }),
    ),
    "</svg>",
  ].join("\n")}\n`;
};
