import { InvalidArgumentError } from 'commander';
import { span } from './span.ts';

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
