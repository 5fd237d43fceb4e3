import { localArn } from '../gateway/arn.ts';
import type { Iam } from '../iam/principal.ts';
import type { ApiRequest } from './api-request.ts';
import type { Signer } from './payload.ts';

/**
 * Who signed a request for a route with IAM authorization. Undefined when nobody did, or when the signer may not
 * `execute-api:Invoke` this method and path: both are answered with 403.
 */
export function authorizedSigner(iam: Iam, request: ApiRequest): Signer | undefined {
  const accessKeyId = accessKeyOf(request);
  if (accessKeyId === undefined) return undefined;
  const principal = iam.principalOf(accessKeyId);
  const { apiId, stage, method, routePath } = request;
  const resource = localArn('execute-api', `${apiId}/${stage}/${method}${routePath}`);
  try {
    iam.authorize(principal, [{ action: 'execute-api:Invoke', resource }]);
    return { principal, accessKeyId };
  } catch {
    return undefined; // the client learns no more than on AWS
  }
}

function accessKeyOf({ headers, rawQuery }: ApiRequest): string | undefined {
  const [, inHeader] = /^AWS4-HMAC-SHA256 .*Credential=([^/,\s]+)\//.exec(headers['authorization'] ?? '') ?? [];
  return inHeader ?? new URLSearchParams(rawQuery).get('X-Amz-Credential')?.split('/')[0];
}
