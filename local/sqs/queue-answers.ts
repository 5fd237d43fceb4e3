import { listMember } from '../gateway/input.ts';
import type { Queue } from '../substrate/fauxqs.ts';
import { addDeadLetterSources, type Received } from './dead-letters.ts';
import { queueNameOf } from './queue-names.ts';

export interface QueueAnswerContext {
  /** The queue that the request was about, if there is one. */
  queue: Queue | undefined;
  urlOf(name: string): string;
  registerPolicy(queue: Queue): void;
}

/** What fauxqs answers, in the members that are touched here. */
interface FauxqsOutput {
  QueueUrl?: string;
  QueueUrls?: string[];
  Messages?: Received[];
}

/** Completes what fauxqs answered: queue URLs on the gateway's present address, dead-letter sources, policies. */
export function afterwards(
  action: string,
  input: Readonly<Record<string, unknown>>,
  output: FauxqsOutput,
  { queue, urlOf, registerPolicy }: QueueAnswerContext,
): object {
  const here = (url: string) => urlOf(queueNameOf(url));
  if (queue && (action === 'SetQueueAttributes' || action === 'CreateQueue')) registerPolicy(queue);
  if (queue && output.Messages) addDeadLetterSources(queue, output.Messages, askedAttributes(input));
  if (output.QueueUrls) return { ...output, QueueUrls: output.QueueUrls.map(here) };
  return output.QueueUrl === undefined ? output : { ...output, QueueUrl: here(output.QueueUrl) };
}

const askedAttributes = (input: Readonly<Record<string, unknown>>) => [
  ...listMember(input, 'AttributeNames'),
  ...listMember(input, 'MessageSystemAttributeNames'),
];
