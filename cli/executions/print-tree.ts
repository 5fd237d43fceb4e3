import { plain, shortened } from '../plain-text.ts';
import { span } from '../span.ts';
import { duration, type Terminal } from '../terminal.ts';
import type { StateRun } from './state-tree.ts';

const MARKS = {
  succeeded: { mark: '✔', style: 'green' },
  failed: { mark: '✘', style: 'red' },
  waiting: { mark: '⏸', style: 'yellow' },
  running: { mark: '▶', style: 'cyan' },
} as const;

/** Columns of a line that are neither the name nor the error: indent, mark, gaps, time. */
const AROUND_NAME = 2 + 2 + 2 + 11 + 2;
const SHORTEST_ERROR = 24;
const LONGEST_ERROR = 160;

/** Writes the states as a tree: mark, name, how long, tries, and what failed. */
export function printTree(terminal: Terminal, states: readonly StateRun[], now: Date): void {
  const width = widest(states, 0);
  const write = (inner: readonly StateRun[], depth: number) => {
    for (const state of inner) {
      terminal.line(lineOf(terminal, state, depth, width, now));
      write(state.states, depth + 1);
    }
  };
  write(states, 0);
}

function lineOf(terminal: Terminal, state: StateRun, depth: number, width: number, now: Date): string {
  const { mark, style } = MARKS[state.status];
  const took = elapsed((state.exitedAt ?? now).getTime() - state.enteredAt.getTime());
  const name = `${'  '.repeat(depth)}${terminal.style(style, mark)} ${state.name.padEnd(width - 2 * depth)}`;
  const tries = (state.attempts ?? 1) > 1 ? `  ${state.attempts} tries` : '';
  const taken = width + AROUND_NAME + tries.length;
  const error = errorOf(terminal, state, Math.min(LONGEST_ERROR, terminal.width - taken));
  return `  ${name}  ${terminal.style('dim', took.padStart(11))}${tries}${error}`.trimEnd();
}

function errorOf(terminal: Terminal, { error, cause }: StateRun, room: number): string {
  if (!error) return '';
  const text = plain(cause ? `${error}: ${cause}` : error);
  return `  ${terminal.style('red', shortened(text, Math.max(SHORTEST_ERROR, room)))}`;
}

/** Seconds with a fraction, longer times in two units. */
function elapsed(milliseconds: number): string {
  return milliseconds < 60_000 ? duration(milliseconds) : span(milliseconds);
}

function widest(states: readonly StateRun[], depth: number): number {
  return Math.max(
    0,
    ...states.map((state) => Math.max(state.name.length + 2 * depth, widest(state.states, depth + 1))),
  );
}
