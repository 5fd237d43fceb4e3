import { ACCOUNT } from '../gateway/arn.ts';
import type { ApiRequest } from './api-request.ts';
import { commonLogTime, domainName } from './payload.ts';

/** What an access log line can say about a request. */
export interface AccessRecord {
  request: ApiRequest;
  routeKey: string | undefined;
  status: number;
  responseLength: number;
  /** Milliseconds. */
  latency: number;
  integrationLatency?: number;
  integrationStatus?: number;
  integrationError?: string;
  error?: string;
}

/** Fills the `$context` variables of an access log format. A variable without a value gives `-`. */
export function accessLogLine(format: string, record: AccessRecord): string {
  const values = contextOf(record);
  return format.replace(/\$context\.([A-Za-z][\w.]*)/g, (_, name: string) => String(values[name] ?? '-'));
}

function contextOf(record: AccessRecord): Readonly<Record<string, string | number | undefined>> {
  const { request } = record;
  return {
    accountId: ACCOUNT,
    apiId: request.apiId,
    domainName: domainName(request.apiId),
    domainPrefix: request.apiId,
    'error.message': record.error,
    'error.messageString': record.error === undefined ? undefined : JSON.stringify(record.error),
    extendedRequestId: request.requestId,
    httpMethod: request.method,
    'identity.sourceIp': request.sourceIp,
    'identity.userAgent': request.headers['user-agent'],
    'integration.error': record.integrationError,
    'integration.integrationStatus': record.integrationStatus,
    'integration.latency': record.integrationLatency,
    'integration.requestId': undefined,
    'integration.status': record.integrationStatus,
    integrationErrorMessage: record.integrationError,
    integrationLatency: record.integrationLatency,
    integrationStatus: record.integrationStatus,
    path: request.sentPath, // decoded it could hold quotes and line ends
    protocol: request.protocol,
    requestId: request.requestId,
    requestTime: commonLogTime(request.time),
    requestTimeEpoch: request.time,
    responseLatency: record.latency,
    responseLength: record.responseLength,
    routeKey: record.routeKey,
    stage: request.stage,
    status: record.status,
  };
}
