import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { median, perSecond } from './lanes.ts';

/** May do everything; the calls of the machines are signed with its key and checked all the same. */
const roleArn = 'arn:aws:iam::000000000000:role/local-admin';

async function createMachine(sfn: SFNClient, name: string, states: Record<string, object>): Promise<string> {
  const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states });
  const { stateMachineArn = '' } = await sfn.send(new CreateStateMachineCommand({ name, definition, roleArn }));
  return stateMachineArn;
}

/** Polls DescribeExecution until the execution has ended, at once again or after a pause. */
export async function ended(sfn: SFNClient, executionArn: string, pauseMs = 0): Promise<void> {
  for (;;) {
    const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') return;
    if (status !== 'RUNNING') throw new Error(`${executionArn} ended as ${status}`);
    if (pauseMs > 0) await setTimeout(pauseMs);
  }
}

/** Executions of five Pass states a second, each followed to its end. */
export async function fivePasses(sfn: SFNClient): Promise<Record<'at64' | 'at16', number>> {
  const pass = (next: object) => ({ Type: 'Pass', Output: { n: '{% $states.input.n + 1 %}' }, ...next });
  const states = Object.fromEntries(
    [1, 2, 3, 4, 5].map((n) => [`P${n}`, pass(n < 5 ? { Next: `P${n + 1}` } : { End: true })]),
  );
  const stateMachineArn = await createMachine(sfn, `passes-${randomUUID()}`, states);
  const run = async () => {
    const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{"n":1}' }));
    await ended(sfn, executionArn);
  };
  await perSecond(600, 64, run);
  const best = async (inFlight: number) => {
    const rates = [];
    for (let round = 0; round < 3; round++) rates.push(await perSecond(600, inFlight, run));
    return median(rates);
  };
  return { at64: await best(64), at16: await best(16) };
}

/** Median milliseconds from SendTaskSuccess to the execution seen as SUCCEEDED, one at a time. */
export async function callbackLatency(sfn: SFNClient, sqs: SQSClient): Promise<number> {
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'bench-tokens' }));
  const stateMachineArn = await createMachine(sfn, `callback-${randomUUID()}`, {
    Wait: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      Arguments: { QueueUrl, MessageBody: '{% $states.context.Task.Token %}' },
      End: true,
    },
  });
  const times: number[] = [];
  for (let round = 0; round < 300; round++) {
    const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
    const { Body: taskToken = '', ReceiptHandle = '' } = Messages[0] ?? {};
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    const began = performance.now();
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
    await ended(sfn, executionArn);
    times.push(performance.now() - began);
  }
  return median(times.slice(100));
}

/** Starts so many executions that wait for an answer by token. */
export async function startWaiting(sfn: SFNClient, total: number): Promise<void> {
  const stateMachineArn = await createMachine(sfn, `waiting-${randomUUID()}`, {
    Wait: {
      Type: 'Task',
      Resource: 'arn:aws:states:::events:putEvents.waitForTaskToken',
      Arguments: {
        Entries: [{ Source: 'bench', DetailType: 'Waiting', Detail: { token: '{% $states.context.Task.Token %}' } }],
      },
      TimeoutSeconds: 86_400,
      End: true,
    },
  });
  await perSecond(total, 64, () => sfn.send(new StartExecutionCommand({ stateMachineArn })));
}
