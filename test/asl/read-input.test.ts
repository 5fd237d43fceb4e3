import { describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../../local/step-functions/json.ts';
import { StateUnderTest } from './gate-machine.ts';

const INPUT = { bucket: 'b', key: 'inputs/x.json' };

/** What S3 answers to a request for the first 64 KiB. */
function s3Object(body: string, size = Buffer.byteLength(body)): JsonObject {
  return { Body: body, ContentRange: `bytes 0-${size - 1}/${size}` };
}

/** Runs a workflow file through reading and checking, and where something is wrong through its error handler. */
async function check(content: Json | string) {
  const body = typeof content === 'string' ? content : JSON.stringify(content);
  const read = await new StateUnderTest('ReadInputFromS3').succeed(INPUT, s3Object(body));
  const choice = await new StateUnderTest('PrepareWorkflowData', read.variables).choose(read.output);
  const error =
    choice.next === 'HandleS3ReadError'
      ? await new StateUnderTest('HandleS3ReadError', choice.variables).pass(choice.output)
      : undefined;
  return { ...choice, error };
}

describe('a right workflow file', () => {
  test('goes on with the story in upper case and everything else untouched', async () => {
    const content = { jiraStoryId: 'proj-12345', packageIds: ['pkg-001'], ticket: { tags: ['a'], size: 1 } };
    const { next, variables } = await check(content);
    expect(next).toBe('ParallelAPIProcessing');
    expect(variables['workflow']).toEqual({
      jiraStoryId: 'PROJ-12345',
      packageIds: ['pkg-001'],
      ticket: { tags: ['a'], size: 1 },
    });
    expect(variables['location']).toBe('s3://b/inputs/x.json');
    expect(variables['steps']).toEqual([
      expect.objectContaining({ state: 'ReadInputFromS3', note: 'read s3://b/inputs/x.json' }),
      expect.objectContaining({ state: 'PrepareWorkflowData', note: 'PROJ-12345: pkg-001' }),
    ]);
  });

  test('may name 100 packages', async () => {
    const packageIds = Array.from({ length: 100 }, (_, i) => `pkg-${i}`);
    expect((await check({ jiraStoryId: 'AB-1', packageIds })).next).toBe('ParallelAPIProcessing');
  });
});

describe('what a gate may ask for', () => {
  const asking = (approval: Json) => check({ jiraStoryId: 'AB-1', packageIds: ['a'], approval });

  test.each<[Json, number]>([
    [{}, 86_400],
    [{ quorum: 1 }, 86_400],
    [{ quorum: 20 }, 86_400],
    [{ approvers: ['712020:1f6e0d4c'] }, 86_400],
    [{ quorum: 2, approvers: ['a', 'b'], timeoutHours: 72 }, 259_200],
    [{ timeoutHours: 0.5 }, 1_800],
    [{ timeoutHours: 0.0001 }, 1],
    [{ timeoutHours: 8736 }, 31_449_600],
  ])('%j', async (approval, waitSeconds) => {
    const { next, variables } = await asking(approval);
    expect(next).toBe('ParallelAPIProcessing');
    expect(variables).toMatchObject({ waitSeconds, workflow: { approval } });
  });

  const WHOLE = 'expected a whole number from 1 to 20';
  const LIST = 'expected a list of 1 to 50 Jira account ids';
  const HOURS = 'expected a number of hours above 0, at most 8736 (364 days)';
  test.each<[Json, string]>([
    ['two', 'approval is two, expected an object with quorum, approvers and timeoutHours'],
    [null, 'approval is null, expected an object with quorum, approvers and timeoutHours'],
    [[], 'approval is [], expected an object with quorum, approvers and timeoutHours'],
    [{ quorom: 2 }, 'approval.quorom is 2, expected no such field, only quorum, approvers and timeoutHours'],
    [{ quorum: 0 }, `approval.quorum is 0, ${WHOLE}`],
    [{ quorum: 21 }, `approval.quorum is 21, ${WHOLE}`],
    [{ quorum: 1.5 }, `approval.quorum is 1.5, ${WHOLE}`],
    [{ quorum: '2' }, `approval.quorum is 2, ${WHOLE}`],
    [{ quorum: null }, `approval.quorum is null, ${WHOLE}`],
    [{ approvers: [] }, `approval.approvers is [], ${LIST}`],
    [{ approvers: 'a' }, `approval.approvers is a, ${LIST}`],
    [{ approvers: ['a', 7] }, 'approval.approvers[1] is 7, expected a Jira account id'],
    [{ approvers: ['a b'] }, 'approval.approvers[0] is a b, expected a Jira account id'],
    [{ approvers: ['a', 'a'] }, 'approval.approvers is ["a","a"], expected each account id once'],
    [{ quorum: 2, approvers: ['a'] }, 'approval.quorum is 2, expected at most the number of approvers, 1'],
    [{ timeoutHours: 0 }, `approval.timeoutHours is 0, ${HOURS}`],
    [{ timeoutHours: 8737 }, `approval.timeoutHours is 8737, ${HOURS}`],
    [{ timeoutHours: '72' }, `approval.timeoutHours is 72, ${HOURS}`],
    [{ quorum: 0, timeoutHours: true }, `approval.quorum is 0, ${WHOLE}; approval.timeoutHours is true, ${HOURS}`],
  ])('%j is refused', async (approval, message) => {
    expect((await asking(approval)).error).toMatchObject({
      error: 'InvalidWorkflowFile',
      message: `s3://b/inputs/x.json: ${message}`,
    });
  });
});

describe('a wrong workflow file is refused with field, value and expectation', () => {
  const KEY = 'expected a Jira issue key such as PROJ-12345';
  test.each<[string, Json, string]>([
    ['no story', { packageIds: ['a'] }, `jiraStoryId is missing, ${KEY}`],
    ['null story', { jiraStoryId: null, packageIds: ['a'] }, `jiraStoryId is null, ${KEY}`],
    ['number story', { jiraStoryId: 7, packageIds: ['a'] }, `jiraStoryId is 7, ${KEY}`],
    ['leading zero', { jiraStoryId: 'PROJ-012', packageIds: ['a'] }, `jiraStoryId is PROJ-012, ${KEY}`],
    ['one-letter project', { jiraStoryId: 'P-1', packageIds: ['a'] }, `jiraStoryId is P-1, ${KEY}`],
    [
      'no packages',
      { jiraStoryId: 'AB-1' },
      'packageIds is missing, expected a list of package ids such as ["pkg-001"]',
    ],
    [
      'one package as text',
      { jiraStoryId: 'AB-1', packageIds: 'a' },
      'packageIds is a, expected a list of package ids such as ["pkg-001"]',
    ],
    ['empty list', { jiraStoryId: 'AB-1', packageIds: [] }, 'packageIds is 0 entries, expected 1 to 100 package ids'],
    [
      'number among packages',
      { jiraStoryId: 'AB-1', packageIds: ['a', 3] },
      'packageIds[1] is 3, expected a non-empty text of at most 256 characters',
    ],
    [
      'blank package',
      { jiraStoryId: 'AB-1', packageIds: [' '] },
      'packageIds[0] is  , expected a non-empty text of at most 256 characters',
    ],
    [
      'package named twice',
      { jiraStoryId: 'AB-1', packageIds: ['a', 'b', 'a'] },
      'packageIds is ["a","b","a"], expected each package id once',
    ],
    ['a list', [1], 'the file is [1], expected a JSON object with jiraStoryId and packageIds'],
    ['null', null, 'the file is null, expected a JSON object with jiraStoryId and packageIds'],
    [
      'two problems',
      { jiraStoryId: 'x', packageIds: 'y' },
      `jiraStoryId is x, ${KEY}; packageIds is y, expected a list of package ids such as ["pkg-001"]`,
    ],
  ])('%s', async (_, content, message) => {
    const { error } = await check(content);
    expect(error).toMatchObject({
      state: 'ReadInputFromS3',
      error: 'InvalidWorkflowFile',
      message: `s3://b/inputs/x.json: ${message}`,
    });
  });

  test('101 packages', async () => {
    const packageIds = Array.from({ length: 101 }, (_, i) => `pkg-${i}`);
    const { error } = await check({ jiraStoryId: 'AB-1', packageIds });
    expect(error).toMatchObject({
      message: 's3://b/inputs/x.json: packageIds is 101 entries, expected 1 to 100 package ids',
    });
  });

  test('a file above 64 KiB, of which only the beginning was read', async () => {
    const { variables, output } = await new StateUnderTest('ReadInputFromS3').succeed(INPUT, s3Object('{"a":', 70_000));
    const choice = await new StateUnderTest('PrepareWorkflowData', variables).choose(output);
    expect(await new StateUnderTest('HandleS3ReadError', choice.variables).pass(choice.output)).toMatchObject({
      message: 's3://b/inputs/x.json: the file is 70000 bytes, expected at most 65536 bytes',
    });
  });
});

describe('reading', () => {
  const state = new StateUnderTest('ReadInputFromS3');

  test('asks for the version when there is one', async () => {
    expect(await state.arguments({ ...INPUT, versionId: 'v1' })).toEqual({
      Bucket: 'b',
      Key: 'inputs/x.json',
      Range: 'bytes=0-65535',
      VersionId: 'v1',
    });
    expect(await state.arguments(INPUT)).toEqual({ Bucket: 'b', Key: 'inputs/x.json', Range: 'bytes=0-65535' });
  });

  async function handled(input: Json, errorOutput: JsonObject): Promise<Json> {
    const { output, variables } = await state.catch(input, errorOutput);
    return new StateUnderTest('HandleS3ReadError', variables).pass(output);
  }

  test('broken JSON is said to be that', async () => {
    await expect(state.succeed(INPUT, s3Object('{"jiraStoryId": '))).rejects.toThrow(/\$parse/);
    const cause = "The JSONata expression '…' threw an error during evaluation: Unexpected end of input";
    expect(await handled(INPUT, { Error: 'States.QueryEvaluationError', Cause: cause })).toEqual({
      state: 'ReadInputFromS3',
      error: 'InvalidJson',
      message: 's3://b/inputs/x.json is not valid JSON, expected an object with jiraStoryId and packageIds',
      cause: 'Unexpected end of input',
    });
  });

  test('a missing object is named with its version', async () => {
    const input = { ...INPUT, versionId: 'v9' };
    expect(await handled(input, { Error: 'S3.NoSuchKeyException', Cause: 'no such key' })).toMatchObject({
      error: 'S3.NoSuchKeyException',
      message: 's3://b/inputs/x.json?versionId=v9 does not exist (S3.NoSuchKeyException)',
      cause: 'no such key',
    });
  });

  test('an empty object is named', async () => {
    const error = { Error: 'S3.S3Exception', Cause: 'The requested range is not satisfiable (Status Code: 416)' };
    expect(await handled(INPUT, error)).toMatchObject({
      message: 's3://b/inputs/x.json is empty, expected a JSON object with jiraStoryId and packageIds',
    });
  });

  test('an access error keeps its name', async () => {
    expect(await handled(INPUT, { Error: 'S3.S3Exception', Cause: 'Access Denied' })).toMatchObject({
      error: 'S3.S3Exception',
      message: 's3://b/inputs/x.json cannot be read: S3.S3Exception',
      cause: 'Access Denied',
    });
  });

  test.each<[string, Json, string]>([
    ['no bucket', { key: 'inputs/x.json' }, 'bucket is missing, expected the name of the workflow bucket'],
    ['no key', { bucket: 'b' }, 'key is missing, expected the key of a workflow file such as inputs/release.json'],
    ['a text as input', 'inputs/x.json', 'bucket is missing, expected the name of the workflow bucket; key is missing'],
    ['a number as key', { bucket: 'b', key: 5 }, 'key is 5, expected'],
  ])('a wrong execution input is named: %s', async (_, input, message) => {
    await expect(state.arguments(input)).rejects.toThrow('the execution input needs bucket and key');
    const error = await handled(input, { Error: 'States.QueryEvaluationError', Cause: 'bucket and key' });
    expect(error).toMatchObject({
      error: 'InvalidExecutionInput',
      message: expect.stringContaining(`the execution input: ${message}`),
    });
  });
});
