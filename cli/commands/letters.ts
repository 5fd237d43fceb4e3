import type { Command } from 'commander';
import type { DeadLetters } from '../../services/callback-relay/dead-letters.ts';
import { NotFoundError } from '../errors.ts';
import { type ChangeOptions, changeLetters, redriveEverything } from '../letters/change-letters.ts';
import { lettersOf } from '../letters/letters-of.ts';
import { printLetter, printLetters } from '../letters/print-letters.ts';
import { type SelectorOptions, selectorOf, withSelector } from '../letters/selector-options.ts';
import { count, examples, withTarget } from '../options.ts';
import type { Session } from '../session.ts';
import type { TargetOptions } from '../target.ts';

type ListOptions = TargetOptions & SelectorOptions & { json?: boolean };
type LetterChangeOptions = TargetOptions & ChangeOptions;

/** `storygate letters`: callbacks that could not be relayed. */
export function lettersCommand(command: Command, session: Session): void {
  defineList(command.command('list').description('list dead letters, oldest first'), session);
  defineShow(command.command('show').description('show one dead letter with its body'), session);
  defineRedrive(command.command('redrive').description('send dead letters again'), session);
  defineDelete(command.command('delete').description('delete dead letters for good'), session);
}

function defineList(command: Command, session: Session): void {
  withTarget(withSelector(command))
    .addHelpText(
      'after',
      examples(
        ['storygate letters list', 'all of them'],
        ['storygate letters list --reason RETRIES_EXHAUSTED --older-than 1d', 'some of them'],
      ),
    )
    .action(async (options: ListOptions) => {
      const selector = selectorOf(options);
      const letters = await (await open(options, session)).list(selector);
      if (letters.length === 0 && Object.keys(selector).length > 0)
        throw new NotFoundError('no dead letter matches; storygate letters list shows what there is');
      session.show(options, { letters }, (terminal) => {
        if (letters.length === 0) terminal.line('No dead letters.');
        else printLetters(session, letters);
      });
    });
}

function defineShow(command: Command, session: Session): void {
  withTarget(command.argument('<callback>', 'id of the callback'))
    .addHelpText('after', examples(['storygate letters show change-1f0c2a', 'why it is here, and what it says']))
    .action(async (callbackId: string, options: ListOptions) => {
      const letters = await (await open(options, session)).list({ callbackId });
      if (letters.length === 0)
        throw new NotFoundError(
          `no dead letter has the callback id ${callbackId}; storygate letters list shows their ids`,
        );
      session.show(options, { letters }, () => {
        const asOfNow = session.asOf(session.io.now());
        for (const letter of letters) printLetter(asOfNow, letter);
      });
    });
}

function defineRedrive(command: Command, session: Session): void {
  withTarget(withChange(withSelector(command)))
    .addHelpText(
      'after',
      examples(
        ['storygate letters redrive --story PROJ-12345', 'those of one story'],
        ['storygate letters redrive --reason RETRIES_EXHAUSTED --dry-run', 'what would be sent again'],
        ['storygate letters redrive --all --rate 10', 'all of them, 10 a second'],
      ),
    )
    .action(async (options: LetterChangeOptions) => {
      const letters = await open(options, session);
      const everything = options.all && !options.dryRun && Object.keys(selectorOf(options)).length === 0;
      if (everything) await redriveEverything(session, letters, options);
      else await changeLetters(session, letters, 'redrive', options);
    });
}

function defineDelete(command: Command, session: Session): void {
  withTarget(withChange(withSelector(command)))
    .addHelpText(
      'after',
      examples(
        ['storygate letters delete --reason UNREADABLE_JSON --dry-run', 'what would be deleted'],
        ['storygate letters delete --callback change-1f0c2a --yes', 'one, without being asked'],
      ),
    )
    .action(async (options: LetterChangeOptions) =>
      changeLetters(session, await open(options, session), 'delete', options),
    );
}

function withChange(command: Command): Command {
  return command
    .option('--all', 'every dead letter')
    .option('-n, --dry-run', 'only show which letters are meant')
    .option('--rate <number>', 'at most so many letters a second', count)
    .option('-y, --yes', 'do not ask');
}

async function open(options: TargetOptions, session: Session): Promise<DeadLetters> {
  return lettersOf(await session.gate(options), session.io.now);
}
