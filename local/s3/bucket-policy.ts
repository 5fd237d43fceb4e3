import { AwsError } from '../gateway/aws-error.ts';
import { PolicyError } from '../iam/policy.ts';
import type { BucketStore } from './bucket-store.ts';

/** Elements without which S3 takes no statement, each with the one that may stand for it. */
const REQUIRED = [
  ['Effect'],
  ['Principal', 'NotPrincipal'],
  ['Action', 'NotAction'],
  ['Resource', 'NotResource'],
] as const;

export interface BucketPoliciesOptions {
  buckets: BucketStore;
  /** Tells IAM a bucket's policy; undefined takes it away. Throws `PolicyError`, and then keeps the one before. */
  putResourcePolicy: (arn: string, document: unknown) => void;
}

/** The policies of buckets. One is stored only after IAM has taken it. */
export class BucketPolicies {
  readonly #options: BucketPoliciesOptions;

  constructor(options: BucketPoliciesOptions) {
    this.#options = options;
  }

  /** @param text as a caller sent it; undefined takes the policy away. Throws `AwsError` NoSuchBucket, MalformedPolicy. */
  put(bucket: string, text: string | undefined): void {
    try {
      this.set(bucket, text === undefined ? undefined : parse(text), text);
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      throw malformed(`The local runtime cannot evaluate this policy: ${error.message}`, error);
    }
  }

  /** Throws `AwsError` NoSuchBucket; `PolicyError` */
  set(bucket: string, document: object | undefined, text = document && JSON.stringify(document)): void {
    this.#options.buckets.settings(bucket);
    this.#options.putResourcePolicy(`arn:aws:s3:::${bucket}`, document);
    this.#options.buckets.putDocument(bucket, 'BucketPolicy', text);
  }

  /** Tells IAM the policies of a database. One that cannot be evaluated is taken away, with a line on standard error. */
  restore(): void {
    for (const { name } of this.#options.buckets.list()) {
      const text = this.#options.buckets.settings(name).documents['BucketPolicy'];
      try {
        if (text !== undefined) this.put(name, text);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        console.error(`The policy of the bucket ${name} is taken away: ${error.message}`);
        this.put(name, undefined);
      }
    }
  }
}

function parse(text: string): object {
  const document = parseObject(text);
  const required = (element: string) => malformed(`Missing required field ${element}`);
  if (!('Statement' in document)) throw required('Statement');
  for (const statement of [document.Statement].flat()) {
    if (typeof statement !== 'object' || statement === null) throw malformed('Statement is of invalid type');
    const missing = REQUIRED.find((names) => !names.some((name) => name in statement));
    if (missing) throw required(missing[0]);
  }
  return document;
}

function parseObject(text: string): object {
  if (!text.startsWith('{')) throw malformed("Policies must be valid JSON and the first byte must be '{'");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed('This policy contains invalid Json', error);
  }
}

const malformed = (message: string, cause?: unknown) => new AwsError('MalformedPolicy', message, { cause });
