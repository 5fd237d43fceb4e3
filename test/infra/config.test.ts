import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ConfigError, loadConfig, parseConfig } from '../../infra/config.ts';

test('without a file everything has its default', () => {
  expect(loadConfig(undefined, join(tmpdir(), 'no-such-file.json'))).toEqual({
    name: 'storygate',
    stage: 'dev',
    workflows: expect.arrayContaining(['release-gate', 'file-distribution', 'message-record']),
    alarms: { enabled: false, emails: [], runbook: 'docs/operations.md' },
    api: { allowedAddresses: [] },
    customerKey: false,
    dashboard: false,
    notifications: [],
    rollout: { type: 'all-at-once' },
    rotation: { webhookSecretDays: 'never', apiTokensDays: 90 },
    tags: {},
    apis: { validation: 'mock', deployment: 'mock', notification: 'mock' },
    waitTimeoutSeconds: 86_400,
    decisionCriteria: {},
    reminderPercent: 75,
    replayWindowSeconds: 86_400,
    earlyDecisionGraceSeconds: 0,
    parkedRetentionSeconds: 604_800,
    fileDistribution: {
      sourceBucket: 'global-builds',
      destinationBuckets: ['region-a-builds', 'region-b-builds'],
      otherBuckets: [],
      destinations: { '': ['region-a-builds', 'region-b-builds'] },
      multipartThresholdBytes: 5_368_709_120,
      multipartPartBytes: 268_435_456,
      failureEmails: [],
    },
    logRetentionDays: 30,
    logLevel: 'INFO',
    retainData: false,
    usersMayDecide: true,
  });
});

test('a real API needs its endpoint and its secret; the key in the secret is "token" unless named', () => {
  const api = { endpoint: 'https://validate.example.com/v1', secretName: 'release/validation' };
  expect(parseConfig({ apis: { validation: api } }).apis).toEqual({
    validation: { ...api, secretKey: 'token' },
    deployment: 'mock',
    notification: 'mock',
  });
});

describe('stages', () => {
  const file = {
    stage: 'test',
    waitTimeoutSeconds: 60,
    stages: { prod: { waitTimeoutSeconds: 3600, logRetentionDays: 365 } },
  };

  test('the file names the stage unless told otherwise', () => {
    expect(parseConfig(file)).toMatchObject({
      stage: 'test',
      waitTimeoutSeconds: 60,
      logRetentionDays: 30,
      retainData: false,
    });
  });

  test('a stage may have settings of its own', () => {
    expect(parseConfig(file, 'prod')).toMatchObject({
      stage: 'prod',
      waitTimeoutSeconds: 3600,
      logRetentionDays: 365,
      retainData: true,
      usersMayDecide: false,
    });
  });
});

describe('what is wrong is said in one line with field, value and expectation', () => {
  const cases: [string, unknown, string][] = [
    [
      'a stage',
      { stage: 'My Stage' },
      'stage is "My Stage", expected a stage name of at most 16 lower-case letters and digits, such as dev or prod',
    ],
    [
      'an endpoint without TLS',
      { apis: { deployment: { endpoint: 'http://x.example.com', secretName: 's' } } },
      'apis.deployment.endpoint is "http://x.example.com", expected a URL that starts with https://',
    ],
    [
      'text for a number',
      { waitTimeoutSeconds: '60' },
      'waitTimeoutSeconds is "60", expected a whole number from 1 to 31449600',
    ],
    [
      'a number out of range',
      { replayWindowSeconds: 5 },
      'replayWindowSeconds is 5, expected a whole number from 60 to 2592000',
    ],
    [
      'half a second',
      { earlyDecisionGraceSeconds: 0.5 },
      'earlyDecisionGraceSeconds is 0.5, expected a whole number from 0 to 604800',
    ],
    ['a log level', { logLevel: 'LOUD' }, 'logLevel is "LOUD", expected DEBUG, INFO, WARN or ERROR'],
    ['an unknown field', { waitTimeout: 60 }, 'waitTimeout is not a known field of the configuration'],
    ['an unknown API', { apis: { approval: 'mock' } }, 'apis.approval is not a known field of apis'],
    [
      'a project key',
      { decisionCriteria: { projects: { pay: { approve: { statuses: ['Done'] } } } } },
      'decisionCriteria.projects has the key "pay", expected a Jira project key such as PROJ',
    ],
    [
      'a status that is no name',
      { decisionCriteria: { default: { approve: { statuses: ['Done', 7] } } } },
      'decisionCriteria.default.approve.statuses.1 is 7, expected a name as Jira shows it',
    ],
    [
      'criteria that never approve',
      { decisionCriteria: { default: { reject: { statuses: ['Declined'] } } } },
      'decisionCriteria.default is {"reject":{"statuses":["Declined"]}}, expected at least one status or resolution that approves: nothing else would ever open the gate',
    ],
    ['not an object', ['dev'], 'the configuration is ["dev"], expected an object'],
    [
      'settings of a stage',
      { stage: 'prod', stages: { prod: { logLevel: 1 } } },
      'logLevel is 1, expected DEBUG, INFO, WARN or ERROR',
    ],
  ];

  test.each(cases)('%s', (_, input, message) => {
    expect(() => parseConfig(input)).toThrow(new ConfigError(`storygate.config.json: ${message}`));
  });

  test('each field has its line', () => {
    expect(() => parseConfig({ waitTimeoutSeconds: 0, logRetentionDays: 8 })).toThrow(
      /^storygate\.config\.json: waitTimeoutSeconds is 0, .*\nstorygate\.config\.json: logRetentionDays is 8, expected one of 1, 3, 5, .*$/,
    );
  });

  test('broken JSON', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'storygate-config-')), 'storygate.config.json');
    writeFileSync(file, '{"stage": ');
    expect(() => loadConfig(undefined, file)).toThrow(/^storygate\.config\.json: not valid JSON \(/);
  });
});
