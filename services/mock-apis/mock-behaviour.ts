import type { FieldProblem } from '../shared/parse.ts';

/** The three release APIs that the mocks stand for; each is a path. */
export const MOCK_APIS = ['validation', 'deployment', 'notification'] as const;
export type MockApi = (typeof MOCK_APIS)[number];

/** What a mock does with one call. */
export interface MockAnswer {
  status: number;
  delayMs: number;
  body: Record<string, unknown>;
}

/** What the caller asks a mock for. */
export interface MockCall {
  api: MockApi;
  executionId: string;
  jiraStoryId: string;
  packageIds: readonly string[];
  /** 1 for the first call of this API for this execution. */
  attempt: number;
  /** `X-Mock-Status`: answers with this status. */
  forcedStatus?: number | undefined;
  /** `X-Mock-Delay-Ms`: waits that long first. */
  forcedDelayMs?: number | undefined;
}

/** How long a `slow-…` package takes. */
const SLOW_MS = 3_000;
/**
 * A `flaky-…` package answers 503 this many times, then 200. Three calls at once meet up to three environments, each of which
 * counts for itself: with one failure each, all of them stay within the three retries of the workflow.
 */
const FLAKY_FAILURES = 1;

/**
 * Decides on an answer. Without headers, package ids tell a mock what to do, so that a workflow file alone exercises
 * every path. `<api>` is `validation`, `deployment` or `notification`:
 *
 * | package id      | effect on that API                                            |
 * |-----------------|---------------------------------------------------------------|
 * | `fail-<api>`    | 500 on every attempt                                          |
 * | `reject-<api>`  | 422, which no retry changes                                   |
 * | `throttle-<api>`| 429 on every attempt                                          |
 * | `slow-<api>`    | 200 after 3 s                                                 |
 * | `flaky-<api>`   | 503 on the first attempt of an execution, then 200            |
 */
export function mockAnswer(call: MockCall): MockAnswer {
  const { api, packageIds, attempt, forcedStatus, forcedDelayMs } = call;
  const asked = (effect: string) => packageIds.includes(`${effect}-${api}`);
  const status = forcedStatus ?? statusFor(asked, attempt);
  const delayMs = forcedDelayMs ?? (asked('slow') ? SLOW_MS : 0);
  return { status, delayMs, body: status < 400 ? successOf(call) : { title: `${api} failed`, status, attempt } };
}

/** Reads `X-Mock-Status` and `X-Mock-Delay-Ms`; whole numbers in their ranges, or a problem. */
export function forcedNumber(
  header: string,
  text: string | undefined,
  [least, most]: readonly [number, number],
): { value?: number | undefined; problem?: FieldProblem } {
  if (text === undefined) return {};
  const value = Number(text);
  if (/^\d{1,6}$/.test(text) && value >= least && value <= most) return { value };
  return {
    problem: { field: header, value: text.slice(0, 100), expectation: `a whole number from ${least} to ${most}` },
  };
}

function statusFor(asked: (effect: string) => boolean, attempt: number): number {
  if (asked('fail')) return 500;
  if (asked('reject')) return 422;
  if (asked('throttle')) return 429;
  return asked('flaky') && attempt <= FLAKY_FAILURES ? 503 : 200;
}

function successOf({ api, executionId, jiraStoryId, packageIds, attempt }: MockCall): Record<string, unknown> {
  const common = { jiraStoryId, executionId, attempt };
  switch (api) {
    case 'validation':
      return { ...common, valid: true, packages: packageIds.map((packageId) => ({ packageId, valid: true })) };
    case 'deployment':
      return { ...common, deployed: true, deploymentId: `deployment-${executionId}`, packages: packageIds };
    case 'notification':
      return {
        ...common,
        notified: true,
        message: `${packageIds.length} packages of ${jiraStoryId} wait for approval`,
      };
  }
}
