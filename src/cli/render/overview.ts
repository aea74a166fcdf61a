/** Several systems at a glance, a line each. */

import { runsPrograms } from "../../bases.ts";
import { portsText, publishedPorts } from "../../core/port-range.ts";
import { visibleLine } from "../../core/visible.ts";
import type { Status } from "../../live/control/status.ts";
import { readiness, statePaint } from "./status.ts";
import { type Cell, type Column, table } from "./table.ts";
import { marked } from "./text.ts";
import type { Theme } from "./theme.ts";

const columns: readonly Column[] = [
  { title: "SYSTEM", least: 10 },
  { title: "STATE" },
  { title: "INSTANCES", least: 10 },
  { title: "SUPERVISOR", drop: 3 },
  { title: "HOST PORTS", least: 10, drop: 2 },
  { title: "PROGRAM", least: 12, drop: 4 },
];

const cells = (status: Status, theme: Theme): readonly Cell[] => {
  const { system, state, base, file, orchestrator, publications } = status;
  const ports = publications.map(({ transport, ...one }) => {
    const numbers = portsText(publishedPorts(one));
    return transport === "tcp" ? numbers : `${numbers}/udp`;
  });
  return [
    { text: system, paint: theme.heading },
    { text: state, paint: statePaint(state, theme) },
    { text: readiness(status).replace(/ instances?/, "") },
    { text: orchestrator === null ? "none" : `${orchestrator}`, paint: theme.quiet },
    { text: runsPrograms(base) ? ports.join(", ") : "" },
    { text: file ?? "", paint: theme.quiet },
  ];
};

export const renderOverview = (statuses: readonly Status[], room: number | null, theme: Theme): string =>
  [
    table(
      columns,
      statuses.map((status) => cells(status, theme)),
      room,
      theme,
    ),
    ...statuses.flatMap(({ system, problems, warnings }) => [
      ...problems.map((problem) => marked("!", theme.bad, `${system}: ${problem}`, room)),
      ...warnings.map((warning) =>
        marked("warning:", theme.warning, `${system}: ${visibleLine(warning)}`, room),
      ),
    ]),
  ].join("");
