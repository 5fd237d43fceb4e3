import type { Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../gateway/service.ts';
import type { Fauxqs } from '../substrate/fauxqs.ts';
import { fileBodies, memoryBodies, storedBodies } from './bodies.ts';
import { DOCUMENT_OPERATIONS } from './bucket-documents.ts';
import { BucketPolicies, type BucketPoliciesOptions } from './bucket-policy.ts';
import { BucketStore } from './bucket-store.ts';
import { wholeBody } from './chunked-body.ts';
import { checkDigests } from './digests.ts';
import { ObjectActions } from './object-actions.ts';
import { type ObjectEvent, ObjectEvents } from './object-events.ts';
import { OBJECT_OPERATIONS, type ObjectContext } from './object-operations.ts';
import { ObjectStore } from './object-store.ts';
import { checkRequest } from './request-checks.ts';
import { bucketAndKey } from './s3-operation.ts';
import { type ObjectName, s3Requirements } from './s3-requirements.ts';
import { taggingXml } from './tagging.ts';
import { UploadStore } from './upload-store.ts';
import type { Tags } from './version-rows.ts';
import { xmlDocument } from './xml-document.ts';

export interface BucketsOptions {
  clock: Clock;
  database: Database;
  fauxqs: Fauxqs;
  /** Where the contents of objects are kept; in memory without. */
  directory?: string | undefined;
  /** See `ObjectEventsOptions.publish`. */
  publish(event: ObjectEvent): void;
  putResourcePolicy: BucketPoliciesOptions['putResourcePolicy'];
}

/** What CloudFormation knows of a bucket. */
export interface BucketDefinition {
  name: string;
  versioned?: boolean | undefined;
  /** Whether object events go to EventBridge. */
  eventBridge?: boolean | undefined;
  /** As in the template: `BlockPublicAcls`, … */
  publicAccessBlock?: Readonly<Record<string, unknown>> | undefined;
  /** Members of S3's documents, a list where an element is repeated. */
  encryption?: Readonly<Record<string, unknown>> | undefined;
  lifecycle?: Readonly<Record<string, unknown>> | undefined;
  tags?: Readonly<Record<string, string>> | undefined;
}

/** Operations whose digests are about an object that is not in the request. */
const BODY_IS_NOT_SENT = new Set(['CreateMultipartUpload', 'CompleteMultipartUpload', 'CopyObject', 'UploadPartCopy']);

/** S3: fauxqs's object operations on a store that keeps versions, and what fauxqs does not have. */
export class Buckets {
  readonly service: AwsService = {
    name: 's3',
    requires: (request) => s3Requirements(request, (object) => this.#tagsOf(object)),
    handle: (request) => this.#handle(request),
  };
  readonly #options: BucketsOptions;
  readonly #actions: ObjectActions;
  readonly #context: ObjectContext;
  readonly #policies: BucketPolicies;

  private constructor(options: BucketsOptions, actions: ObjectActions) {
    const { clock, database, directory, fauxqs, publish } = options;
    this.#options = options;
    this.#actions = actions;
    const bodies = storedBodies(database, directory === undefined ? memoryBodies() : fileBodies(directory));
    const buckets = new BucketStore(database);
    this.#context = {
      buckets,
      objects: new ObjectStore({ clock, database, buckets, bodies }),
      uploads: new UploadStore({ clock, database, bodies, checksums: fauxqs }),
      events: new ObjectEvents({ buckets, publish }),
      now: () => clock.now(),
    };
    this.#policies = new BucketPolicies({ buckets, putResourcePolicy: options.putResourcePolicy });
    this.#policies.restore();
  }

  static async open(options: BucketsOptions): Promise<Buckets> {
    return new Buckets(options, await ObjectActions.load(options.fauxqs));
  }

  /** Creates a bucket or brings its settings up to date; objects stay. Throws `AwsError` InvalidBucketName. */
  put(definition: BucketDefinition): { arn: string } {
    const {
      name,
      versioned = false,
      eventBridge = false,
      publicAccessBlock,
      encryption,
      lifecycle,
      tags = {},
    } = definition;
    const { buckets, now } = this.#context;
    buckets.create(name, now());
    const suspended = buckets.settings(name).versioning === undefined ? {} : { versioning: 'Suspended' as const };
    buckets.change(name, { eventBridge, ...(versioned ? { versioning: 'Enabled' } : suspended) });
    const documents = {
      PublicAccessBlock: publicAccessBlock && xmlDocument('PublicAccessBlockConfiguration', publicAccessBlock),
      BucketEncryption: encryption && xmlDocument('ServerSideEncryptionConfiguration', encryption),
      BucketLifecycleConfiguration: lifecycle && xmlDocument('LifecycleConfiguration', lifecycle),
      BucketTagging: Object.keys(tags).length > 0 ? taggingXml(tags) : undefined,
    };
    for (const [resource, document] of Object.entries(documents)) buckets.putDocument(name, resource, document);
    return { arn: `arn:aws:s3:::${name}` };
  }

  /** Sets a bucket's policy; undefined takes it away. Throws `AwsError` NoSuchBucket; `PolicyError`. */
  setPolicy(name: string, document: object | undefined): void {
    this.#policies.set(name, document);
  }

  /** Deletes all objects of a bucket for good; harmless when there is no such bucket. */
  empty(name: string): void {
    const { buckets, objects, uploads } = this.#context;
    if (!buckets.has(name)) return;
    objects.empty(name);
    for (const { id } of uploads.list(name)) uploads.delete(id);
  }

  /** Deletes an empty bucket; harmless when there is none. Throws `AwsError` BucketNotEmpty. */
  delete(name: string): void {
    const { buckets, objects } = this.#context;
    if (!buckets.has(name)) return;
    if (!objects.isEmpty(name))
      throw new AwsError('BucketNotEmpty', `The bucket you tried to delete is not empty: ${name}`, { status: 409 });
    buckets.delete(name);
    this.#options.putResourcePolicy(`arn:aws:s3:::${name}`, undefined);
  }

  /** Undefined when a bucket lacks the object. What is asked of no bucket at all is answered with that. */
  #tagsOf({ bucket, key, version }: ObjectName): Tags | undefined {
    const { buckets, objects } = this.#context;
    if (!buckets.has(bucket)) return {};
    const row = objects.find(bucket, key, version);
    return row && JSON.parse(row.tags);
  }

  async #handle(request: AwsRequest): Promise<AwsResponse> {
    const names = bucketAndKey(request.path);
    checkRequest(request, names.key, this.#context.now());
    const whole = wholeBody(request);
    if (!BODY_IS_NOT_SENT.has(whole.action)) checkDigests(whole);
    const answer = this.#answer(whole, names);
    await this.#options.database.committed();
    const id = { 'x-amz-request-id': request.requestId };
    return { ...answer, headers: { ...answer.headers, ...id } };
  }

  #answer(request: AwsRequest, names: { bucket: string; key: string }): AwsResponse {
    const { action } = request;
    const document = DOCUMENT_OPERATIONS[action];
    if (document) return document({ buckets: this.#context.buckets, policies: this.#policies }, names.bucket, request);
    const own = OBJECT_OPERATIONS[action];
    return own ? own(this.#context, names, request) : this.#actions.run(this.#context, names, request);
  }
}
