import { type Command, Option } from 'commander';
import { LETTER_REASONS, type LetterReason, type LetterSelector } from '../../services/callback-relay/dead-letter.ts';
import { parseSpan } from '../times.ts';

/** The options that say which letters are meant. */
export interface SelectorOptions {
  story?: string;
  callback?: string;
  reason?: LetterReason;
  olderThan?: number;
  youngerThan?: number;
}

/** Gives a command the options that select letters. */
export function withSelector(command: Command): Command {
  return command
    .option('--story <key>', 'only letters for this story')
    .option('--callback <id>', 'only letters of this callback')
    .addOption(new Option('--reason <name>', 'only letters with this reason').choices(LETTER_REASONS))
    .option('--older-than <span>', 'only letters at least this old: 90s, 15m, 2h, 1d', parseSpan)
    .option('--younger-than <span>', 'only letters at most this old', parseSpan);
}

/** The selector that the options add up to. Empty when none was given. */
export function selectorOf({ story, callback, reason, olderThan, youngerThan }: SelectorOptions): LetterSelector {
  return {
    ...(story !== undefined && { jiraStoryId: story.toUpperCase() }),
    ...(callback !== undefined && { callbackId: callback }),
    ...(reason !== undefined && { reason }),
    ...(olderThan !== undefined && { olderThanMs: olderThan }),
    ...(youngerThan !== undefined && { youngerThanMs: youngerThan }),
  };
}
