import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { gateTemplate, resources } from '../infra/gate-template.ts';
import { meterGates, type Usage } from './metered-gate.ts';

const GATES = 4;
/** The reminder of a gate comes after its end: one invocation, with one read. */
const LATER = 1;
const doc = readFileSync(new URL('../../docs/scale-and-cost.md', import.meta.url), 'utf8');

/** List prices of us-east-1, USD for one unit. */
const PRICES: Record<string, number> = {
  'Step Functions transitions': 0.025 / 1_000,
  'Lambda requests': 0.2 / 1_000_000,
  'Lambda GB-seconds (*estimate*)': 0.0000133334,
  'SQS requests': 0.4 / 1_000_000,
  'DynamoDB write units (*estimate*)': 0.625 / 1_000_000,
  'DynamoDB read units (*estimate*)': 0.125 / 1_000_000,
  'S3 PUT': 0.005 / 1_000,
  'S3 GET': 0.0004 / 1_000,
  'HTTP API requests': 1 / 1_000_000,
  'EventBridge events': 1 / 1_000_000,
  'EventBridge Scheduler': 1 / 1_000_000,
  'Secrets Manager calls': 0.05 / 10_000,
  'CloudWatch Logs, GB': 0.5,
};

interface Row {
  what: string;
  perGate: number;
  thousand: number;
  usd: number;
}

const number = (text = '') => Number(text.replaceAll(',', ''));
const rows: Row[] = [...doc.matchAll(/^\| ([^|*][^|]*) \| ([\d.,]+) \| ([\d.,]+) \| [^|]+ \| ([\d.]+) \|$/gm)].map(
  ([, what = '', perGate, thousand, usd]) => ({
    what,
    perGate: number(perGate),
    thousand: number(thousand),
    usd: number(usd),
  }),
);
const perGate = (what: string) => rows.find((row) => row.what === what)?.perGate;

describe('the table of what 1,000 gates cost', () => {
  test('prices everything that it counts', () => {
    expect(rows.map(({ what }) => what)).toEqual(Object.keys(PRICES));
  });

  test.each(rows)('$what: $thousand × price = $usd', ({ what, perGate: one, thousand, usd }) => {
    expect(thousand).toBeCloseTo(one * 1_000, 6);
    expect(Math.abs(thousand * (PRICES[what] ?? Number.NaN) - usd)).toBeLessThanOrEqual(0.00005);
  });

  test('adds up, to at most 0.50 USD', () => {
    const [, together] = doc.match(/\*\*together\*\*[ |]+\*\*([\d.]+)\*\*/) ?? [];
    expect(rows.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(number(together), 6);
    expect(number(together)).toBeLessThanOrEqual(0.5);
  });
});

describe('what a run uses', () => {
  let usage: Usage;
  beforeAll(async () => {
    usage = await meterGates(GATES);
  }, 60_000);

  /** Calls a gate, by IAM action. */
  const calls = (...actions: string[]) =>
    actions.reduce((sum, action) => sum + (usage.calls.get(action) ?? 0), 0) / GATES;

  test('transitions and invocations', () => {
    expect(usage.transitions / GATES).toBe(perGate('Step Functions transitions'));
    expect(usage.invocations / GATES + LATER).toBe(perGate('Lambda requests'));
    expect(calls('scheduler:CreateSchedule')).toBe(perGate('EventBridge Scheduler'));
  });

  test('requests', () => {
    expect(calls('sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage')).toBe(perGate('SQS requests'));
    // One more each: the person's upload, and Jira's callback, which the gate's own roles do not make.
    expect(calls('s3:PutObject') + 1).toBe(perGate('S3 PUT'));
    expect(calls('states:InvokeHTTPEndpoint') + 1).toBe(perGate('HTTP API requests'));
    expect(calls('s3:GetObject', 's3:GetObjectVersion')).toBe(perGate('S3 GET'));
    expect(calls('events:PutEvents')).toBe(perGate('EventBridge events'));
    expect(calls('secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret')).toBe(
      perGate('Secrets Manager calls'),
    );
  });

  test('the calls that the estimates rest on: 4 updates and 2 puts, 2 queries, 2 reads', () => {
    expect(calls('dynamodb:UpdateItem')).toBe(4);
    expect(calls('dynamodb:PutItem')).toBe(2);
    expect(calls('dynamodb:Query')).toBe(2);
    expect(calls('dynamodb:GetItem')).toBe(2);
    expect(calls('dynamodb:DeleteItem', 'dynamodb:TransactWriteItems', 'dynamodb:BatchWriteItem')).toBe(0);
    expect(perGate('DynamoDB write units (*estimate*)')).toBe((4 + 2) * 2 + 2);
    expect(perGate('DynamoDB read units (*estimate*)')).toBe(2 * 2 + 2 + LATER);
    expect(perGate('Lambda GB-seconds (*estimate*)')).toBe((usage.invocations / GATES + LATER) * 0.5 * 0.5);
  });

  test('no more log than the table says, and not much less', () => {
    const gigabytes = usage.logBytes / GATES / 1e9;
    expect(gigabytes).toBeLessThanOrEqual(perGate('CloudWatch Logs, GB') ?? 0);
    expect(gigabytes).toBeGreaterThan(0.5 * (perGate('CloudWatch Logs, GB') ?? 0));
  });
});

describe('what a stage costs while nothing happens', () => {
  test('two secrets', () => {
    gateTemplate().resourceCountIs('AWS::SecretsManager::Secret', 2);
    expect(doc).toContain('| 2 secrets, 0.40 each | 0.80 | 0.80 |');
  });

  test('alarms by the metrics that they look at', () => {
    const alarms = resources(gateTemplate({ stage: 'prod' })).filter(({ type }) => type === 'AWS::CloudWatch::Alarm');
    const metrics = alarms.flatMap(({ properties }) => JSON.stringify(properties).match(/"MetricName"/g) ?? []);
    expect(doc).toContain(
      `| ${(metrics.length * 0.1).toFixed(2)} | ${alarms.length} alarms on ${metrics.length} metrics;`,
    );
  });
});
