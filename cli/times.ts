import { InvalidArgumentError } from 'commander';

const UNITS = [
  { name: 'd', milliseconds: 86_400_000 },
  { name: 'h', milliseconds: 3_600_000 },
  { name: 'min', milliseconds: 60_000 },
  { name: 's', milliseconds: 1_000 },
] as const;

/** A span for people, in its two largest units: `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function span(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000) * 1000;
  const at = UNITS.findIndex((unit) => seconds >= unit.milliseconds);
  const [large, small] = UNITS.slice(at === -1 ? -1 : at);
  if (!large) return '0 s';
  const count = Math.floor(seconds / large.milliseconds);
  const rest = small ? Math.floor((seconds % large.milliseconds) / small.milliseconds) : 0;
  return small && rest > 0 ? `${count} ${large.name} ${rest} ${small.name}` : `${count} ${large.name}`;
}

/** A time as a person reads it: `3 min ago`, `in 2 h`. In a pipe it is the ISO 8601 time itself. */
export function timeFor(interactive: boolean, at: string | Date, now: Date): string {
  const date = new Date(at);
  if (!interactive) return date.toISOString();
  const ahead = date.getTime() - now.getTime();
  if (Math.abs(ahead) < 1000) return 'now';
  return ahead > 0 ? `in ${span(ahead)}` : `${span(-ahead)} ago`;
}

const SPELLING = /^(\d+(?:\.\d+)?)(s|m|min|h|d)$/;
const MILLISECONDS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Reads an option such as `90s`, `15m`, `2h` or `1d`; milliseconds. */
export function parseSpan(text: string): number {
  const [, count, unit] = SPELLING.exec(text) ?? [];
  const milliseconds = MILLISECONDS[unit ?? ''];
  if (count === undefined || milliseconds === undefined)
    throw new InvalidArgumentError('expected a span such as 90s, 15m, 2h or 1d.');
  return Number(count) * milliseconds;
}
