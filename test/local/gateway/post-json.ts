import type { Gateway } from '../../../local/gateway/gateway.ts';

/** A call of a JSON service past the SDKs, which mend or refuse what they are given. */
export async function postJson(
  gateway: Gateway,
  target: string,
  input: unknown,
  accessKeyId = 'anyone',
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: {
      'x-amz-target': target,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/any/aws4_request`,
    },
    body: JSON.stringify(input),
  });
  return { status: response.status, body: await response.json() };
}
