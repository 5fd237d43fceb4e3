import { AwsError } from '../gateway/aws-error.ts';
import { PolicyError } from '../iam/policy.ts';
import { parsePolicyText } from '../iam/policy-text.ts';
import { entriesOf } from './topic-input.ts';

type Input = Readonly<Record<string, unknown>>;

/** What AWS refuses before it changes anything, by action; fauxqs checks the rest. */
const RULES: Readonly<Record<string, (input: Input) => void>> = {
  CreateTopic: ({ Attributes }) => checkAttributes(entriesOf(Attributes)),
  SetTopicAttributes: ({ AttributeName, AttributeValue }) =>
    checkAttributes({ [String(AttributeName)]: String(AttributeValue ?? '') }),
};

/** Throws `AwsError` InvalidParameter. */
export function checkInput(action: string, input: Input): void {
  RULES[action]?.(input);
}

function checkAttributes({ Policy }: Readonly<Record<string, string>>): void {
  if (!Policy) return;
  try {
    parsePolicyText(Policy, 'policy of the topic');
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    throw new AwsError('InvalidParameter', `Invalid parameter: Policy Reason: ${cause.message}`, { cause });
  }
}
