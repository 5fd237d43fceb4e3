import { AwsError } from '../gateway/aws-error.ts';
import { listMember, membersOf } from '../gateway/input.ts';
import { queryResponse } from '../gateway/query-service.ts';
import { xmlElement } from '../gateway/xml.ts';

type Input = Readonly<Record<string, unknown>>;

/** The entries of PublishBatch. */
export function entriesOfBatch(input: Input): Record<string, unknown>[] {
  return listMember(input, 'PublishBatchRequestEntries').map(membersOf);
}

/** Checks Publish. Throws `AwsError` InvalidParameter. */
export function checkPublication(input: Input): void {
  if (input['PhoneNumber'] !== undefined)
    throw invalid('PhoneNumber Reason: publishing to telephones is not served by the local runtime');
  if (!input['Message']) throw invalid('Empty message');
  checkMessage(input);
}

/** What holds for Publish and for each entry of its batch. Throws `AwsError` InvalidParameter. */
export function checkMessage({ Message, MessageStructure, Subject }: Input): void {
  // SNS API reference, Publish: a line of at most 100 characters.
  if (Subject !== undefined && !/^[^\p{Cc}]{1,100}$/u.test(String(Subject))) throw invalid('Subject');
  if (MessageStructure === 'json' && Message) messageForQueues(String(Message));
}

/** Puts what queues get in the place of messages that differ by protocol; nobody else is delivered to here. */
export function resolveStructures(parameters: Record<string, string>): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== 'json' || !/^(PublishBatchRequestEntries\.member\.\d+\.)?MessageStructure$/.test(name)) continue;
    const message = name.replace(/Structure$/, '');
    parameters[message] = messageForQueues(parameters[message] ?? '');
  }
}

/** PublishBatch's answer, with the entries that have no message among the failures; fauxqs passes over them. */
export function withEmptyMessages(input: Input, answer: () => string): string {
  const entries = entriesOfBatch(input);
  const empty = entries.filter(({ Message }) => !Message);
  const failures = empty.map(({ Id }) =>
    xmlElement('member', {
      Id,
      Code: 'InvalidParameter',
      Message: 'Invalid parameter: Empty message',
      SenderFault: true,
    }),
  );
  const xml = entries.length > 0 && empty.length === entries.length ? NOTHING_PUBLISHED : answer();
  return xml.replace('<Failed>', () => `<Failed>${failures.join('')}`);
}

const NOTHING_PUBLISHED = queryResponse('PublishBatch', 'http://sns.amazonaws.com/doc/2010-03-31/', '', {
  Successful: [],
  Failed: [],
}).body.toString();

function messageForQueues(text: string): string {
  const { sqs, default: standard } = parse(text);
  if (typeof standard !== 'string') throw invalid('Message Structure - No default entry in JSON message body');
  return typeof sqs === 'string' ? sqs : standard;
}

function parse(text: string): Record<string, unknown> {
  try {
    return membersOf(JSON.parse(text));
  } catch (cause) {
    throw invalid('Message Structure - JSON message body failed to parse', cause);
  }
}

const invalid = (what: string, cause?: unknown) =>
  new AwsError('InvalidParameter', `Invalid parameter: ${what}`, { cause });
