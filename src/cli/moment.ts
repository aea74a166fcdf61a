/** Times as people write them. */

const clock = String.raw`(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.(?<fraction>\d{1,3}))?)?`;
const date = String.raw`(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})`;
const zone = String.raw`(?<zone>Z|(?<sign>[+-])(?<zoneHour>\d{2}):?(?<zoneMinute>\d{2}))`;
const forms = [new RegExp(`^${clock}$`), new RegExp(`^${date}(?:[ T]${clock}${zone}?)?$`)];

/** `12:30` today, `2026-01-31 12:30` here, `2026-01-31T12:30:00Z`: milliseconds since 1970; null for what is no time. */
export const readTime = (text: string, now = new Date()): number | null => {
  const found = forms.map((form) => form.exec(text)).find((match) => match !== null);
  if (found === undefined) return null;
  const { zone: of, sign, fraction = "0", ...parts } = found.groups!;
  const part = (name: string, otherwise: number): number =>
    parts[name] === undefined ? otherwise : Number(parts[name]);
  const fields = [
    part("year", now.getFullYear()),
    part("month", now.getMonth() + 1),
    part("day", now.getDate()),
    part("hour", 0),
    part("minute", 0),
    part("second", 0),
  ] as const;
  const [year, month, day, hour, minute, second] = fields;
  const milliseconds = Number(fraction.padEnd(3, "0"));
  const utc = new Date(Date.UTC(year, month - 1, day, hour, minute, second, milliseconds));
  // What is out of its range would go over into the next.
  const same = [
    utc.getUTCFullYear(),
    utc.getUTCMonth() + 1,
    utc.getUTCDate(),
    utc.getUTCHours(),
    utc.getUTCMinutes(),
    utc.getUTCSeconds(),
  ];
  if (same.some((field, i) => field !== fields[i])) return null;
  if (of === undefined) return new Date(year, month - 1, day, hour, minute, second, milliseconds).getTime();
  const offset = 60 * part("zoneHour", 0) + part("zoneMinute", 0);
  return utc.getTime() - (sign === "-" ? -offset : offset) * 60_000;
};
