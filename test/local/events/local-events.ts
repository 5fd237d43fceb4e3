import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { RuleTarget } from '../../../local/events/rule.ts';
import { eventually } from '../../support/eventually.ts';
import type { Compute } from '../lambda/local-compute.ts';

/** A queue that EventBridge may send to. */
export function queueForEvents(compute: Compute, name: string) {
  const queue = compute.queues.put({ name });
  compute.queues.setPolicy(queue.url, {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queue.arn,
      },
    ],
  });
  return queue;
}

/** A rule of the default bus for everything from `storygate`. */
export function putRule(compute: Compute, targets: RuleTarget[]) {
  return compute.events.putRule({
    name: 'stories',
    busName: 'default',
    pattern: { source: ['storygate'] },
    state: 'ENABLED',
    targets,
  });
}

/** Puts one event of the rule's source. */
export const publish = (sdk: EventBridgeClient, detail: object, more: object = {}) =>
  sdk.send(
    new PutEventsCommand({
      Entries: [{ Source: 'storygate', DetailType: 'Waiting', Detail: JSON.stringify(detail), ...more }],
    }),
  );

/** The next message of a queue. */
export async function receive(compute: Compute, url: string) {
  return eventually('a message', async () => {
    const command = new ReceiveMessageCommand({ QueueUrl: url, MessageAttributeNames: ['All'], WaitTimeSeconds: 0 });
    return (await compute.sqs.send(command)).Messages?.[0];
  });
}

/** A request as no SDK would let it out, and its answer. */
export async function call(compute: Compute, action: string, input: object) {
  const answer = await fetch(compute.gateway.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSEvents.${action}`,
      authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/events/aws4_request',
    },
    body: JSON.stringify(input),
  });
  const body: unknown = await answer.json();
  return Object.assign({ status: answer.status }, body);
}
