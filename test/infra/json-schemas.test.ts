import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseWorkflowFile } from '../../cli/executions/workflow-file.ts';
import { parseConfig } from '../../infra/config.ts';
import { jsonSchemas } from '../../infra/json-schemas.ts';
import { workflowFile } from '../../infra/workflow-file.ts';
import type { Json } from '../../local/step-functions/json.ts';
import { InvalidInputError } from '../../services/shared/parse.ts';
import { StateUnderTest } from '../asl/gate-machine.ts';

const published = new URL('../../docs/schemas/', import.meta.url);

test('what is published is what the code checks; `npm run schemas` writes it anew', () => {
  const files = readdirSync(published).filter((name) => name.endsWith('.json'));
  const written = Object.fromEntries(files.map((name) => [name, readFileSync(new URL(name, published), 'utf8')]));
  expect(written).toEqual(jsonSchemas());
});

test('a schema says what a person needs to write the simplest callback', () => {
  expect(JSON.parse(jsonSchemas()['callback-simple.schema.json'] ?? '')).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['jiraStoryId', 'status'],
    properties: { jiraStoryId: { type: 'string' }, status: { enum: ['success', 'failure'] }, message: {} },
  });
});

test('an editor may be told which schema the configuration has', () => {
  expect(parseConfig({ $schema: './docs/schemas/config.schema.json' })).toEqual(parseConfig({}));
});

describe('the schema of the workflow file, the checks before an upload and the expressions of the workflow agree', () => {
  const right = { jiraStoryId: 'PROJ-1', packageIds: ['pkg-001'] };

  /** Whether the workflow itself lets the file through. */
  async function accepted(file: Json): Promise<boolean> {
    const body = JSON.stringify(file);
    const s3 = { Body: body, ContentRange: `bytes 0-${body.length - 1}/${body.length}` };
    const read = await new StateUnderTest('ReadInputFromS3').succeed({ bucket: 'b', key: 'inputs/x.json' }, s3);
    const { next } = await new StateUnderTest('PrepareWorkflowData', read.variables).choose(read.output);
    return next === 'ParallelAPIProcessing';
  }

  /** Whether the command line and the console let the file through. */
  function acceptedBeforeUpload(file: Json): boolean {
    try {
      parseWorkflowFile(JSON.stringify(file), 'the file');
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidInputError);
      return false;
    }
  }

  test.each<[string, Json, boolean]>([
    ['the least', right, true],
    ['a story in lower case', { ...right, jiraStoryId: 'proj-1' }, true],
    ['further fields', { ...right, ticket: { size: 1 } }, true],
    ['all that may be asked for', { ...right, approval: { quorum: 2, approvers: ['a', 'b'], timeoutHours: 72 } }, true],
    ['no story', { packageIds: ['a'] }, false],
    ['a story that is no key', { ...right, jiraStoryId: 'PROJ' }, false],
    ['no packages', { ...right, packageIds: [] }, false],
    ['a package that is a number', { ...right, packageIds: [1] }, false],
    ['a package twice', { ...right, packageIds: ['a', 'a'] }, false],
    ['101 packages', { ...right, packageIds: Array.from({ length: 101 }, (_, index) => `p${index}`) }, false],
    ['a list', [right], false],
    ['half a quorum', { ...right, approval: { quorum: 1.5 } }, false],
    ['more of a quorum than approvers', { ...right, approval: { quorum: 2, approvers: ['a'] } }, false],
    ['an approver with a space', { ...right, approval: { approvers: ['a b'] } }, false],
    ['an approver twice', { ...right, approval: { approvers: ['a', 'a'] } }, false],
    ['no time at all', { ...right, approval: { timeoutHours: 0 } }, false],
    ['a year', { ...right, approval: { timeoutHours: 8760 } }, false],
    ['an unknown wish', { ...right, approval: { deputies: ['a'] } }, false],
  ])('%s', async (_, file, expected) => {
    expect(await accepted(file)).toBe(expected);
    expect(workflowFile.safeParse(file).success).toBe(expected);
    expect(acceptedBeforeUpload(file)).toBe(expected);
  });
});
