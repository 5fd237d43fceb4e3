import { AwsError } from '../gateway/aws-error.ts';

type Wording = readonly [code: string, status: number, message: string];

const RATE: Wording = ['ThrottlingException', 400, 'Rate exceeded'];

/** How services refuse a call that comes too fast, where it is not `ThrottlingException`. Source: their API references. */
const THROTTLES: Readonly<Record<string, Wording>> = {
  cloudformation: ['Throttling', 400, 'Rate exceeded'],
  dynamodb: [
    'ProvisionedThroughputExceededException',
    400,
    'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
  ],
  'execute-api': ['TooManyRequestsException', 429, 'Too Many Requests'],
  lambda: ['TooManyRequestsException', 429, 'Rate Exceeded.'],
  s3: ['SlowDown', 503, 'Please reduce your request rate.'],
  sns: ['Throttled', 429, 'Rate exceeded'],
  sqs: ['RequestThrottled', 400, 'The request was denied due to request throttling.'],
  sts: ['Throttling', 400, 'Rate exceeded'],
};

const FAILURE: Wording = ['InternalFailure', 500, 'The request processing has failed because of an unknown error.'];

/** How services fail by themselves, where it is not `InternalFailure`. */
const FAILURES: Readonly<Record<string, Wording>> = {
  dynamodb: ['InternalServerError', 500, 'Internal server error'],
  events: ['InternalException', 500, 'This exception occurs due to unexpected causes.'],
  'execute-api': ['ServiceUnavailable', 503, 'Service Unavailable'],
  lambda: ['ServiceException', 500, 'An error occurred and the request cannot be processed.'],
  logs: ['ServiceUnavailableException', 500, 'The service cannot complete the request.'],
  s3: ['InternalError', 500, 'We encountered an internal error. Please try again.'],
  secretsmanager: ['InternalServiceError', 500, 'An error occurred on the server side.'],
  sns: ['InternalError', 500, 'Internal server error.'],
};

/** The error of a service that throttles. */
export function throttleError(service: string): AwsError {
  return errorOf(THROTTLES[service] ?? RATE, service === 'lambda' ? { Reason: 'CallerRateLimitExceeded' } : {});
}

/** The error of a service that fails, with another code or status if wanted. */
export function serviceError(service: string, wanted: { code?: string | undefined; status?: number | undefined }) {
  const [code, status, message] = FAILURES[service] ?? FAILURE;
  return errorOf([wanted.code ?? code, wanted.status ?? status, message], {});
}

function errorOf([code, status, message]: Wording, details: Record<string, unknown>): AwsError {
  return new AwsError(code, message, { status, details });
}
