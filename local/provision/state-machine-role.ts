import { localArn } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { IamModule } from './modules.ts';

/** @throws AwsError as Step Functions answers for a role whose trust policy does not let it in */
export function requireStatesTrust(roleArn: string, name: string, iam: IamModule): void {
  if (iam.trusts(roleArn, 'states.amazonaws.com', localArn('states', `stateMachine:${name}`))) return;
  throw new AwsError(
    'AccessDeniedException',
    `Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role ${roleArn}.`,
  );
}
