import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { openCounters } from '../../../services/shared/counters.ts';
import { openLog } from '../../../services/shared/log.ts';

/** What the functions print, which Lambda puts into their log group. */
let lines: Record<string, unknown>[];

beforeEach(() => {
  lines = [];
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation((text) => lines.push(JSON.parse(String(text))) > 0);
});

afterEach(() => {
  jest.restoreAllMocks();
});

test('a child log has a context of its own', () => {
  const log = openLog(new Logger({ serviceName: 'relay' }));
  const first = log.child({ callbackId: 'c-1' });
  log.child({ callbackId: 'c-2', jiraStoryId: 'PROJ-2' });
  first.info('done', { outcome: 'success' });
  log.warn('other');
  expect(lines[0]).toMatchObject({ level: 'INFO', message: 'done', callbackId: 'c-1', outcome: 'success' });
  expect(lines[0]).not.toHaveProperty('jiraStoryId');
  expect(lines[1]).not.toHaveProperty('callbackId');
});

test('measurements carry their unit', () => {
  const counters = openCounters(new Metrics({ namespace: 'Storygate', serviceName: 'relay' }));
  counters.measure('RelayTime', 120, 'Milliseconds');
  counters.flush();
  expect(lines[0]).toMatchObject({
    RelayTime: 120,
    _aws: {
      CloudWatchMetrics: [{ Dimensions: [['service']], Metrics: [{ Name: 'RelayTime', Unit: 'Milliseconds' }] }],
    },
  });
});

test('counters are one EMF line, or none', () => {
  const counters = openCounters(new Metrics({ namespace: 'Storygate', serviceName: 'relay' }));
  counters.flush();
  expect(lines).toEqual([]);
  counters.count('CallbackRelayed');
  counters.count('CallbackRelayed');
  counters.flush();
  counters.flush();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ service: 'relay', CallbackRelayed: [1, 1] });
});
