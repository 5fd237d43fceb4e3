/** The one account and region of the local runtime; requests signed for other regions are served all the same. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/** The ARN of a resource of the local account: `localArn('sqs', 'callbacks')`. */
export function localArn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}
