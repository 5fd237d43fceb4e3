import { AwsError } from './aws-error.ts';
import type { Protocol } from './identify.ts';
import type { AwsResponse } from './service.ts';
import { escapeXml, xmlElement } from './xml.ts';

/** What the error belongs to. */
export interface FailedRequest {
  protocol: Protocol;
  /** `undefined` when the request was not understood that far. */
  service: string | undefined;
  method: string;
  contentType: string | undefined;
  requestId: string;
}

/** The answer by which SDKs and the CLI recognise `error`, in the protocol of its request. */
export function renderError(error: AwsError, request: FailedRequest): AwsResponse {
  switch (request.protocol) {
    case 'json':
      return renderJson(error, request);
    case 'query':
      return renderQuery(error, request);
    case 'rest-json':
      return renderRestJson(error);
    case 's3':
      return renderS3(error, request);
  }
}

function renderJson(error: AwsError, { service, contentType }: FailedRequest): AwsResponse {
  const version = contentType?.includes('json-1.1') ? '1.1' : '1.0';
  return {
    status: error.status,
    headers: {
      'content-type': `application/x-amz-json-${version}`,
      'x-amzn-errortype': error.code,
      ...(service === 'sqs' && { 'x-amzn-query-error': sqsQueryError(error) }),
    },
    body: JSON.stringify({ __type: error.code, message: error.message, ...error.details }),
  };
}

/** The codes that SQS had before, where they are not the present ones: `awsQueryError` in the API model. */
const OLDER_SQS_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  ...Object.fromEntries(
    [
      'BatchEntryIdsNotDistinct',
      'BatchRequestTooLong',
      'EmptyBatchRequest',
      'InvalidBatchEntryId',
      'MessageNotInflight',
      'PurgeQueueInProgress',
      'QueueDeletedRecently',
      'TooManyEntriesInBatchRequest',
      'UnsupportedOperation',
    ].map((code) => [code, `AWS.SimpleQueueService.${code}`]),
  ),
};

/** SQS moved from the query to the JSON protocol; clients still show the older code where it differs. */
function sqsQueryError({ code, status }: AwsError): string {
  return `${OLDER_SQS_CODES[code] ?? code};${status < 500 ? 'Sender' : 'Receiver'}`;
}

function renderQuery(error: AwsError, { requestId }: FailedRequest): AwsResponse {
  const content = { Type: error.status < 500 ? 'Sender' : 'Receiver', Code: error.code, Message: error.message };
  return {
    status: error.status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse>${xmlElement('Error', content)}${xmlElement('RequestId', requestId)}</ErrorResponse>`,
  };
}

function renderRestJson(error: AwsError): AwsResponse {
  return {
    status: error.status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
    body: JSON.stringify({ Type: error.status < 500 ? 'User' : 'Service', Message: error.message, ...error.details }),
  };
}

function renderS3(error: AwsError, { method, requestId }: FailedRequest): AwsResponse {
  if (method === 'HEAD') return { status: error.status, body: '' };
  const details = Object.entries(error.details).map(([name, value]) => xmlElement(name, value));
  const head = `<Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>`;
  return {
    status: error.status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?><Error>${head}${details.join('')}<RequestId>${requestId}</RequestId></Error>`,
  };
}

/** Anything thrown as an error that may be shown to a caller: what is no `AwsError` stays in the runtime's own log. */
export function presentable(error: unknown, what: string, requestId: string): AwsError {
  if (error instanceof AwsError) return error;
  console.error(`The local runtime failed at ${what} (request ${requestId}):`, error);
  return new AwsError(
    'InternalFailure',
    `The local runtime failed at ${what}; its log says why (request ${requestId}).`,
    {
      status: 500,
      cause: error,
    },
  );
}
