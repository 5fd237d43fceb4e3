import { AwsError } from '../gateway/aws-error.ts';
import type { AwsRequest, AwsResponse } from '../gateway/service.ts';
import type { Requirement } from '../iam/principal.ts';
import { type FunctionReference, parseFunctionReference } from './function-arn.ts';

/** One action of Lambda's REST API. */
export interface LambdaAction {
  requires(request: AwsRequest): Requirement[];
  handle(request: AwsRequest): Promise<AwsResponse> | AwsResponse;
}

/** The function in the path (`/<version>/functions/<name>/…`) and the `Qualifier` parameter. */
export function referenceOf({ path, query }: AwsRequest): FunctionReference {
  return parseFunctionReference(segmentOf(path, 3), query.get('Qualifier') ?? undefined);
}

/** One part of a path, decoded. @throws AwsError `ValidationException` for what is no percent-encoding */
export function segmentOf(path: string, position: number): string {
  const segment = path.split('/')[position] ?? '';
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new AwsError('ValidationException', `'${segment}' in the path is not percent-encoded.`, { cause });
  }
}

export function jsonAnswer(output: object, status = 200): AwsResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(output) };
}

/** The body's members. @throws AwsError `InvalidRequestContentException` */
export function bodyOf({ body }: AwsRequest): Record<string, unknown> {
  const parsed = parseJson(body.toString() || '{}');
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json: it is no object.');
}

/** @throws AwsError `InvalidRequestContentException` */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${problem}`, {
      cause,
    });
  }
}
