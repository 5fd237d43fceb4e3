import { expect, test } from '@jest/globals';
import { LOCAL_ADMIN_ROLE_ARN, RoleRegistry } from '../../../local/iam/role-registry.ts';
import { Fixture } from './fixture.ts';

const trusting = (name: string, service: string) => ({
  name,
  arn: `arn:aws:iam::000000000000:role/${name}`,
  assumeRolePolicy: {
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  },
});

const definition = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'P',
  States: { P: { Type: 'Pass', End: true } },
});

function fixture() {
  const iam = new RoleRegistry({ clock: { now: () => 0 } });
  iam.putRole(trusting('of-states', 'states.amazonaws.com'));
  iam.putRole(trusting('of-lambda', 'lambda.amazonaws.com'));
  return new Fixture({ iam });
}

test.each(['arn:aws:iam::000000000000:role/of-states', LOCAL_ADMIN_ROLE_ARN])(
  'a machine may have the role %s',
  async (roleArn) => {
    const local = fixture();
    expect(await local.call('CreateStateMachine', { name: 'm', definition, roleArn })).toHaveProperty(
      'stateMachineArn',
    );
    await local.close();
  },
);

test.each([
  ['that is not there', 'arn:aws:iam::000000000000:role/nope', 'AccessDeniedException'],
  ['that trusts another service', 'arn:aws:iam::000000000000:role/of-lambda', 'AccessDeniedException'],
  ['that is no ARN', 'of-states', 'InvalidArn'],
])('a machine may not have a role %s', async (_, roleArn, code) => {
  const local = fixture();
  const refusal = { code, message: expect.stringContaining(roleArn) };
  await expect(local.call('CreateStateMachine', { name: 'm', definition, roleArn })).rejects.toMatchObject(refusal);
  const { stateMachineArn } = await local.call('CreateStateMachine', {
    name: 'm',
    definition,
    roleArn: LOCAL_ADMIN_ROLE_ARN,
  });
  await expect(local.call('UpdateStateMachine', { stateMachineArn, roleArn })).rejects.toMatchObject(refusal);
  await local.close();
});
