import { span } from '../../../cli/span.ts';

/** Below this a wait is about to end without an answer. */
const SOON_MS = 3_600_000;

/** How much of a wait is left, as a bar and in words. */
export function TimeLeft({ since, until, now }: { since: string; until: string; now: number }) {
  const left = Math.max(0, Date.parse(until) - now);
  const share = Math.min(1, left / Math.max(1, Date.parse(until) - Date.parse(since)));
  const words = left > 0 ? `${span(left)} left` : 'overdue';
  return (
    <div className="gate-progress" title={`until ${new Date(until).toLocaleString()}`}>
      <div
        className={`bar ${left < SOON_MS ? 'bar-bad' : ''}`}
        role="progressbar"
        aria-label="time left"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        aria-valuetext={words}
      >
        <div style={{ width: `${share * 100}%` }} />
      </div>
      <small>{words}</small>
    </div>
  );
}
