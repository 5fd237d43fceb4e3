import type { BuildAppOptions } from 'fauxqs';
import { AwsError } from '../gateway/aws-error.ts';

type Stores = NonNullable<BuildAppOptions['stores']>;

/** fauxqs's queues and their messages. */
export type QueueStore = Stores['sqsStore'];
export type Queue = ReturnType<QueueStore['createQueue']>;
export type QueueMessage = Queue['messages'][number];
/** fauxqs's topics and subscriptions. */
export type TopicStore = Stores['snsStore'];
export type Topic = NonNullable<ReturnType<TopicStore['getTopic']>>;
export type Subscription = NonNullable<ReturnType<TopicStore['getSubscription']>>;
/** What fauxqs's S3 actions know of an object. */
export type StoredObject = ReturnType<Stores['s3Store']['getObject']>;
export type ChecksumAlgorithm = NonNullable<StoredObject['checksumAlgorithm']>;

/** What fauxqs's actions read of a request. */
export interface ActionRequest {
  headers: Readonly<Record<string, string>>;
}

/** The input's members in, the output's out; throws fauxqs's `SqsError`. */
export type QueueAction = (input: object, store: QueueStore, request: ActionRequest) => object | Promise<object>;
/** Flattened parameters in, XML out; throws fauxqs's `SnsError`. */
export type TopicAction = (
  parameters: Readonly<Record<string, string>>,
  topics: TopicStore,
  queues: Pick<QueueStore, 'getQueueByArn'>,
  request: ActionRequest,
) => string;

/** A request as fauxqs's S3 actions read it. */
export interface ObjectRequest extends ActionRequest {
  params: { bucket: string; '*': string };
  query: Readonly<Record<string, string>>;
  body: Buffer;
}
/** The reply that fauxqs's S3 actions write to. */
export interface ObjectReply {
  header(name: string, value: string | number): ObjectReply;
  status(status: number): ObjectReply;
  send(body?: string | Buffer): ObjectReply;
}
/** Writes the reply; throws fauxqs's `S3Error`. `store` offers the methods of fauxqs's store that the action uses. */
export type ObjectAction = (request: ObjectRequest, reply: ObjectReply, store: object) => void;

/** What fauxqs's errors have in common. */
export interface FauxqsError extends Error {
  code: string;
  statusCode: number;
  resource?: string;
}
export type FauxqsErrorClass = new (
  code: string,
  message: string,
  statusCode?: number,
  resource?: string,
) => FauxqsError;

/** The parts of fauxqs that this runtime runs: its stores and its actions, without its web server. */
export interface Fauxqs {
  newQueueStore(): QueueStore;
  newTopicStore(): TopicStore;
  newMessage(body: string, attributes: QueueMessage['messageAttributes']): QueueMessage;
  S3Error: FauxqsErrorClass;
  /** fauxqs's own errors as the gateway renders them; any other unchanged. */
  translate(error: unknown): unknown;
  /** Base64. */
  computeChecksum(algorithm: ChecksumAlgorithm, data: Buffer): string;
  computeCompositeChecksum(algorithm: ChecksumAlgorithm, parts: string[]): string;
  queueAction(file: string, name: string): Promise<QueueAction>;
  topicAction(file: string, name: string): Promise<TopicAction>;
  objectAction(file: string, name: string): Promise<ObjectAction>;
}

/** Source: API model of SQS, SendMessage. */
const NOT_IN_MESSAGES = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/**
 * Loads fauxqs's modules one by one. Its package exports only the whole application, whose import costs a web server;
 * here its actions are called directly. The version is pinned, as these modules are no public interface of it.
 */
export async function loadFauxqs(): Promise<Fauxqs> {
  const root = import.meta.resolve('fauxqs');
  const load = (path: string) => import(new URL(path, root).href);
  const [sqs, sqsTypes, sns, errors, checksum] = await Promise.all([
    load('./sqs/sqsStore.js'),
    load('./sqs/sqsTypes.js'),
    load('./sns/snsStore.js'),
    load('./common/errors.js'),
    load('./s3/checksum.js'),
  ]);
  // fauxqs's own expression reads UTF-16, and so refuses every character beyond U+FFFF: emoji in comments are such.
  sqsTypes.INVALID_MESSAGE_BODY_CHAR.test = (text: string) => NOT_IN_MESSAGES.test(text);
  const classes: FauxqsErrorClass[] = [errors.SqsError, errors.SnsError, errors.S3Error];
  const action = async (path: string, name: string) => (await load(path))[name];
  return {
    newQueueStore: () => new sqs.SqsStore(),
    newTopicStore: () => new sns.SnsStore(),
    newMessage: (body, attributes) => sqs.SqsStore.createMessage(body, attributes),
    S3Error: errors.S3Error,
    translate: (error) => {
      const known = classes.find((candidate) => error instanceof candidate);
      return known && error instanceof known ? awsError(error) : error;
    },
    computeChecksum: checksum.computeChecksum,
    computeCompositeChecksum: checksum.computeCompositeChecksum,
    queueAction: (file, name) => action(`./sqs/actions/${file}.js`, name),
    topicAction: (file, name) => action(`./sns/actions/${file}.js`, name),
    objectAction: (file, name) => action(`./s3/actions/${file}.js`, name),
  };
}

function awsError(error: FauxqsError): AwsError {
  const { code, message, statusCode: status, resource } = error;
  return new AwsError(code, message, { status, details: resource ? { Resource: resource } : {}, cause: error });
}
