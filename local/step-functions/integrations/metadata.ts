import { randomUUID } from 'node:crypto';
import { traceRoot } from '../../gateway/trace-root.ts';
import type { JsonObject } from '../json.ts';

/** What optimized integrations show of the HTTP exchange, beside the service's answer. */
export function responseMetadata(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  requestId: string = randomUUID(),
): JsonObject {
  const all = {
    ...headers,
    'x-amzn-RequestId': requestId,
    Date: new Date().toUTCString(),
    'X-Amzn-Trace-Id': `${traceRoot(Date.now()).toLowerCase()};sampled=0`,
  };
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
      HttpHeaders: all,
      HttpStatusCode: status,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
