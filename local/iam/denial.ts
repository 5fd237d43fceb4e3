import { AwsError } from '../gateway/aws-error.ts';
import type { Decision, Outcome } from './decision.ts';
import type { Principal, Requirement } from './principal.ts';
import { callerName } from './principal-match.ts';

/** What services call the error; all others `AccessDeniedException`. */
const CODES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['s3', 'sqs', 'sts', 'iam', 'cloudformation'].map((service) => [service, 'AccessDenied'])),
  sns: 'AuthorizationError',
};

/**
 * How services spell their actions, where it is not as in policies: `sqs:sendmessage`
 * (aws/serverless-application-model#3633), `SNS:Publish`.
 */
const SPELLINGS: Readonly<Record<string, (action: string) => string>> = {
  sqs: (action) => action.toLowerCase(),
  sns: (action) => action.replace('sns:', 'SNS:'),
};

/** Services that answer a denial with 400, as the AWS JSON protocol does; REST and query services answer 403. */
const JSON_PROTOCOL = new Set(['dynamodb', 'events', 'kms', 'logs', 'secretsmanager', 'ssm', 'states']);

/**
 * The error that AWS answers for a call that is not allowed, in AWS's words.
 * @param call the call's own action, where it lacks another one besides (`iam:PassRole`): the error is the called service's
 */
export function denial(
  principal: Principal,
  requirement: Requirement,
  decision: Decision,
  call: string = requirement.action,
): AwsError {
  const service = serviceOf(call);
  const action = SPELLINGS[serviceOf(requirement.action)]?.(requirement.action) ?? requirement.action;
  // S3 alone puts the resource in quotes.
  const resource = service === 's3' ? `"${requirement.resource}"` : requirement.resource;
  const who = `User: ${callerName(principal)} is not authorized to perform: ${action}`;
  return new AwsError(
    CODES[service] ?? 'AccessDeniedException',
    `${who} on resource: ${resource} ${reason(decision.outcome, action)}`,
    { status: JSON_PROTOCOL.has(service) ? 400 : 403 },
  );
}

function serviceOf(action: string): string {
  return action.slice(0, action.indexOf(':'));
}

function reason(outcome: Outcome, action: string): string {
  switch (outcome) {
    case 'deniedByIdentityPolicy':
      return 'with an explicit deny in an identity-based policy';
    case 'deniedByResourcePolicy':
      return 'with an explicit deny in a resource-based policy';
    case 'notAllowedByResourcePolicy':
      return `because no resource-based policy allows the ${action} action`;
    default:
      return `because no identity-based policy allows the ${action} action`;
  }
}
