import { setTimeout } from 'node:timers/promises';
import type { DeadLetter, LetterSelector } from '../../services/callback-relay/dead-letter.ts';
import type { DeadLetters, SelectedOptions, SelectedOutcome } from '../../services/callback-relay/dead-letters.ts';
import { CliError, NotFoundError } from '../errors.ts';
import { startProgress } from '../progress.ts';
import type { Session } from '../session.ts';
import { printLetters } from './print-letters.ts';
import { type SelectorOptions, selectorOf } from './selector-options.ts';

export interface ChangeOptions extends SelectorOptions {
  all?: boolean;
  dryRun?: boolean;
  rate?: number;
  yes?: boolean;
  json?: boolean;
}

/** What is done to letters, in words: `redrive`, `redriven`. */
interface Change {
  verb: 'redrive' | 'delete';
  done: 'redriven' | 'deleted';
}

const CHANGES = {
  redrive: { verb: 'redrive', done: 'redriven' },
  delete: { verb: 'delete', done: 'deleted' },
} as const;

/**
 * Redrives or deletes the selected letters, after asking when they are more than one.
 *
 * @throws CliError without a selector and without `--all`: nobody should empty the queue by forgetting an option
 */
export async function changeLetters(
  session: Session,
  letters: DeadLetters,
  what: 'redrive' | 'delete',
  options: ChangeOptions,
): Promise<void> {
  const change = CHANGES[what];
  const selector = selectorOf(options);
  if (Object.keys(selector).length === 0 && !options.all)
    throw new CliError(`which letters? Give --story, --callback, --reason, --older-than or --younger-than, or --all`);
  const { selected } = await letters[what](selector, { dryRun: true });
  if (selected.length === 0)
    throw new NotFoundError('no dead letter matches; storygate letters list shows what there is');
  if (options.dryRun) {
    return session.show(options, { dryRun: true, selected, done: 0, failed: [] }, () => {
      printLetters(session, selected);
      session.terminal.line(`Would ${change.verb} ${count(selected.length)}.`);
    });
  }
  if (selected.length > 1 || what === 'delete')
    await session.confirm(`${capital(change.verb)} ${count(selected.length)} in ${session.targetName}?`, options);
  const outcome = await run(session, letters, change, options, selected);
  tell(session, change, outcome, options);
}

async function run(
  session: Session,
  letters: DeadLetters,
  { verb }: Change,
  options: ChangeOptions,
  asked: readonly DeadLetter[],
): Promise<SelectedOutcome> {
  const progress = startProgress(session.notes, `${verb} letters`);
  const selectedOptions: SelectedOptions = {
    onProgress: (done, selected) => progress.at(done, selected),
    signal: session.io.interrupted(),
    ...(options.rate !== undefined && { perSecond: options.rate }),
  };
  progress.at(0, asked.length);
  try {
    return await letters[verb](onlyThese(asked, selectorOf(options)), selectedOptions);
  } finally {
    progress.end();
  }
}

/** What was asked about, and nothing that has come since. Those that were young enough may have aged over the question. */
function onlyThese(asked: readonly DeadLetter[], { youngerThanMs: _, ...lasting }: LetterSelector): LetterSelector {
  return { ...lasting, callbackIds: asked.map(({ callbackId }) => callbackId) };
}

function tell(session: Session, { done }: Change, outcome: SelectedOutcome, options: ChangeOptions): void {
  session.show(options, outcome, (terminal) => {
    terminal.done(`${count(outcome.done)} ${done}`);
    for (const { callbackId, error } of outcome.failed) terminal.warn(`${callbackId}: ${error}`);
  });
  const left = outcome.selected.length - outcome.done;
  if (left > 0) throw new CliError(`${count(left)} could not be ${done} and stay where they are; run the same again`);
}

/** Lets SQS move everything back by itself, and shows how far it is. */
export async function redriveEverything(session: Session, letters: DeadLetters, options: ChangeOptions): Promise<void> {
  const waiting = await letters.list({}, { most: 1 });
  if (waiting.length === 0) throw new NotFoundError('there are no dead letters');
  await session.confirm(`Redrive every dead letter in ${session.targetName}?`, options);
  await letters.redriveAll(options.rate === undefined ? {} : { perSecond: options.rate });
  const progress = startProgress(session.notes, 'redrive letters');
  try {
    for (;;) {
      const task = await letters.redriveAllProgress();
      if (task && task.status !== 'RUNNING') return finish(session, task, options);
      progress.at(task?.moved ?? 0, task?.total);
      await setTimeout(200, undefined, { signal: session.io.interrupted() });
    }
  } finally {
    progress.end();
  }
}

function finish(
  session: Session,
  task: { status: string; moved: number; failure?: string },
  options: ChangeOptions,
): void {
  session.show(options, task, (terminal) => terminal.done(`${count(task.moved)} redriven`));
  if (task.status !== 'COMPLETED')
    throw new CliError(`the redrive ended ${task.status}${task.failure ? `: ${task.failure}` : ''}; run it again`);
}

function count(letters: number): string {
  return letters === 1 ? '1 letter' : `${letters} letters`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
