import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { GATE_USAGE, GATE_USD } from '../../infra/gate-cost.ts';
import { gateTemplate, resources } from '../infra/gate-template.ts';
import { meterGates, type Usage } from './metered-gate.ts';

const GATES = 4;
/** The reminder of a gate comes after its end: one invocation, with one read. */
const LATER = 1;
const doc = readFileSync(new URL('../../docs/scale-and-cost.md', import.meta.url), 'utf8');

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
const usdOf = (what: string) => GATE_USAGE.find((usage) => usage.what === what)?.usdEach;
const perGate = (what: string) => rows.find((row) => row.what === what)?.perGate;

describe('the table of what 1,000 gates cost', () => {
  test('is what the console counts with', () => {
    expect(rows.map(({ what, perGate: one }) => ({ what, perGate: one }))).toEqual(
      GATE_USAGE.map(({ what, perGate: one }) => ({ what, perGate: one })),
    );
    expect(GATE_USD * 1_000).toBeCloseTo(0.3717, 3);
  });

  test.each(rows)('$what: $thousand × price = $usd', ({ what, perGate: one, thousand, usd }) => {
    expect(thousand).toBeCloseTo(one * 1_000, 6);
    expect(Math.abs(thousand * (usdOf(what) ?? Number.NaN) - usd)).toBeLessThanOrEqual(0.00005);
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
