import { randomUUID } from 'node:crypto';
import { RedriveExecutionCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { pendingWaits } from '../../../cli/gates/pending-waits.ts';
import { postDecision, webhookSecret } from '../../../cli/gates/post-decision.ts';
import { storyRecords } from '../../../cli/gates/story-records.ts';
import { automationRequest } from '../../../cli/gates/webhook-request.ts';
import { lettersOf } from '../../../cli/letters/letters-of.ts';
import type { Gate } from '../../../cli/session.ts';
import { describeStack } from '../../../cli/stack.ts';
import { definitionOf } from '../../../console/server/execution-view.ts';
import type { DeadLetters } from '../../../services/callback-relay/dead-letters.ts';
import { putDeadLetter } from '../../support/dead-letter.ts';
import { gateAt } from '../../support/gate-at.ts';
import type { LocalRuntime } from '../../support/local-runtime.ts';
import type { Run } from './run.ts';

type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken: string };

const now = () => new Date();

/** What command line and console do for a person who has assumed the user role, with their own code. */
export async function operationRuns(local: LocalRuntime, credentials: Credentials): Promise<Run[]> {
  const administrator = await gateAt(local.endpoint);
  const { target, stack } = administrator;
  // The code tries again what is refused for a moment only; a denial is none of it.
  const person: Gate = { stack, target: { ...target, settings: { ...target.settings, credentials } } };
  const letters = lettersOf(person, now);
  return [
    {
      name: 'a person looks up what the stack consists of',
      act: async () => {
        const found = await (await describeStack(person.target, stack.name)).resources();
        expectSome(found, 'resources');
      },
    },
    { name: 'a person lists what waits', act: async () => void (await pendingWaits(person, {}, now())) },
    { name: 'a person looks at a story', act: async () => void (await storyRecords(person, 'PERSON-1')) },
    {
      name: 'a person answers a gate',
      act: async () => {
        const decision = { story: 'PERSON-1', verdict: 'approve', message: '', actor: { displayName: 'Ada' } } as const;
        await postDecision(person, automationRequest(decision, await webhookSecret(person)));
      },
    },
    { name: 'a person stops an execution and lets it go on', act: () => stopAndGoOn(administrator, person) },
    ...letterRuns(administrator, letters),
  ];
}

/** A run for each thing that is done with a dead letter; it puts one there first, and takes it away at last. */
function letterRuns(administrator: Gate, letters: DeadLetters): Run[] {
  const sqs = new SQSClient(administrator.target.settings);
  const run = (name: string, act: (callbackId: string) => Promise<unknown>): Run => ({
    name,
    act: async () => {
      const callbackId = `person-${randomUUID()}`;
      await putDeadLetter(sqs, administrator.stack.output('CallbackDlqUrl'), { callbackId, jiraStoryId: 'PERSON-2' });
      try {
        await act(callbackId);
      } finally {
        await lettersOf(administrator, now).delete({ callbackId });
      }
    },
  });
  return [
    run('a person looks at a dead letter', async (callbackId) =>
      expectSome(await letters.list({ callbackId }), 'letters'),
    ),
    run('a person deletes a dead letter', async (callbackId) => {
      const { done } = await letters.delete({ callbackId });
      if (done !== 1) throw new Error(`deleted ${done} letters`);
    }),
    run('a person sends a dead letter again', async (callbackId) => {
      const { done, failed } = await letters.redrive({ callbackId });
      if (done !== 1) throw new Error(`sent ${done} letters again: ${JSON.stringify(failed)}`);
    }),
    run('a person sends all dead letters again', async () => {
      await letters.redriveAll();
      await letters.redriveAllProgress();
    }),
  ];
}

async function stopAndGoOn(administrator: Gate, person: Gate): Promise<void> {
  const stateMachineArn = administrator.stack.output('StateMachineArn');
  const admin = new SFNClient(administrator.target.settings);
  const sfn = new SFNClient(person.target.settings);
  // A file that is missing is tried for again, for seconds: long enough to stop it before it ends by itself.
  const input = JSON.stringify({ bucket: administrator.stack.output('S3BucketName'), key: 'inputs/missing.json' });
  const { executionArn = '' } = await admin.send(new StartExecutionCommand({ stateMachineArn, input }));
  try {
    await definitionOf(person, executionArn);
    await sfn.send(new StopExecutionCommand({ executionArn }));
    await sfn.send(new RedriveExecutionCommand({ executionArn }));
  } finally {
    await admin.send(new StopExecutionCommand({ executionArn }));
  }
}

function expectSome(found: readonly unknown[], what: string): void {
  if (found.length === 0) throw new Error(`no ${what}`);
}
