import { describe, expect, test } from '@jest/globals';
import { attemptCounter } from '../../../services/mock-apis/attempts.ts';
import { answerMock, type MockServices } from '../../../services/mock-apis/mock-apis.ts';
import { recordingLog } from '../recording-log.ts';

/** The three mocks, called with the right token unless told otherwise. */
function mocks() {
  const waits: number[] = [];
  const tokens = { token: 'right', previous: '' };
  const services: MockServices = {
    tokens: { current: async () => tokens, refreshed: async () => undefined },
    attempt: attemptCounter(),
    wait: async (milliseconds: number) => void waits.push(milliseconds),
    log: recordingLog(),
  };
  const call = async (
    api: string,
    packageIds: unknown,
    headers: Record<string, string> = {},
    executionId = 'run-1',
  ) => {
    const answer = await answerMock(
      {
        rawPath: `/${api}`,
        headers: { authorization: 'Bearer right', ...headers },
        body: JSON.stringify({ jiraStoryId: 'PROJ-1', packageIds, executionId, team: 'core' }),
        isBase64Encoded: false,
      },
      services,
    );
    return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body ?? '') };
  };
  return { call, waits, services };
}

describe('the token', () => {
  test.each([
    ['wrong', 'Bearer wrong'],
    ['empty', 'Bearer '],
    ['without scheme', 'right'],
  ])('%s: 401 that asks for one', async (_, authorization) => {
    expect(await mocks().call('validation', ['a'], { authorization })).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="storygate-mocks"', 'content-type': 'application/problem+json' },
    });
  });

  test('that was changed moments ago counts', async () => {
    const { call, services } = mocks();
    services.tokens.refreshed = async () => ({ token: 'newer', previous: 'right' });
    expect((await call('validation', ['a'], { authorization: 'Bearer newer' })).status).toBe(200);
  });

  test('before the one in use counts too, an empty one never', async () => {
    const { call, services } = mocks();
    services.tokens.current = async () => ({ token: 'newer', previous: 'right' });
    expect((await call('validation', ['a'])).status).toBe(200);
    services.tokens.current = async () => ({ token: 'newer', previous: '' });
    expect((await call('validation', ['a'])).status).toBe(401);
  });

  test.each(['current', 'refreshed'] as const)('that cannot be read is no refusal: %s', async (read) => {
    const { call, services } = mocks();
    services.tokens[read] = async () => {
      throw new Error('away');
    };
    expect((await call('validation', ['a'], { authorization: 'Bearer other' })).status).toBe(503);
  });
});

describe('answers', () => {
  test.each([
    ['validation', { valid: true, packages: [{ packageId: 'a', valid: true }] }],
    ['deployment', { deployed: true, deploymentId: 'deployment-run-1', packages: ['a'] }],
    ['notification', { notified: true, message: '1 packages of PROJ-1 wait for approval' }],
  ])('%s', async (api, body) => {
    expect(await mocks().call(api, ['a'])).toMatchObject({ status: 200, body: { ...body, executionId: 'run-1' } });
  });

  test.each([
    ['fail', 500],
    ['reject', 422],
    ['throttle', 429],
  ])('%s-<api> fails that API on every attempt and no other', async (effect, status) => {
    const { call } = mocks();
    expect((await call('deployment', ['a', `${effect}-deployment`])).status).toBe(status);
    expect((await call('deployment', ['a', `${effect}-deployment`])).status).toBe(status);
    expect((await call('validation', ['a', `${effect}-deployment`])).status).toBe(200);
  });

  test('flaky-<api> recovers on the second attempt of each execution', async () => {
    const { call } = mocks();
    const statuses = async (executionId: string) => {
      const attempts = [];
      for (let i = 0; i < 4; i += 1)
        attempts.push((await call('notification', ['flaky-notification'], {}, executionId)).status);
      return attempts;
    };
    expect(await statuses('run-1')).toEqual([503, 200, 200, 200]);
    expect(await statuses('run-2')).toEqual([503, 200, 200, 200]);
  });

  test('slow-<api> takes three seconds', async () => {
    const { call, waits } = mocks();
    expect((await call('deployment', ['slow-deployment'])).status).toBe(200);
    await call('validation', ['slow-deployment']);
    expect(waits).toEqual([3000]);
  });

  test('headers decide before packages', async () => {
    const { call, waits } = mocks();
    const headers = { 'x-mock-status': '418', 'x-mock-delay-ms': '25' };
    expect((await call('validation', ['slow-validation'], headers)).status).toBe(418);
    expect(waits).toEqual([25]);
  });
});

describe('bad requests are named', () => {
  test.each<[string, unknown, Record<string, string>, object]>([
    ['packages as text', 'a', {}, { field: 'packageIds', value: '"a"', expectation: 'a list of package ids' }],
    ['a status that is none', ['a'], { 'x-mock-status': '99' }, { field: 'X-Mock-Status', value: '99' }],
    ['a status with a sign', ['a'], { 'x-mock-status': '+200' }, { field: 'X-Mock-Status' }],
    ['an endless delay', ['a'], { 'x-mock-delay-ms': '55001' }, { field: 'X-Mock-Delay-Ms', value: '55001' }],
  ])('%s', async (_, packageIds, headers, problem) => {
    expect(await mocks().call('validation', packageIds, headers)).toMatchObject({
      status: 400,
      body: { errors: [problem] },
    });
  });

  test('another path', async () => {
    expect(await mocks().call('rollback', ['a'])).toMatchObject({
      status: 404,
      body: { detail: 'path is rollback, expected one of validation, deployment, notification' },
    });
  });

  test('an event that is no HTTP event', async () => {
    expect((await answerMock({}, mocks().services)).statusCode).toBe(400);
  });
});

test('only so many executions are remembered', () => {
  const attempt = attemptCounter(2);
  expect(['a', 'b', 'a', 'c', 'a', 'b'].map(attempt)).toEqual([1, 1, 2, 1, 3, 1]);
});
