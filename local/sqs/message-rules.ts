import { AwsError } from '../gateway/aws-error.ts';
import type { Queue } from '../substrate/fauxqs.ts';
import type { Message, MessageAttribute } from './queue-requests.ts';

/** SQS quotas, "Message attributes" and "Delay queues" (15 minutes). */
const MOST_ATTRIBUTES = 10;
const LONGEST_DELAY = 900;
/** Alphanumeric characters and ASCII punctuation. */
const ID = /^[!-~]{1,128}$/;

/** What SQS refuses of a message before it looks at its body. Throws `AwsError` InvalidParameterValue. */
export function checkMessage(message: Message, queue: Queue): void {
  const { DelaySeconds, MessageAttributes, MessageSystemAttributes, MessageDeduplicationId } = message;
  if (DelaySeconds && !(DelaySeconds >= 0 && DelaySeconds <= LONGEST_DELAY))
    refuse(invalid('DelaySeconds', DelaySeconds, `DelaySeconds must be >= 0 and <= ${LONGEST_DELAY}.`));
  for (const name of ['MessageGroupId', 'MessageDeduplicationId'] as const) checkId(name, message[name]);
  if (MessageDeduplicationId && !queue.isFifo())
    refuse(
      invalid(
        'MessageDeduplicationId',
        MessageDeduplicationId,
        'The request include parameter that is not valid for this queue type.',
      ),
    );
  if (MessageAttributes) checkAttributes(MessageAttributes);
  if (MessageSystemAttributes) checkSystemAttributes(MessageSystemAttributes);
}

function checkId(name: string, id: string | null | undefined): void {
  if (typeof id !== 'string' || ID.test(id)) return;
  refuse(invalid(name, id, `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`));
}

function checkAttributes(attributes: Readonly<Record<string, MessageAttribute>>): void {
  const count = Object.keys(attributes).length;
  if (count > MOST_ATTRIBUTES)
    refuse(`Number of message attributes [${count}] exceeds the allowed maximum [${MOST_ATTRIBUTES}].`);
  for (const [name, attribute] of Object.entries(attributes)) checkAttribute(`(user) attribute '${name}'`, attribute);
}

function checkSystemAttributes(attributes: Readonly<Record<string, MessageAttribute>>): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    if (name !== 'AWSTraceHeader') refuse(`Message system attribute name '${name}' is invalid.`);
    checkAttribute(`(system) attribute '${name}'`, attribute);
  }
}

function checkAttribute(what: string, { DataType, StringValue, BinaryValue }: MessageAttribute): void {
  const [type = ''] = DataType.split('.'); // Number.int and the like are labels of one's own
  if (!['Binary', 'Number', 'String'].includes(type))
    refuse(
      `The type of message ${what} is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  const value = type === 'Binary' ? BinaryValue : StringValue;
  if (!value) refuse(`Message ${what} must contain a non-empty value of type '${DataType}'.`);
  if (type === 'Number' && !Number.isFinite(Number(value)))
    refuse(`Can't cast the value of message ${what} to a number.`);
}

const invalid = (name: string, value: unknown, reason: string) =>
  `Value ${value} for parameter ${name} is invalid. Reason: ${reason}`;

function refuse(message: string): never {
  throw new AwsError('InvalidParameterValue', message);
}
