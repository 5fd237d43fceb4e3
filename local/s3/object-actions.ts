import { AwsError } from '../gateway/aws-error.ts';
import { findAction } from '../gateway/json-service.ts';
import type { AwsRequest, AwsResponse } from '../gateway/service.ts';
import type { Fauxqs, ObjectAction } from '../substrate/fauxqs.ts';
import { copySource } from './copy-source.ts';
import { CollectedReply, overriddenHeaders, versionHeaders } from './object-answer.ts';
import type { ObjectContext } from './object-operations.ts';
import { rangeOf } from './object-range.ts';
import { checkSource, checkWrite, isConditional, notModified, unconditional } from './preconditions.ts';
import { StoreView } from './store-view.ts';
import { tagsOfHeader } from './tagging.ts';
import { checkPartAlgorithm, uploadCheck } from './upload-digests.ts';

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

/** Operations that make an object, on conditions. */
const WRITING: readonly string[] = ['PutObject', 'CopyObject', 'CompleteMultipartUpload'];

interface ObjectName {
  bucket: string;
  key: string;
}

/** What fauxqs does with objects, on a store that keeps versions, and under the conditions that it does not know. */
export class ObjectActions {
  readonly #fauxqs: Fauxqs;
  readonly #actions: Readonly<Record<string, ObjectAction>>;

  private constructor(fauxqs: Fauxqs, actions: Readonly<Record<string, ObjectAction>>) {
    this.#fauxqs = fauxqs;
    this.#actions = actions;
  }

  static async load(fauxqs: Fauxqs): Promise<ObjectActions> {
    const actions = Object.entries(FAUXQS_OPERATIONS).map(
      async ([operation, module]) => [operation, await fauxqs.objectAction(module, module)] as const,
    );
    return new ObjectActions(fauxqs, Object.fromEntries(await Promise.all(actions)));
  }

  run(context: ObjectContext, names: ObjectName, request: AwsRequest): AwsResponse {
    const { action, requestId } = request;
    context.buckets.settings(names.bucket);
    const known = precondition(context, names, request);
    if (known) return known;
    const asked = reads(action) ? wholeOrRange(context, names, request) : withType(request);
    // fauxqs tells of a single part or range only in its GetObject.
    const ofPart = action === 'HeadObject' && (request.query.has('partNumber') || 'range' in asked.headers);
    const run = findAction(this.#actions, 's3', ofPart ? 'GetObject' : action);
    const view = viewOf(context, request);
    const response = this.#reply(run, names, asked, view);
    if (view.written) context.events.created(view.written, action, requestId);
    return complete(ofPart ? { ...response, body: '' } : response, request, view);
  }

  #reply(
    run: ObjectAction,
    { bucket, key }: ObjectName,
    { headers, query, body }: AwsRequest,
    view: StoreView,
  ): AwsResponse {
    const reply = new CollectedReply();
    try {
      run({ headers, query: Object.fromEntries(query), body, params: { bucket, '*': key } }, reply, view);
    } catch (error) {
      throw this.#fauxqs.translate(error);
    }
    return reply.response();
  }
}

const reads = (action: string) => action === 'GetObject' || action === 'HeadObject';

/** A read as fauxqs understands it: its conditions have been looked at, and its range is one that there can be. */
function wholeOrRange({ objects }: ObjectContext, { bucket, key }: ObjectName, request: AwsRequest): AwsRequest {
  const { headers, query } = request;
  if (headers['range'] === undefined && !query.has('partNumber') && !isConditional(headers)) return request;
  const range = rangeOf(request, () => objects.find(bucket, key, query.get('versionId') ?? undefined));
  const { range: _, ...others } = unconditional(headers);
  return { ...request, headers: { ...others, ...(range !== undefined && { range }) } };
}

/** S3's type of objects that came without one. */
function withType(request: AwsRequest): AwsRequest {
  if (request.headers['content-type'] !== undefined) return request;
  return { ...request, headers: { ...request.headers, 'content-type': 'binary/octet-stream' } };
}

/** @returns the answer that needs no action any more. Throws PreconditionFailed, NoSuchKey, NotImplemented, InvalidRequest. */
function precondition({ objects, uploads }: ObjectContext, { bucket, key }: ObjectName, request: AwsRequest) {
  const { action, headers, query } = request;
  if (reads(action)) {
    const row = isConditional(headers) ? objects.find(bucket, key, query.get('versionId') ?? undefined) : undefined;
    return row && notModified(headers, row);
  }
  if (WRITING.includes(action)) checkWrite(headers, key, () => objects.find(bucket, key));
  if (action === 'UploadPart') checkPartAlgorithm(headers, () => uploads.get(query.get('uploadId') ?? ''));
  const source = headers['x-amz-copy-source'];
  if (source === undefined) return undefined;
  const from = copySource(source);
  if (action === 'CopyObject' && changesNothing(headers, from, { bucket, key })) throw copyOntoItself();
  checkSource(headers, () => objects.get(from.bucket, from.key, from.version));
  return undefined;
}

/** A copy onto itself has to change something; one of a version brings that version back. */
function changesNothing(headers: AwsRequest['headers'], from: ReturnType<typeof copySource>, to: ObjectName): boolean {
  if (from.bucket !== to.bucket || from.key !== to.key || from.version !== undefined) return false;
  const changing = ['x-amz-storage-class', 'x-amz-server-side-encryption'].some((name) => headers[name] !== undefined);
  return headers['x-amz-metadata-directive'] !== 'REPLACE' && !changing;
}

function copyOntoItself(): AwsError {
  return new AwsError(
    'InvalidRequest',
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
}

function viewOf({ objects, uploads }: ObjectContext, request: AwsRequest): StoreView {
  const { action, headers, query } = request;
  return new StoreView(objects, uploads, {
    version: query.get('versionId') ?? undefined,
    copySource: headers['x-amz-copy-source'],
    checksumType: headers['x-amz-checksum-type'] === 'FULL_OBJECT' ? 'FULL_OBJECT' : 'COMPOSITE',
    tags: headers['x-amz-tagging-directive'] === 'COPY' ? undefined : tagsOfHeader(headers['x-amz-tagging']),
    check: action === 'CompleteMultipartUpload' ? uploadCheck(request) : undefined,
  });
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
