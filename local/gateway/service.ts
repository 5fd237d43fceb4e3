import type { Principal, Requirement } from '../iam/principal.ts';

/** A request that the gateway has understood: which service and action, by whom. */
export interface AwsRequest {
  /** The service's signing name: `states`, `events`, `sqs`, `sns`, `s3`, `dynamodb`, `lambda`, `secretsmanager`, `logs`, `cloudformation`, `sts`. */
  service: string;
  /** The API action in AWS's spelling: `StartExecution`, `PutObject`. */
  action: string;
  principal: Principal;
  requestId: string;
  method: string;
  /** Path without the query string, percent-encoding untouched. */
  path: string;
  query: URLSearchParams;
  /** Header names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** The members of the input for JSON and query protocols; empty for REST protocols (S3, Lambda). */
  input: Readonly<Record<string, unknown>>;
}

export interface AwsResponse {
  status: number;
  headers?: Record<string, string>;
  body: string | Buffer;
}

/** One AWS service behind the gateway. */
export interface AwsService {
  /** The signing name; see `AwsRequest.service`. */
  readonly name: string;
  /** What the caller must be allowed to do for this request: each entry is checked before `handle` runs. */
  requires(request: AwsRequest): Requirement[];
  handle(request: AwsRequest): Promise<AwsResponse>;
}

/** What an action of a JSON service gets besides its input. */
export interface ActionContext {
  principal: Principal;
  requestId: string;
}

/** One action of a service that speaks AWS's JSON protocol. Adding an action is adding an entry to the service's table. */
export interface JsonAction {
  requires(input: Readonly<Record<string, unknown>>): Requirement[];
  /** Returns the output's members; throws `AwsError`. */
  run(input: Readonly<Record<string, unknown>>, context: ActionContext): Promise<object> | object;
}
