import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { compilePattern } from '../../../local/events/event-pattern.ts';
import { AwsError } from '../../../local/gateway/aws-error.ts';

/** Answers recorded from AWS are data of others and not part of the repository: the variable names the folder. */
const recorded = process.env['STORYGATE_RECORDED'];

interface Recorded {
  name: string;
  event: unknown;
  pattern?: unknown;
  patternText?: string;
  expected: boolean | string;
  message: string | null;
}

function load(folder: string): Recorded[] {
  return readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
}

function answer({ event, pattern, patternText }: Recorded): { expected: boolean | string; message: string | null } {
  try {
    return { expected: compilePattern(patternText ?? JSON.stringify(pattern))(event), message: null };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { expected: error.code, message: error.message };
  }
}

if (recorded) {
  describe('event patterns answer as recorded from AWS', () => {
    test.each(load(join(recorded, 'event-patterns')).map((one) => [one.name, one] as const))('%s', (_, one) => {
      expect(answer(one)).toEqual({ expected: one.expected, message: one.message });
    });
  });
} else {
  test.skip('recorded event patterns: set STORYGATE_RECORDED to the folder of the recordings', () => {});
}
