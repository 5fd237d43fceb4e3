import { AwsError } from '../gateway/aws-error.ts';
import { PolicyError } from '../iam/policy.ts';
import { parsePolicyText } from '../iam/policy-text.ts';

/** Checks the attributes that CreateQueue and SetQueueAttributes are about to store. Throws `AwsError` InvalidAttributeValue. */
export function checkQueueAttributes(arn: string, attributes: Readonly<Record<string, unknown>>): void {
  const { Policy } = attributes;
  if (typeof Policy === 'string' && Policy !== '') checkPolicy(arn, Policy);
}

function checkPolicy(arn: string, text: string): void {
  try {
    parsePolicyText(text, `policy of ${arn}`);
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    const message = `Invalid value for the parameter Policy. Reason: ${cause.message}.`;
    throw new AwsError('InvalidAttributeValue', message, { cause });
  }
}
