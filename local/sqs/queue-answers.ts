import { listMember } from '../gateway/input.ts';
import type { Queue } from '../substrate/fauxqs.ts';
import { queueNameOf } from './queue-names.ts';
import type { LetterMessage } from './queue-persistence.ts';

export interface QueueAnswerContext {
  /** The queue that the request was about, if there is one. */
  queue: Queue | undefined;
  urlOf(name: string): string;
  registerPolicy(queue: Queue): void;
}

/** A message in ReceiveMessage's answer. */
interface Received {
  ReceiptHandle: string;
  Attributes?: Record<string, string>;
}

/** What fauxqs answers, in the members that are touched here. */
interface FauxqsOutput {
  QueueUrl?: string;
  QueueUrls?: string[];
  Messages?: Received[];
  Attributes?: Record<string, string>;
}

/** Completes what fauxqs answered: queue URLs on the gateway's present address, system attributes, policies. */
export function afterwards(
  action: string,
  input: Readonly<Record<string, unknown>>,
  output: FauxqsOutput,
  { queue, urlOf, registerPolicy }: QueueAnswerContext,
): object {
  const here = (url: string) => urlOf(queueNameOf(url));
  if (queue && (action === 'SetQueueAttributes' || action === 'CreateQueue')) registerPolicy(queue);
  if (queue && output.Messages) addSystemAttributes(queue, output.Messages, askedAttributes(input));
  if (output.Attributes && Object.keys(output.Attributes).length === 0) return {}; // as SQS answers
  if (output.QueueUrls) return { ...output, QueueUrls: output.QueueUrls.map(here) };
  return output.QueueUrl === undefined ? output : { ...output, QueueUrl: here(output.QueueUrl) };
}

const askedAttributes = (input: Readonly<Record<string, unknown>>) => [
  ...listMember(input, 'AttributeNames'),
  ...listMember(input, 'MessageSystemAttributeNames'),
];

/** Adds the system attributes that fauxqs does not know, where they were asked for. */
function addSystemAttributes(queue: Queue, messages: readonly Received[], asked: readonly unknown[]): void {
  if (asked.length === 0) return;
  for (const received of messages) {
    const message: LetterMessage | undefined = queue.inflightMessages.get(received.ReceiptHandle)?.message;
    const own = { DeadLetterQueueSourceArn: message?.deadLetterSource, AWSTraceHeader: message?.traceHeader };
    for (const [name, value] of Object.entries(own))
      if (value !== undefined && (asked.includes('All') || asked.includes(name)))
        received.Attributes = { ...received.Attributes, [name]: value };
  }
}
