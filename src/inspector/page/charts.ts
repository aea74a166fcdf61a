/** Charts over time, drawn again as time goes on. */
import uPlot from "uplot";
import { type Moment, momentsOf } from "./history.ts";

/** How often they are drawn again. In milliseconds. */
const drawMs = 1_000;
const height = 150;

interface Line {
  readonly label: string;
  /** A property of the style sheet. */
  readonly colour: string;
  readonly at: (moment: Moment) => number | null;
}

interface Chart {
  readonly title: string;
  readonly lines: readonly Line[];
}

const chartsOf = (moments: readonly Moment[]): readonly Chart[] => [
  {
    title: "instances",
    lines: [
      { label: "there", colour: "--quiet", at: ({ count }) => count },
      { label: "ready", colour: "--well", at: ({ ready }) => ready },
    ],
  },
  ...[...new Set(moments.flatMap(({ observed }) => Object.keys(observed)))].map((what) => ({
    title: what,
    lines: [{ label: what, colour: "--accent", at: ({ observed }: Moment) => observed[what] ?? null }],
  })),
];

const colourOf = (name: string): string => {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
};

/** The time of day of seconds since 1970. */
const clock = (time: number): string => new Date(time * 1000).toTimeString().slice(0, 8);

/** What was there last is there still. */
const dataOf = (moments: readonly Moment[], { lines }: Chart): uPlot.AlignedData => {
  const now = { ...moments.at(-1)!, time: Date.now() / 1000 };
  const all = [...moments, now];
  return [all.map(({ time }) => time), ...lines.map(({ at }) => all.map(at))];
};

const plotted = (host: HTMLElement, chart: Chart, moments: readonly Moment[]): uPlot => {
  const quiet = colourOf("--quiet");
  const grid = { stroke: colourOf("--line"), width: 1 };
  const options: uPlot.Options = {
    ...{ title: chart.title, width: host.clientWidth, height },
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      { stroke: quiet, grid, space: 70, values: (_, times) => times.map(clock) },
      { stroke: quiet, grid, size: 44 },
    ],
    series: [
      { value: (_, time) => (time === null ? "–" : clock(time)) },
      ...chart.lines.map(({ label, colour }) => ({
        ...{ label, stroke: colourOf(colour), width: 2, points: { show: false } },
        paths: uPlot.paths.stepped!({ align: 1 }),
      })),
    ],
  };
  return new uPlot(options, dataOf(moments, chart), host);
};

/** Draws what is known of an automaton, until the result is called. */
export const openCharts = (host: HTMLElement, name: string): (() => void) => {
  let titles = "";
  let plots: readonly (readonly [Chart, uPlot])[] = [];
  const close = (): void => {
    for (const [, plot] of plots) plot.destroy();
    plots = [];
  };
  const draw = (): void => {
    const moments = momentsOf(name);
    if (moments.length === 0 || host.clientWidth === 0) return;
    const charts = chartsOf(moments);
    const now = `${charts.map(({ title }) => title).join(" ")} ${host.clientWidth} ${colourOf("--ink")}`;
    if (now !== titles) {
      close();
      titles = now;
      plots = charts.map((chart) => [chart, plotted(host, chart, moments)] as const);
    }
    for (const [chart, plot] of plots) plot.setData(dataOf(moments, chart));
  };
  draw();
  const timer = setInterval(draw, drawMs);
  return () => {
    clearInterval(timer);
    close();
  };
};
