import type { Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { findAction } from '../gateway/json-service.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../gateway/service.ts';
import { xmlElement } from '../gateway/xml.ts';
import type { Fauxqs, ObjectAction } from '../substrate/fauxqs.ts';
import { fileBodies, memoryBodies, storedBodies } from './bodies.ts';
import { DOCUMENT_OPERATIONS } from './bucket-documents.ts';
import { BucketPolicies, type BucketPoliciesOptions } from './bucket-policy.ts';
import { BucketStore } from './bucket-store.ts';
import { preconditionFailed } from './errors.ts';
import { CollectedReply, overriddenHeaders, versionHeaders } from './object-answer.ts';
import { type ObjectEvent, ObjectEvents } from './object-events.ts';
import { OBJECT_OPERATIONS, type ObjectContext } from './object-operations.ts';
import { ObjectStore } from './object-store.ts';
import { bucketAndKey } from './s3-operation.ts';
import { type ObjectName, s3Requirements } from './s3-requirements.ts';
import { StoreView } from './store-view.ts';
import { taggingXml, tagsOfHeader } from './tagging.ts';
import { UploadStore } from './upload-store.ts';
import type { Tags } from './version-rows.ts';

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
  tags?: Readonly<Record<string, string>> | undefined;
}

/** fauxqs's S3 modules by the operation that they run. */
const FAUXQS_OPERATIONS: Readonly<Record<string, string>> = {
  PutObject: 'putObject',
  CopyObject: 'putObject',
  GetObject: 'getObject',
  HeadObject: 'headObject',
  GetObjectAttributes: 'getObjectAttributes',
  CreateMultipartUpload: 'createMultipartUpload',
  UploadPart: 'uploadPart',
  UploadPartCopy: 'uploadPart',
  CompleteMultipartUpload: 'completeMultipartUpload',
  AbortMultipartUpload: 'abortMultipartUpload',
};

/** S3: fauxqs's object operations on a store that keeps versions, and what fauxqs does not have. */
export class Buckets {
  readonly service: AwsService = {
    name: 's3',
    requires: (request) => s3Requirements(request, (object) => this.#tagsOf(object)),
    handle: (request) => this.#handle(request),
  };
  readonly #options: BucketsOptions;
  readonly #actions: Readonly<Record<string, ObjectAction>>;
  readonly #context: ObjectContext;
  readonly #policies: BucketPolicies;

  private constructor(options: BucketsOptions, actions: Readonly<Record<string, ObjectAction>>) {
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
    const actions = Object.entries(FAUXQS_OPERATIONS).map(
      async ([operation, module]) => [operation, await options.fauxqs.objectAction(module, module)] as const,
    );
    return new Buckets(options, Object.fromEntries(await Promise.all(actions)));
  }

  /** Creates a bucket or brings its settings up to date; objects stay. Throws `AwsError` InvalidBucketName. */
  put({ name, versioned = false, eventBridge = false, publicAccessBlock, tags = {} }: BucketDefinition): {
    arn: string;
  } {
    const { buckets, now } = this.#context;
    buckets.create(name, now());
    const suspended = buckets.settings(name).versioning === undefined ? {} : { versioning: 'Suspended' as const };
    buckets.change(name, { eventBridge, ...(versioned ? { versioning: 'Enabled' } : suspended) });
    const access = publicAccessBlock && xmlElement('PublicAccessBlockConfiguration', publicAccessBlock);
    buckets.putDocument(name, 'PublicAccessBlock', access);
    buckets.putDocument(name, 'BucketTagging', Object.keys(tags).length > 0 ? taggingXml(tags) : undefined);
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
    const answer = this.#answer(request);
    await this.#options.database.committed();
    const id = { 'x-amz-request-id': request.requestId };
    return { ...answer, headers: { ...answer.headers, ...id } };
  }

  #answer(request: AwsRequest): AwsResponse {
    const { action, path } = request;
    const names = bucketAndKey(path);
    const document = DOCUMENT_OPERATIONS[action];
    if (document) return document({ buckets: this.#context.buckets, policies: this.#policies }, names.bucket, request);
    const own = OBJECT_OPERATIONS[action];
    return own ? own(this.#context, names, request) : this.#runFauxqs(request, names);
  }

  #runFauxqs(request: AwsRequest, { bucket, key }: { bucket: string; key: string }): AwsResponse {
    const { action, headers, query, body, requestId } = request;
    // fauxqs tells of a single part only in its GetObject.
    const ofPart = action === 'HeadObject' && query.has('partNumber');
    const run = findAction(this.#actions, 's3', ofPart ? 'GetObject' : action);
    this.#context.buckets.settings(bucket);
    if (action === 'PutObject' || action === 'CompleteMultipartUpload') this.#checkPreconditions(bucket, key, headers);
    const view = new StoreView(this.#context.objects, this.#context.uploads, {
      version: query.get('versionId') ?? undefined,
      copySource: headers['x-amz-copy-source'],
      checksumType: headers['x-amz-checksum-type'] === 'FULL_OBJECT' ? 'FULL_OBJECT' : 'COMPOSITE',
      tags: headers['x-amz-tagging-directive'] === 'COPY' ? undefined : tagsOfHeader(headers['x-amz-tagging']),
    });
    const reply = new CollectedReply();
    try {
      run({ headers, query: Object.fromEntries(query), body, params: { bucket, '*': key } }, reply, view);
    } catch (error) {
      throw this.#options.fauxqs.translate(error);
    }
    if (view.written) this.#context.events.created(view.written, action, requestId);
    const response = reply.response();
    return complete(ofPart ? { ...response, body: '' } : response, request, view);
  }

  /** Conditional writes: `If-None-Match: *` and `If-Match: <etag>`. */
  #checkPreconditions(bucket: string, key: string, headers: AwsRequest['headers']): void {
    const existing = this.#context.objects.find(bucket, key);
    const wanted = headers['if-match'];
    if (headers['if-none-match'] === '*' && existing) throw preconditionFailed('If-None-Match');
    if (wanted !== undefined && existing?.etag.replaceAll('"', '') !== wanted.replaceAll('"', ''))
      throw preconditionFailed('If-Match');
  }
}

function complete(response: AwsResponse, { action, query }: AwsRequest, view: StoreView): AwsResponse {
  const reading = action === 'GetObject' || action === 'HeadObject' || action === 'GetObjectAttributes';
  const headers = {
    ...response.headers,
    ...(reading && { 'accept-ranges': 'bytes', ...overriddenHeaders(query) }),
    ...versionHeaders(view.written ?? (reading ? view.read : undefined)),
    ...(action.includes('Copy') &&
      view.read &&
      view.read.version !== 'null' && {
        'x-amz-copy-source-version-id': view.read.version,
      }),
  };
  return { ...response, headers };
}
