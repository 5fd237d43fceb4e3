import { expect, test } from '@jest/globals';
import { AwsError } from '../../../local/gateway/aws-error.ts';
import { Fixture, OPEN_IAM, ROLE } from './fixture.ts';

const machine = {
  name: 'machine',
  definition: JSON.stringify({ StartAt: 'Only', States: { Only: { Type: 'Succeed' } } }),
  roleArn: ROLE,
  loggingConfiguration: {
    level: 'ALL',
    destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:g:*' } }],
  },
};

/** A Step Functions whose roles lack one permission. */
function lacking(action: string): Fixture {
  const authorize: typeof OPEN_IAM.authorize = (principal, requirements) => {
    if (principal.kind === 'role' && requirements.some((needed) => needed.action === action))
      throw new AwsError('AccessDeniedException', `no ${action} for ${principal.roleArn}`);
  };
  return new Fixture({ iam: { ...OPEN_IAM, authorize } });
}

test.each([
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
])('a machine that logs needs a role that may %s', async (action) => {
  const fixture = lacking(action);
  await expect(fixture.call('CreateStateMachine', machine)).rejects.toMatchObject({
    code: 'AccessDeniedException',
    message: `The state machine IAM Role is not authorized to access the Log Destination (no ${action} for ${ROLE})`,
  });
  await fixture.close();
});

test('a machine that logs nothing needs none of them', async () => {
  const fixture = lacking('logs:CreateLogDelivery');
  const silent = { ...machine, loggingConfiguration: { level: 'OFF' } };
  await expect(fixture.call('CreateStateMachine', silent)).resolves.toMatchObject({
    stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:machine',
  });
  await fixture.close();
});
