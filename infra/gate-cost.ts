/** What one approved gate with mock APIs uses of a service, and what a unit costs in us-east-1, USD, free tiers not deducted. */
interface Usage {
  what: string;
  perGate: number;
  usdEach: number;
}

/** Counted by `test/e2e/cost.test.ts`, which also holds the table in `docs/scale-and-cost.md` to it; the document explains each. */
export const GATE_USAGE: readonly Usage[] = [
  { what: 'Step Functions transitions', perGate: 10, usdEach: 0.025 / 1_000 },
  { what: 'Lambda requests', perGate: 12, usdEach: 0.2 / 1_000_000 },
  { what: 'Lambda GB-seconds (*estimate*)', perGate: 3, usdEach: 0.0000133334 },
  { what: 'SQS requests', perGate: 3, usdEach: 0.4 / 1_000_000 },
  { what: 'DynamoDB write units (*estimate*)', perGate: 14, usdEach: 0.625 / 1_000_000 },
  { what: 'DynamoDB read units (*estimate*)', perGate: 7, usdEach: 0.125 / 1_000_000 },
  { what: 'S3 PUT', perGate: 3, usdEach: 0.005 / 1_000 },
  { what: 'S3 GET', perGate: 1, usdEach: 0.0004 / 1_000 },
  { what: 'HTTP API requests', perGate: 4, usdEach: 1 / 1_000_000 },
  { what: 'EventBridge events', perGate: 4, usdEach: 1 / 1_000_000 },
  { what: 'EventBridge Scheduler', perGate: 1, usdEach: 1 / 1_000_000 },
  { what: 'Secrets Manager calls', perGate: 6, usdEach: 0.05 / 10_000 },
  { what: 'CloudWatch Logs, GB', perGate: 0.000028, usdEach: 0.5 },
];

/** What an approved gate costs, USD. What a stage costs while nothing happens is not part of it. */
export const GATE_USD = GATE_USAGE.reduce((sum, { perGate, usdEach }) => sum + perGate * usdEach, 0);
