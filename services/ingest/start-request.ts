import * as z from 'zod/mini';
import { type ObjectCreated, uploadIdentity } from '../shared/object-created.ts';
import { executionName } from './execution-name.ts';

/** What the state machine gets as its input. */
export interface ExecutionInput {
  bucket: string;
  key: string;
  versionId?: string;
}

/** One execution to start. The same upload always gives the same name and the same input. */
export interface StartRequest {
  name: string;
  input: ExecutionInput;
}

/** Workflow files: `inputs/<anything>.json`. */
export function isWorkflowFile(key: string): boolean {
  return /^inputs\/.+\.json$/s.test(key);
}

const WORKFLOW_KEY = 'the key of a workflow file, inputs/<anything>.json';
const VERSION = "a version id of the object, or no field for the object's newest version";
const text = (expectation: string) =>
  z.string(expectation).check(z.minLength(1, expectation), z.maxLength(1024, expectation));

/** Body of `POST /executions`; without a bucket it is the workflow bucket. */
export const StartBody = z.object(
  {
    bucket: z.optional(text('the name of a bucket')),
    key: text(WORKFLOW_KEY).check(z.refine(isWorkflowFile, WORKFLOW_KEY)),
    versionId: z.optional(text(VERSION)),
  },
  'a JSON object {"key":"inputs/….json"}',
);
export type StartBody = z.infer<typeof StartBody>;

/** The start that an upload asks for; undefined for objects that are no workflow files. */
export function startOfUpload(created: ObjectCreated): StartRequest | undefined {
  const { bucket, object } = created.detail;
  if (!isWorkflowFile(object.key)) return undefined;
  return {
    name: executionName(object.key, uploadIdentity(created)),
    input: inputOf(bucket.name, object.key, object['version-id']),
  };
}

/**
 * The start that a person or script asks for.
 *
 * @param attempt.idempotencyKey the Idempotency-Key header: the same key starts the same object once
 * @param attempt.newId something new for each request. Without a key, naming a version is the same start as the upload's
 * own, and naming none starts another execution each time
 */
export function startByHand(
  { bucket, key, versionId }: StartBody & { bucket: string },
  { idempotencyKey, newId }: { idempotencyKey?: string | undefined; newId: () => string },
): StartRequest {
  const identity =
    versionId && !idempotencyKey
      ? [bucket, key, versionId]
      : [bucket, key, versionId ?? '', 'by hand', idempotencyKey ?? newId()];
  return { name: executionName(key, identity), input: inputOf(bucket, key, versionId) };
}

function inputOf(bucket: string, key: string, versionId: string | undefined): ExecutionInput {
  return { bucket, key, ...(versionId && { versionId }) };
}
