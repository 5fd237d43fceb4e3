import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import { NotFoundError } from '../errors.ts';
import { type CountedWait, withApprovals } from '../gates/approvals.ts';
import { pendingWaits } from '../gates/pending-waits.ts';
import { printGates } from '../gates/print-gates.ts';
import { examples, withTarget } from '../options.ts';
import type { Gate, Session } from '../session.ts';
import type { TargetOptions } from '../target.ts';
import { parseSpan } from '../times.ts';

interface GatesOptions extends TargetOptions {
  story?: string;
  olderThan?: number;
  watch?: boolean;
  json?: boolean;
}

const WATCH_MS = 2_000;

/** `storygate gates`: what waits for which story. */
export function gatesCommand(command: Command, session: Session): void {
  withTarget(
    command
      .option('--story <key>', 'only what waits for this story')
      .option('--older-than <span>', 'only what has waited this long: 90s, 15m, 2h, 1d', parseSpan)
      .option('-w, --watch', 'keep the list up to date until Ctrl-C'),
  )
    .addHelpText(
      'after',
      examples(
        ['storygate gates', 'everything that waits, longest first'],
        ['storygate gates --older-than 1d', 'what somebody has forgotten'],
        ['storygate gates --json | jq -r ".gates[].jiraStoryId"', 'only the stories'],
      ),
    )
    .action((options: GatesOptions) => gates(options, session));
}

async function gates(options: GatesOptions, session: Session): Promise<void> {
  const gate = await session.gate(options);
  if (options.watch) return watch(gate, options, session);
  const asOfNow = session.asOf(session.io.now());
  const found = await waiting(gate, options, asOfNow);
  if (found.length === 0 && (options.story || options.olderThan !== undefined))
    throw new NotFoundError(`nothing waits ${describe(options)}; storygate gates lists everything that waits`);
  session.show(options, { gates: found }, (terminal) => {
    if (found.length === 0) terminal.line('Nothing waits.');
    else printGates(asOfNow, found);
  });
}

async function waiting(gate: Gate, options: GatesOptions, session: Session): Promise<CountedWait[]> {
  return withApprovals(gate, await pendingWaits(gate, options, session.io.now()));
}

function describe({ story, olderThan }: GatesOptions): string {
  return [story && `for ${story.toUpperCase()}`, olderThan !== undefined && 'that long'].filter(Boolean).join(' ');
}

/** Writes the list again whenever it has changed; in a terminal in place of the one before, and with its times moving. */
async function watch(gate: Gate, options: GatesOptions, session: Session): Promise<void> {
  const { terminal, io } = session;
  const signal = io.interrupted();
  let before = '';
  while (!signal.aborted) {
    const asOfNow = session.asOf(io.now());
    const found = await waiting(gate, options, asOfNow);
    const now = JSON.stringify(found);
    if (terminal.interactive && !options.json) redraw(asOfNow, found);
    else if (now !== before) write(asOfNow, found, options);
    before = now;
    await setTimeout(gate.target.kind === 'local' ? WATCH_MS / 4 : WATCH_MS, undefined, { signal }).catch(
      () => undefined,
    );
  }
}

function redraw(session: Session, found: readonly CountedWait[]): void {
  const { terminal } = session;
  terminal.raw('\u001B[H\u001B[2J\u001B[3J');
  terminal.line(terminal.style('dim', `${found.length} waiting in ${session.targetName}, Ctrl-C ends`));
  if (found.length > 0) printGates(session, found);
}

/** For pipes: each state of the list on its own, as one line of JSON or as a table. */
function write(session: Session, found: readonly CountedWait[], { json }: GatesOptions): void {
  const { terminal, io } = session;
  if (json) terminal.line(JSON.stringify({ at: io.now().toISOString(), gates: found }));
  else {
    if (found.length > 0) printGates(session, found);
    else terminal.line('Nothing waits.');
    terminal.line();
  }
}
