import type { Step } from './output-request.ts';

/** How long one step took. */
export interface Timing {
  state: string;
  enteredAt: string;
  finishedAt: string;
  durationMs: number;
}

/** The steps in the order in which they were entered; those inside a parallel state come after it. */
export function inOrder(steps: readonly Step[]): Step[] {
  return steps
    .map((step, index) => ({ step, index }))
    .sort(
      (a, b) =>
        Date.parse(a.step.enteredAt) - Date.parse(b.step.enteredAt) ||
        Date.parse(b.step.finishedAt) - Date.parse(a.step.finishedAt) ||
        a.index - b.index,
    )
    .map(({ step }) => step);
}

export function timingOf({ state, enteredAt, finishedAt }: Step): Timing {
  return { state, enteredAt, finishedAt, durationMs: Date.parse(finishedAt) - Date.parse(enteredAt) };
}

/** Milliseconds as people read them: `420 ms`, `3.2 s`, `5 min 20 s`, `23 h 59 min`. */
export function humanDuration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The last of some times, at least `atLeast`. */
export function latest(times: readonly string[], atLeast: string): string {
  return times.reduce((last, time) => (Date.parse(time) > Date.parse(last) ? time : last), atLeast);
}
