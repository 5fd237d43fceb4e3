import { useEffect, useState } from 'react';
import { span } from '../../../cli/span.ts';

/** The time, again every so often. */
export function useNow(everyMs = 1_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** A time as how long ago it is, with the time itself on hover and for screen readers. */
export function Ago({ at, now }: { at: string; now: number }) {
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()}>
      {span(now - Date.parse(at))} ago
    </time>
  );
}

/** A time of day to the millisecond, with its date on hover. */
export function Clock({ at }: { at: string }) {
  const date = new Date(at);
  const time = date.toLocaleTimeString([], { hour12: false });
  return (
    <time dateTime={at} title={date.toLocaleString()}>
      {time}.{String(date.getMilliseconds()).padStart(3, '0')}
    </time>
  );
}

/** Short durations with their fraction, longer ones in two units. */
export function took(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return span(milliseconds);
}
