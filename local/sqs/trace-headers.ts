import { listMember, membersOf } from '../gateway/input.ts';
import type { Queue } from '../substrate/fauxqs.ts';
import type { LetterMessage } from './queue-persistence.ts';

type Input = Readonly<Record<string, unknown>>;

/** fauxqs's actions drop system attributes, but keep the object with a message's own attributes: what it was sent with. */
const headers = new WeakMap<object, string>();

/** Remembers the `AWSTraceHeader` of the messages in SendMessage or SendMessageBatch until they are in their queue. */
export function rememberTraceHeaders(input: Input): Input {
  if (input['Entries']) {
    const Entries = listMember(input, 'Entries').map((entry) => remember(membersOf(entry)));
    return { ...input, Entries };
  }
  return remember(input);
}

function remember(message: Input): Input {
  if (!message['MessageSystemAttributes']) return message;
  const { StringValue } = membersOf(membersOf(message['MessageSystemAttributes'])['AWSTraceHeader']);
  if (typeof StringValue !== 'string') return message;
  const MessageAttributes = membersOf(message['MessageAttributes']);
  headers.set(MessageAttributes, StringValue);
  return { ...message, MessageAttributes };
}

/** Lets a queue keep the trace header with each message. */
export function keepTraceHeaders(queue: Queue): void {
  const { enqueue } = queue;
  queue.enqueue = (message: LetterMessage) => {
    const header = headers.get(message.messageAttributes);
    if (header !== undefined) message.traceHeader = header;
    enqueue.call(queue, message);
  };
}
