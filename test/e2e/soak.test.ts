import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { type LocalRuntime, startLocalRuntime } from '../support/local-runtime.ts';
import { type Decision, Soak } from './soak-run.ts';

const LONG = process.env['STORYGATE_LONG'] === '1';
const GATES = LONG ? 2_000 : 60;
/** Gates that are dealt with at the same time. */
const AT_ONCE = 20;

let runtime: LocalRuntime;

beforeAll(async () => {
  runtime = await startLocalRuntime();
}, 60_000);
afterAll(() => runtime?.stop());

/** What each gate gets: a third of all callbacks are duplicates, early or late. Every tenth is rejected. */
function decisionsFor(index: number): { story: string; before: Decision[]; after: Decision[]; late: Decision[] } {
  const story = `SOAK-${index + 1}`;
  const status = index % 10 === 0 ? 'failure' : 'success';
  const decision = (id: string, more: Partial<Decision> = {}): Decision => ({
    ...{ callbackId: `${story}:${id}`, jiraStoryId: story, status },
    ...more,
  });
  // What was decided before the start must not count, so it says the opposite.
  const early = decision('early', { status: status === 'success' ? 'failure' : 'success' });
  switch (index % 3) {
    case 0:
      return { story, before: [], after: [decision('one'), decision('one')], late: [decision('one')] };
    case 1:
      return { story, before: [early], after: [decision('one')], late: [decision('two')] };
    default:
      return { story, before: [], after: [decision('one'), decision('two')], late: [decision('three')] };
  }
}

test(
  `${GATES} gates and ${3 * GATES} callbacks, with faults on every service`,
  async () => {
    const began = performance.now();
    const soak = await Soak.on(runtime);
    const plans = Array.from({ length: GATES }, (_, index) => decisionsFor(index));
    const moving = keepTimeMoving();
    for (let from = 0; from < GATES; from += AT_ONCE)
      await Promise.all(
        plans.slice(from, from + AT_ONCE).map(async ({ story, before, after, late }) => {
          for (const decision of before) await soak.decide(decision);
          await soak.start(story);
          await Promise.all(after.map((decision) => soak.decide(decision)));
          for (const decision of late) await soak.decide(decision);
        }),
      );
    const posted = performance.now();
    await soak.faults([]);
    await eventually('every gate decided, and nothing left in a queue', () => atRest(soak, plans), {
      deadlineMs: LONG ? 1_800_000 : 120_000,
      between: () => runtime.advance(1_000), // what a killed relay had in its hands shows again after 180 s
    });
    const rested = performance.now();
    moving.stop();
    await holds(soak, plans);
    const seconds = (from: number, to: number) => ((to - from) / 1_000).toFixed(1);
    const times = `${seconds(began, posted)} s with faults, ${seconds(posted, rested)} s until everything was at rest`;
    process.stdout.write(`${GATES} gates, ${soak.accepted.length} callbacks: ${times}\n`);
  },
  LONG ? 3_600_000 : 240_000,
);

/** Some six times as fast as real time, so that retries come soon, and functions have time enough. */
function keepTimeMoving(): { stop: () => void } {
  const timer = setInterval(() => void runtime.advance(300).catch(() => {}), 50);
  return { stop: () => clearInterval(timer) };
}

async function atRest(soak: Soak, plans: { story: string }[]): Promise<true | undefined> {
  if ((await soak.left('CallbackDlqUrl')) > 0) await soak.redrive();
  if ((await soak.left('CallbackQueueUrl')) > 0) return undefined;
  const records = await soak.records();
  const ofKind = (kind: string) => records.filter(({ recordId }) => String(recordId).startsWith(kind));
  if (ofKind('CALLBACK#').some(({ disposition }) => disposition === 'ACCEPTED')) return undefined;
  const closed = ofKind('WAIT#').filter(({ status }) => status !== 'WAITING');
  const ended = ofKind('EXECUTION').filter(({ endedAs }) => endedAs !== undefined);
  return closed.length <= plans.length && ended.length === plans.length ? true : undefined;
}

/** Every callback has one end; every gate has got the decision that it should, and no other. */
async function holds(soak: Soak, plans: ReturnType<typeof decisionsFor>[]): Promise<void> {
  const records = await soak.records();
  const find = (story: string, recordId: string) =>
    records.find((record) => record['jiraStoryId'] === story && record['recordId'] === recordId);
  for (const { callbackId, jiraStoryId } of soak.accepted)
    expect(find(jiraStoryId, `CALLBACK#${callbackId}`)).toMatchObject({
      disposition: expect.stringMatching(/^(RELAYED|PARKED|LATE|DUPLICATE)$/),
    });
  for (const { story, before, after } of plans) {
    const wait = find(story, `WAIT#${story}`);
    expect([story, wait?.['status']]).toEqual([story, 'ANSWERED']);
    const answer = String(wait?.['callbackId']);
    expect(
      [...after, { callbackId: `${story}:two` }, { callbackId: `${story}:three` }].map((one) => one.callbackId),
    ).toContain(answer);
    for (const { callbackId } of before)
      expect(find(story, `CALLBACK#${callbackId}`)).toMatchObject({ disposition: 'PARKED' });
    expect(find(story, `CALLBACK#${answer}`)).toMatchObject({ disposition: 'RELAYED', answered: [story] });
    // An approved one may still have failed when S3 refused its result six times in a row.
    expect(find(`EXECUTION#${story}`, 'EXECUTION')).toMatchObject({
      endedAs: expect.stringMatching(
        wait?.['outcome'] === 'failure' ? /^ExecutionFailed$/ : /^Execution(Succeeded|Failed)$/,
      ),
    });
    expect(after[0]?.status).toBe(wait?.['outcome']);
  }
  expect(soak.accepted).toHaveLength(3 * plans.length);
}
