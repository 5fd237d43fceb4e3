import { AwsError } from '../gateway/aws-error.ts';
import type { Iam, Requirement } from '../iam/principal.ts';

/** What Step Functions does, as the machine's role, to deliver its log. None of these has a resource to name. */
export const LOG_DELIVERY: readonly Requirement[] = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
].map((action) => ({ action, resource: '*' }));

/**
 * A machine that writes a log needs a role that may set up the delivery.
 * @throws AwsError as Step Functions answers when the machine is created
 */
export function requireLogDelivery(roleArn: string, iam: Pick<Iam, 'authorize'>): void {
  try {
    iam.authorize({ kind: 'role', roleArn, sessionName: 'log-delivery' }, LOG_DELIVERY);
  } catch (cause) {
    const detail = cause instanceof AwsError ? ` (${cause.message})` : '';
    throw new AwsError(
      'AccessDeniedException',
      `The state machine IAM Role is not authorized to access the Log Destination${detail}`,
      { cause },
    );
  }
}
