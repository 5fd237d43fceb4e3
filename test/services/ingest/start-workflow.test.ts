import { ExecutionAlreadyExists, SFNClient, type StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import { executionName } from '../../../services/ingest/execution-name.ts';
import { executionStarter } from '../../../services/ingest/start-execution.ts';
import { type StartServices, startForRequest, startForUpload } from '../../../services/ingest/start-workflow.ts';
import { recordingLog } from '../recording-log.ts';

const ALIAS = 'arn:aws:states:us-east-1:000000000000:stateMachine:storygate-dev-release-gate:live';

function setUp() {
  const started: Parameters<StartServices['start']>[0][] = [];
  let ids = 0;
  const services: StartServices = {
    start: async (request) => {
      started.push(request);
      return { name: request.name, executionArn: `arn:${request.name}`, isNew: true };
    },
    bucketName: 'workflows',
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    log: recordingLog(),
    counters: { count: () => {}, flush: () => {} },
  };
  return { started, services };
}

function uploaded(object: object, more: object = {}) {
  const detail = { version: '0', bucket: { name: 'workflows' }, object: { size: 12, ...object } };
  return { version: '0', source: 'aws.s3', 'detail-type': 'Object Created', detail, ...more };
}

describe('an upload', () => {
  test('starts an execution of its version', async () => {
    const { started, services } = setUp();
    await startForUpload(
      uploaded({ key: 'inputs/Über release 7.json', 'version-id': 'v1', sequencer: '00A' }),
      services,
    );
    expect(started).toEqual([
      {
        name: expect.stringMatching(/^ber-release-7-[0-9a-f]{20}$/),
        input: { bucket: 'workflows', key: 'inputs/Über release 7.json', versionId: 'v1' },
      },
    ]);
  });

  test('delivered twice asks for the same name and input; a new version for another', async () => {
    const { started, services } = setUp();
    await startForUpload(uploaded({ key: 'inputs/a.json', 'version-id': 'v1', sequencer: '00A' }), services);
    await startForUpload(
      uploaded({ key: 'inputs/a.json', 'version-id': 'v1', sequencer: '00A' }, { id: '2' }),
      services,
    );
    await startForUpload(uploaded({ key: 'inputs/a.json', 'version-id': 'v2', sequencer: '00B' }), services);
    expect(started[1]).toEqual(started[0]);
    expect(started[2]?.name).not.toBe(started[0]?.name);
  });

  test('without versions is told apart by its sequencer', async () => {
    const { started, services } = setUp();
    await startForUpload(uploaded({ key: 'inputs/a.json', sequencer: '00A' }), services);
    await startForUpload(uploaded({ key: 'inputs/a.json', sequencer: '00B' }), services);
    expect(started[0]?.input).toEqual({ bucket: 'workflows', key: 'inputs/a.json' });
    expect(started[1]?.name).not.toBe(started[0]?.name);
  });

  test.each(['elsewhere/a.json', 'inputs/a.txt', 'inputs/', 'inputs/.json', 'inputsa.json'])(
    'of %s starts nothing',
    async (key) => {
      const { started, services } = setUp();
      await startForUpload(uploaded({ key }), services);
      expect(started).toEqual([]);
    },
  );

  test('that cannot start is delivered again', async () => {
    const { services } = setUp();
    services.start = async () => {
      throw new Error('throttled');
    };
    await expect(startForUpload(uploaded({ key: 'inputs/a.json' }), services)).rejects.toThrow('throttled');
    await expect(startForUpload({ source: 'aws.ec2' }, services)).rejects.toThrow(
      'source is "aws.ec2", expected aws.s3',
    );
  });
});

describe('POST /executions', () => {
  const call = (body: unknown, headers: Record<string, string> = {}) => ({
    requestContext: { http: { method: 'POST' } },
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

  test('answers with the execution', async () => {
    const { services } = setUp();
    const answer = await startForRequest(call({ key: 'inputs/a.json' }), services);
    expect(answer.statusCode).toBe(202);
    expect(JSON.parse(answer.body ?? '')).toEqual({
      executionArn: expect.stringMatching(/^arn:a-[0-9a-f]{20}$/),
      name: expect.stringMatching(/^a-[0-9a-f]{20}$/),
      started: true,
      input: { bucket: 'workflows', key: 'inputs/a.json' },
    });
  });

  test('starts another one each time, unless version or Idempotency-Key say that it is the same', async () => {
    const { started, services } = setUp();
    const names = async (...calls: Parameters<typeof startForRequest>[0][]) => {
      for (const one of calls) await startForRequest(one, services);
      return new Set(started.splice(0).map(({ name }) => name)).size;
    };
    const plain = call({ key: 'inputs/a.json' });
    expect(await names(plain, plain)).toBe(2);
    const keyed = call({ key: 'inputs/a.json' }, { 'Idempotency-Key': 'k1' });
    expect(await names(keyed, keyed)).toBe(1);
    const versioned = call({ key: 'inputs/a.json', versionId: 'v1' });
    expect(await names(versioned, versioned)).toBe(1);
    expect(
      await names(versioned, call({ key: 'inputs/a.json', versionId: 'v1' }, { 'idempotency-key': 'again' })),
    ).toBe(2);
  });

  test('with a version is the same start as its upload', async () => {
    const { started, services } = setUp();
    await startForUpload(uploaded({ key: 'inputs/a.json', 'version-id': 'v1' }), services);
    await startForRequest(call({ bucket: 'workflows', key: 'inputs/a.json', versionId: 'v1' }), services);
    expect(started[1]).toEqual(started[0]);
  });

  test.each<[string, unknown, object]>([
    [
      'no key',
      {},
      { field: 'key', value: 'missing', expectation: 'the key of a workflow file, inputs/<anything>.json' },
    ],
    ['another key', { key: 'a.json' }, { field: 'key', value: '"a.json"' }],
    ['a number as bucket', { bucket: 5, key: 'inputs/a.json' }, { field: 'bucket', value: '5' }],
    ['a list', [], { field: '', value: '[]', expectation: 'a JSON object {"key":"inputs/….json"}' }],
  ])('%s is refused', async (_, body, problem) => {
    const { started, services } = setUp();
    const answer = await startForRequest(call(body), services);
    expect(answer).toMatchObject({ statusCode: 400, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ status: 400, errors: [expect.objectContaining(problem)] });
    expect(started).toEqual([]);
  });

  test('broken JSON is refused', async () => {
    const { services } = setUp();
    expect(await startForRequest(call('{'), services)).toMatchObject({
      statusCode: 400,
      body: expect.stringContaining('the request body is not JSON'),
    });
  });

  test('asks to try again when Step Functions does not answer, and tells nothing of it', async () => {
    const { services } = setUp();
    services.start = async () => {
      throw new Error('getaddrinfo internal-host');
    };
    const answer = await startForRequest(call({ key: 'inputs/a.json' }), services);
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '30' } });
    expect(answer.body).not.toContain('internal-host');
  });
});

test('an execution that exists already is success, with the ARN it has', async () => {
  const client = new SFNClient({ region: 'us-east-1' });
  client.middlewareStack.add(() => async () => {
    throw new ExecutionAlreadyExists({ message: 'exists', $metadata: {} });
  });
  const start = executionStarter(client, ALIAS);
  expect(await start({ name: 'a-1', input: { bucket: 'b', key: 'k' } })).toEqual({
    name: 'a-1',
    executionArn: 'arn:aws:states:us-east-1:000000000000:execution:storygate-dev-release-gate:a-1',
    isNew: false,
  });
});

test('the execution is started on the alias, with the input as JSON', async () => {
  const client = new SFNClient({ region: 'us-east-1' });
  const inputs: StartExecutionCommand['input'][] = [];
  client.middlewareStack.add(() => async (call) => {
    inputs.push({ stateMachineArn: undefined, ...call.input });
    return { response: {}, output: { $metadata: {}, executionArn: 'arn:new', startDate: new Date(0) } };
  });
  await executionStarter(client, ALIAS)({ name: 'a-1', input: { bucket: 'b', key: 'k', versionId: 'v' } });
  expect(inputs).toEqual([{ stateMachineArn: ALIAS, name: 'a-1', input: '{"bucket":"b","key":"k","versionId":"v"}' }]);
});

describe('names of executions', () => {
  test.each([
    ['inputs/release.json', /^release-[0-9a-f]{20}$/],
    ['inputs/team a/2025-03-01 (final).json', /^team-a-2025-03-01-final-[0-9a-f]{20}$/],
    ['inputs/発売.json', /^[0-9a-f]{20}$/],
    [`inputs/${'x'.repeat(200)}.json`, /^x{59}-[0-9a-f]{20}$/],
  ])('%s', (key, name) => {
    expect(executionName(key, ['b', key, 'v1'])).toMatch(name);
    expect(executionName(key, ['b', key, 'v1']).length).toBeLessThanOrEqual(80);
  });

  test('parts of the identity do not run into each other', () => {
    expect(executionName('inputs/a.json', ['b', 'cd'])).not.toBe(executionName('inputs/a.json', ['bc', 'd']));
  });
});
