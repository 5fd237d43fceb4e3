import { AwsError } from '../gateway/aws-error.ts';
import type { AwsRequest, AwsResponse } from '../gateway/service.ts';
import { xmlElement } from '../gateway/xml.ts';
import type { BucketPolicies } from './bucket-policy.ts';
import type { BucketStore } from './bucket-store.ts';
import { notServed } from './errors.ts';
import { noContent, xmlAnswer } from './object-answer.ts';
import { tagsOfXml } from './tagging.ts';
import { children, childText, xmlDocument } from './xml-document.ts';
import { requestDocument } from './xml-shapes.ts';

export interface DocumentsContext {
  buckets: BucketStore;
  policies: BucketPolicies;
}

type Answer = (context: DocumentsContext, bucket: string, request: AwsRequest) => AwsResponse;

/** The error of S3 when a configuration is not there. */
type Missing = readonly [code: string, message: string];

interface Kept {
  /** Throws where a new one is not as it should be. */
  read: (body: Buffer) => unknown;
  /** What stands for one that is not there. */
  missing: Missing | string;
}

/** Configurations that are kept as they come. */
const KEPT: Readonly<Record<string, Kept>> = {
  BucketEncryption: {
    read: (body) => requestDocument(body, 'ServerSideEncryptionConfiguration'),
    missing: xmlDocument('ServerSideEncryptionConfiguration', {
      Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
    }),
  },
  PublicAccessBlock: {
    read: (body) => requestDocument(body, 'PublicAccessBlockConfiguration'),
    missing: ['NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found'],
  },
  BucketLifecycleConfiguration: {
    read: (body) => requestDocument(body, 'LifecycleConfiguration'),
    missing: ['NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'],
  },
  BucketTagging: {
    read: (body) => tagsOfXml(body, 'Bucket'),
    missing: ['NoSuchTagSet', 'The TagSet does not exist'],
  },
  BucketOwnershipControls: {
    read: (body) => requestDocument(body, 'OwnershipControls'),
    missing: ['OwnershipControlsNotFoundError', 'The bucket ownership controls were not found'],
  },
  BucketCors: {
    read: (body) => requestDocument(body, 'CORSConfiguration'),
    missing: ['NoSuchCORSConfiguration', 'The CORS configuration does not exist'],
  },
};

/** Configurations that no bucket has, as putting them is not served. */
const NEVER_THERE: Readonly<Record<string, Missing>> = {
  GetBucketWebsite: ['NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration'],
  GetBucketReplication: ['ReplicationConfigurationNotFoundError', 'The replication configuration was not found'],
  GetObjectLockConfiguration: [
    'ObjectLockConfigurationNotFoundError',
    'Object Lock configuration does not exist for this bucket',
  ],
};

/** A bucket's configurations: get, put and delete of its sub-resources, by operation. */
export const DOCUMENT_OPERATIONS: Readonly<Record<string, Answer>> = {
  ...Object.fromEntries(Object.entries(KEPT).flatMap(([resource, kept]) => keptOperations(resource, kept))),
  GetBucketVersioning: ({ buckets }, bucket) => {
    const { versioning } = buckets.settings(bucket);
    return xmlAnswer(xmlElement('VersioningConfiguration', { Status: versioning }));
  },
  PutBucketVersioning: ({ buckets }, bucket, { body }) => {
    const document = requestDocument(body, 'VersioningConfiguration');
    const status = childText(document, 'Status');
    if (childText(document, 'MfaDelete') === 'Enabled') throw notServed('MFA delete of a bucket');
    if (status !== 'Enabled' && status !== 'Suspended')
      throw new AwsError('IllegalVersioningConfigurationException', 'The Versioning element must be specified');
    buckets.change(bucket, { versioning: status });
    return { status: 200, body: '' };
  },
  GetBucketNotificationConfiguration: ({ buckets }, bucket) => {
    const on = buckets.settings(bucket).eventBridge;
    return xmlAnswer(xmlElement('NotificationConfiguration', on ? { EventBridgeConfiguration: '' } : {}));
  },
  PutBucketNotificationConfiguration: ({ buckets }, bucket, { body }) => {
    const document = requestDocument(body, 'NotificationConfiguration');
    const other = ['QueueConfiguration', 'TopicConfiguration', 'CloudFunctionConfiguration'];
    const unserved = other.find((name) => children(document, name).length > 0);
    if (unserved)
      throw new AwsError(
        'NotImplemented',
        `The local runtime sends S3 events to EventBridge only, not to a ${unserved}.`,
      );
    buckets.change(bucket, { eventBridge: children(document, 'EventBridgeConfiguration').length > 0 });
    return { status: 200, body: '' };
  },
  GetBucketPolicy: ({ buckets }, bucket) => {
    const policy = buckets.settings(bucket).documents['BucketPolicy'];
    if (policy === undefined)
      throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', { status: 404 });
    return { status: 200, headers: { 'content-type': 'application/json' }, body: policy };
  },
  PutBucketPolicy: ({ policies }, bucket, { body }) => {
    policies.put(bucket, body.toString());
    return noContent();
  },
  DeleteBucketPolicy: ({ policies }, bucket) => {
    policies.put(bucket, undefined);
    return noContent();
  },
  GetBucketLocation: constant('LocationConstraint', ''),
  GetBucketLogging: constant('BucketLoggingStatus', ''),
  GetBucketRequestPayment: constant('RequestPaymentConfiguration', { Payer: 'BucketOwner' }),
  GetBucketAccelerateConfiguration: constant('AccelerateConfiguration', ''),
  ...Object.fromEntries(Object.entries(NEVER_THERE).map(([action, missing]) => [action, never(missing)])),
};

/** The same for every bucket. */
function constant(root: string, content: unknown): Answer {
  return ({ buckets }, bucket) => {
    buckets.settings(bucket);
    return xmlAnswer(xmlElement(root, content));
  };
}

function never(missing: Missing): Answer {
  return ({ buckets }, bucket) => {
    buckets.settings(bucket);
    throw notFound(missing);
  };
}

const notFound = ([code, message]: Missing) => new AwsError(code, message, { status: 404 });

function keptOperations(resource: string, { read, missing }: Kept): [string, Answer][] {
  return [
    [
      `Get${resource}`,
      ({ buckets }, bucket) => {
        const document = buckets.settings(bucket).documents[resource] ?? missing;
        if (typeof document !== 'string') throw notFound(document);
        return xmlAnswer(document);
      },
    ],
    [
      `Put${resource}`,
      ({ buckets }, bucket, { body }) => {
        read(body);
        buckets.putDocument(bucket, resource, body.toString());
        return { status: 200, body: '' };
      },
    ],
    [
      `Delete${resource}`,
      ({ buckets }, bucket) => {
        buckets.putDocument(bucket, resource, undefined);
        return noContent();
      },
    ],
  ];
}
