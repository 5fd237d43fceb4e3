import { AwsError } from '../gateway/aws-error.ts';
import { optionalNumber, optionalString, requiredString } from '../gateway/input.ts';
import type { JsonAction } from '../gateway/service.ts';
import type { Requirement } from '../iam/principal.ts';
import type { Queue, QueueStore } from '../substrate/fauxqs.ts';
import { sourcesOf } from './dead-letters.ts';
import type { MoveTasks } from './move-tasks.ts';
import { queueArn, queueNameOf } from './queue-names.ts';

/** The actions around dead-letter queues that fauxqs does not have. */
export function moveTaskActions(
  store: QueueStore,
  tasks: MoveTasks,
  urlOf: (queue: Queue) => string,
): Readonly<Record<string, JsonAction>> {
  return {
    StartMessageMoveTask: {
      requires: (input) => startRequirements(store, requiredString(input, 'SourceArn'), input),
      run: (input) => ({
        TaskHandle: tasks.start(
          requiredString(input, 'SourceArn'),
          optionalString(input, 'DestinationArn'),
          optionalNumber(input, 'MaxNumberOfMessagesPerSecond'),
        ),
      }),
    },
    ListMessageMoveTasks: {
      requires: (input) => [{ action: 'sqs:ListMessageMoveTasks', resource: requiredString(input, 'SourceArn') }],
      run: (input) => ({
        Results: tasks.list(requiredString(input, 'SourceArn'), optionalNumber(input, 'MaxResults') ?? 1),
      }),
    },
    CancelMessageMoveTask: {
      requires: (input) => [{ action: 'sqs:CancelMessageMoveTask', resource: sourceOfHandle(input) }],
      run: (input) => ({ ApproximateNumberOfMessagesMoved: tasks.cancel(requiredString(input, 'TaskHandle')) }),
    },
    ListDeadLetterSourceQueues: {
      requires: (input) => [{ action: 'sqs:ListDeadLetterSourceQueues', resource: arnOf(input) }],
      run: (input) => {
        if (!store.getQueueByArn(arnOf(input)))
          throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
        return { queueUrls: sourcesOf(store, arnOf(input)).map(urlOf) };
      },
    },
  };
}

const MOVE_FROM = ['sqs:StartMessageMoveTask', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** A task moves messages with the permissions of the one who starts it. */
function startRequirements(store: QueueStore, source: string, input: Readonly<Record<string, unknown>>): Requirement[] {
  const destination = optionalString(input, 'DestinationArn');
  const destinations = destination ? [destination] : sourcesOf(store, source).map(({ arn }) => arn);
  return [
    ...MOVE_FROM.map((action) => ({ action, resource: source })),
    ...destinations.map((resource) => ({ action: 'sqs:SendMessage', resource })),
  ];
}

const arnOf = (input: Readonly<Record<string, unknown>>) => queueArn(queueNameOf(requiredString(input, 'QueueUrl')));

function sourceOfHandle(input: Readonly<Record<string, unknown>>): string {
  try {
    const { sourceArn } = JSON.parse(Buffer.from(requiredString(input, 'TaskHandle'), 'base64').toString());
    if (typeof sourceArn === 'string') return sourceArn;
  } catch {} // the same answer for what cannot be read and for what names no queue
  throw new AwsError('InvalidParameterValue', 'Value for parameter TaskHandle is invalid.');
}
