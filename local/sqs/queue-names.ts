import { ACCOUNT, localArn } from '../gateway/arn.ts';

/** The name in a queue URL, whatever host and port it was made for. */
export function queueNameOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

export function queueArn(name: string): string {
  return localArn('sqs', name);
}

/** The path-style URL of a queue: SDKs send their requests to its host. */
export function queueUrl(endpoint: string, name: string): string {
  return `${endpoint}/${ACCOUNT}/${name}`;
}
