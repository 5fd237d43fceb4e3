import { randomUUID } from 'node:crypto';
import type { Fault } from '../../../local/faults/fault.ts';
import { type GateSteps, input, nameOf } from './gate-steps.ts';
import type { Run } from './run.ts';

const HOUR_MS = 3_600_000;

/** What release gates do, each in a run of its own story. */
const RUNS: Readonly<Record<string, (steps: GateSteps, story: string) => Promise<void>>> = {
  'an uploaded gate is approved': async (steps, story) => {
    const { versionId } = await steps.gate.upload(input(story));
    const arn = await steps.startedBy(versionId);
    await steps.waiting(arn);
    await steps.hears('Execution Waiting', story);
    await steps.answer(story, 'success');
    await steps.hears('Callback Accepted', story);
    await steps.ended(arn, 'SUCCEEDED');
    const { warnings } = Object(await steps.gate.json(`outputs/${nameOf(arn)}/result.json`));
    if (warnings.length > 0) throw new Error(`result.json warns: ${warnings}`);
    await steps.gate.text(`logs/${nameOf(arn)}/execution.log`);
    await steps.hears('Callback Relayed', story);
    await steps.hears('Workflow Succeeded', story);
  },
  'a gate is rejected': async (steps, story) => {
    const arn = await steps.waitingGate(story);
    await steps.answer(story, 'failure');
    await steps.failed(arn, 'CallbackRejected');
    await steps.hears('Workflow Failed', story);
    await steps.notified(story);
  },
  'a gate whose file is missing says so': async (steps) => {
    const arn = await steps.start({ key: `inputs/${randomUUID()}.json` });
    await steps.failed(arn, 'S3.NoSuchKeyException');
  },
  'a decision comes before the gate waits': async (steps, story) => {
    const arn = await steps.decidedEarly(story, 'success');
    await steps.ended(arn, 'SUCCEEDED');
    await steps.hears('Callback Relayed', story);
  },
  'a rejection comes before the gate waits': async (steps, story) => {
    const arn = await steps.decidedEarly(story, 'failure');
    await steps.failed(arn, 'CallbackRejected');
    await steps.hears('Callback Relayed', story);
  },
  'a decision comes after the gate gave up': async (steps, story) => {
    const arn = await steps.waitingGate(story);
    await steps.advance(24 * HOUR_MS);
    await steps.ended(arn, 'FAILED');
    await steps.answer(story, 'success');
    await steps.hears('Callback Late', story);
  },
  'a decision comes twice': async (steps, story) => {
    const arn = await steps.waitingGate(story);
    const key = { 'idempotency-key': randomUUID() };
    await steps.answer(story, 'success', key);
    await steps.ended(arn, 'SUCCEEDED');
    await steps.answer(story, 'success', key);
    await steps.queueEmpty();
  },
  // The caller looks up in the history what became of its decision.
  'a decision is sent and the answer lost': async (steps, story) => {
    const arn = await steps.waitingGate(story);
    await steps.faults(lostAnswer('*-relay'));
    await steps.answer(story, 'success');
    await steps.ended(arn, 'SUCCEEDED');
    await steps.hears('Callback Relayed', story);
  },
  'an early decision is sent and the answer lost': async (steps, story) => {
    const arn = await steps.decidedEarly(story, 'success', lostAnswer('*-store-task-token'));
    await steps.ended(arn, 'SUCCEEDED');
    await steps.hears('Callback Relayed', story);
  },
  // A second decision claims the wait while the first, which came before the gate waited, is about to.
  'two decisions race for a wait': async (steps, story) => {
    const arn = await steps.decidedEarly(story, 'success', slowStore('PutItem'));
    await steps.struck();
    await steps.faults(slowStore('UpdateItem')); // another one has announced the wait before
    await steps.advance(HOUR_MS);
    await steps.waitIs(story, 'WAITING');
    await steps.answer(story, 'success');
    await steps.ended(arn, 'SUCCEEDED');
    await steps.advance(HOUR_MS);
    await steps.hears('Execution Waiting', story);
  },
  'an unreadable callback becomes a dead letter': async (steps) => {
    const body = `no callback ${randomUUID()}`;
    await steps.enqueue(body);
    await steps.deadLetter(body);
    await steps.queueEmpty();
  },
  // The first backoff is at most 2 seconds; without it the message stays hidden for three minutes.
  'a callback that fails at first comes again soon': async (steps, story) => {
    const arn = await steps.waitingGate(story);
    await steps.faults({ kind: 'error', service: 'states', action: 'SendTaskSuccess', function: '*-relay', count: 4 });
    await steps.answer(story, 'success');
    const began = Date.now();
    await steps.ended(arn, 'SUCCEEDED');
    if (Date.now() - began > 60_000) throw new Error('the callback came again after more than a minute');
  },
  'a gate is stopped while it waits': async (steps, story) => {
    await steps.stop(await steps.waitingGate(story));
    await steps.hears('Wait Closed', story);
  },
  'a gate is stopped before its approval arrives': (steps, story) => stoppedWhileAnswered(steps, story, 'success'),
  'a gate is stopped before its rejection arrives': (steps, story) => stoppedWhileAnswered(steps, story, 'failure'),
  'a gate that waits for long is reminded of': async (steps, story) => {
    await steps.schedules(() => steps.waitingGate(story));
    await steps.advance(23 * HOUR_MS);
    await steps.hears('Wait Reminder', story);
  },
};

/** The runs of release gates, ready to go. */
export function gateRuns(steps: GateSteps): Run[] {
  let stories = 0;
  return Object.entries(RUNS).map(([name, act]) => ({
    name,
    act: () => act(steps, `PERM-${++stories}`).finally(() => steps.faults()),
  }));
}

/** The relay has claimed the wait and cannot send: what closes waits finds out that the decision came too late. */
async function stoppedWhileAnswered(steps: GateSteps, story: string, status: 'success' | 'failure'): Promise<void> {
  const arn = await steps.waitingGate(story);
  const action = status === 'success' ? 'SendTaskSuccess' : 'SendTaskFailure';
  await steps.faults({ kind: 'error', service: 'states', action, function: '*-relay' });
  await steps.answer(story, status);
  await steps.waitIs(story, 'ANSWERED');
  await steps.stop(arn);
  await steps.waitIs(story, 'EXPIRED');
}

function slowStore(action: string): Fault {
  return { kind: 'latency', service: 'dynamodb', action, function: '*-store-task-token', count: 1, delayMs: HOUR_MS };
}

function lostAnswer(caller: string): Fault {
  return { kind: 'lost-response', service: 'states', action: 'SendTaskSuccess', function: caller, count: 1 };
}
