import { beforeEach, describe, expect, test } from '@jest/globals';
import { AwsError } from '../../../local/gateway/aws-error.ts';
import type { Principal } from '../../../local/iam/principal.ts';
import { LOCAL_ADMIN_ROLE_ARN, RoleRegistry } from '../../../local/iam/role-registry.ts';

const ROLE = 'arn:aws:iam::000000000000:role/app';
const app: Principal = { kind: 'role', roleArn: ROLE, sessionName: 'relay' };
const admin: Principal = { kind: 'admin', arn: 'arn:aws:iam::000000000000:user/local-admin' };
const trusting = (Principal: unknown) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
});

let iam: RoleRegistry;

beforeEach(() => {
  iam = new RoleRegistry({ clock: { now: () => 0 } });
  iam.putRole({ name: 'app', arn: ROLE, assumeRolePolicy: trusting({ Service: 'lambda.amazonaws.com' }) });
});

function denied(action: string, resource: string, principal: Principal = app): AwsError {
  try {
    iam.authorize(principal, [{ action, resource }]);
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
  throw new Error(`${action} was allowed`);
}

describe('access keys', () => {
  test('tell role and session, and are the same after a restart', () => {
    const key = iam.accessKeyOf(ROLE, 'relay');
    expect(key.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(iam.principalOf(key.accessKeyId)).toEqual({ kind: 'role', roleArn: ROLE, sessionName: 'relay' });
    expect(new RoleRegistry({ clock: { now: () => 0 } }).accessKeyOf(ROLE, 'relay')).toEqual(key);
  });

  test('a key that was issued before a restart still belongs to its role', () => {
    const { accessKeyId } = new RoleRegistry({ clock: { now: () => 0 } }).accessKeyOf(ROLE, 'relay');
    expect(iam.principalOf(accessKeyId)).toMatchObject({ kind: 'role', roleArn: ROLE });
  });

  test('the key of a role that is not there is not the admin’s', () => {
    const { accessKeyId } = iam.accessKeyOf('arn:aws:iam::000000000000:role/gone', 'relay');
    const principal = iam.principalOf(accessKeyId);
    expect(principal).toMatchObject({ kind: 'role' });
    expect(denied('sqs:CreateQueue', '*', principal)).toMatchObject({ code: 'AccessDenied' });
  });

  test.each([undefined, 'test', 'AKIAIOSFODNN7EXAMPLE'])('%s is the admin', (accessKeyId) => {
    expect(iam.principalOf(accessKeyId)).toEqual(admin);
  });
});

describe('denials are in AWS’s words', () => {
  test('no policy allows it', () => {
    const error = denied('sqs:SendMessage', 'arn:aws:sqs:us-east-1:000000000000:callbacks');
    expect(error).toMatchObject({ code: 'AccessDenied', status: 403 });
    expect(error.message).toBe(
      'User: arn:aws:sts::000000000000:assumed-role/app/relay is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:us-east-1:000000000000:callbacks because no identity-based policy allows the sqs:sendmessage action',
    );
  });

  test('an explicit deny', () => {
    iam.attachPolicy('app', 'p', { Statement: { Effect: 'Deny', Action: 'states:*', Resource: '*' } });
    const error = denied('states:StartExecution', 'arn:aws:states:us-east-1:000000000000:stateMachine:gate');
    expect(error).toMatchObject({ code: 'AccessDeniedException', status: 400 });
    expect(error.message).toContain('gate with an explicit deny in an identity-based policy');
  });

  test('a service that no resource policy lets in', () => {
    const principal: Principal = {
      kind: 'service',
      service: 'events.amazonaws.com',
      sourceArn: 'arn:aws:events:::rule/r',
    };
    const error = denied('lambda:InvokeFunction', 'arn:aws:lambda:us-east-1:000000000000:function:f', principal);
    expect(error).toMatchObject({ code: 'AccessDeniedException', status: 403 });
    expect(error.message).toBe(
      'User: events.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:f because no resource-based policy allows the lambda:InvokeFunction action',
    );
  });

  test('S3 puts the resource in quotes', () => {
    expect(denied('s3:GetObject', 'arn:aws:s3:::files/a.json').message).toContain(
      'on resource: "arn:aws:s3:::files/a.json" because',
    );
  });
});

describe('what cannot be evaluated is an error that names policy, statement and role', () => {
  const attach = (statement: object) => () => {
    iam.attachPolicy('app', 'ReadQueue', {
      Version: '2012-10-17',
      Statement: [{ Sid: 'One', Effect: 'Allow', Action: 'sqs:*', Resource: '*', ...statement }],
    });
  };

  test.each([
    [{ Condition: { StringMatches: { 'aws:PrincipalArn': 'x' } } }, 'condition operator StringMatches is not known'],
    [{ Condition: { StringEquals: { 'aws:PrincipleArn': 'x' } } }, 'condition key aws:principlearn is not known'],
    [{ Condition: { NumericEquals: { 'sqs:n': 'ten' } } }, '"ten" is no value for NumericEquals'],
    [{ Principal: '*' }, 'an identity policy has no Principal'],
    [{ Resource: undefined }, 'needs exactly one of Resource, NotResource'],
    [{ NotAction: 's3:*' }, 'needs exactly one of Action, NotAction'],
    [{ Action: 'SendMessage' }, '"SendMessage" is no action'],
  ])('%j', (statement, problem) => {
    expect(attach(statement)).toThrow(`statement 1 (Sid One) of policy ReadQueue of role app: ${problem}`);
  });

  test('an element that is not known', () => {
    expect(attach({ Actions: 'sqs:*' })).toThrow(
      'policy ReadQueue of role app: Statement[0]: Unrecognized key: "Actions"',
    );
  });

  test('a managed policy that is not known', () => {
    const managedPolicyArns = ['arn:aws:iam::aws:policy/AdministratorAccess'];
    expect(() => iam.putRole({ name: 'r', arn: ROLE, assumeRolePolicy: trusting('*'), managedPolicyArns })).toThrow(
      'role r: managed policy arn:aws:iam::aws:policy/AdministratorAccess is not known here; add it to local/iam/managed-policies.ts',
    );
  });

  test('a role that is not there', () => {
    expect(() => iam.attachPolicy('nobody', 'p', { Statement: [] })).toThrow(
      'The role with name nobody cannot be found.',
    );
  });
});

describe('managed policies', () => {
  test('AWS’s own', () => {
    const managedPolicyArns = ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'];
    iam.putRole({ name: 'app', arn: ROLE, assumeRolePolicy: trusting('*'), managedPolicyArns });
    expect(() => iam.authorize(app, [{ action: 'logs:PutLogEvents', resource: '*' }])).not.toThrow();
    expect(denied('logs:DeleteLogGroup', '*').code).toBe('AccessDeniedException');
  });

  test('a stack’s own', () => {
    const arn = 'arn:aws:iam::000000000000:policy/Readers';
    iam.putManagedPolicy(arn, { Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } });
    iam.putRole({ name: 'app', arn: ROLE, assumeRolePolicy: trusting('*'), managedPolicyArns: [arn] });
    expect(() => iam.authorize(app, [{ action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' }])).not.toThrow();
  });
});

describe('assuming a role', () => {
  const PEOPLE = 'arn:aws:iam::000000000000:role/people';

  test('the trust policy decides, not the caller’s policies alone', () => {
    iam.attachPolicy('app', 'p', { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' } });
    iam.putRole({ name: 'people', arn: PEOPLE, assumeRolePolicy: trusting({ Service: 'lambda.amazonaws.com' }) });
    expect(() => iam.assumeRole(app, PEOPLE, 'me')).toThrow(
      `User: arn:aws:sts::000000000000:assumed-role/app/relay is not authorized to perform: sts:AssumeRole on resource: ${PEOPLE}`,
    );
    iam.putRole({ name: 'people', arn: PEOPLE, assumeRolePolicy: trusting({ AWS: 'arn:aws:iam::000000000000:root' }) });
    const { accessKeyId } = iam.assumeRole(app, PEOPLE, 'me');
    expect(iam.principalOf(accessKeyId)).toEqual({ kind: 'role', roleArn: PEOPLE, sessionName: 'me' });
  });

  test('a trusted account needs a policy of the caller’s own; a trusted role does not', () => {
    iam.putRole({ name: 'people', arn: PEOPLE, assumeRolePolicy: trusting({ AWS: '000000000000' }) });
    expect(() => iam.assumeRole(app, PEOPLE, 'me')).toThrow('not authorized to perform: sts:AssumeRole');
    iam.putRole({ name: 'people', arn: PEOPLE, assumeRolePolicy: trusting({ AWS: ROLE }) });
    expect(() => iam.assumeRole(app, PEOPLE, 'me')).not.toThrow();
  });

  test('the admin needs a role that trusts the account, and no one assumes a role that is not there', () => {
    expect(() => iam.assumeRole(admin, ROLE, 'me')).toThrow(
      `User: arn:aws:iam::000000000000:user/local-admin is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
    );
    iam.putRole({ name: 'people', arn: PEOPLE, assumeRolePolicy: trusting({ AWS: '000000000000' }) });
    expect(() => iam.assumeRole(admin, PEOPLE, 'me')).not.toThrow();
    expect(() => iam.assumeRole(admin, `${PEOPLE}x`, 'me')).toThrow('sts:AssumeRole');
  });

  test('services', () => {
    const source = 'arn:aws:lambda:us-east-1:000000000000:function:f';
    expect(iam.trusts(ROLE, 'lambda.amazonaws.com', source)).toBe(true);
    expect(iam.trusts(ROLE, 'states.amazonaws.com', source)).toBe(false);
    expect(iam.trusts(LOCAL_ADMIN_ROLE_ARN, 'states.amazonaws.com', source)).toBe(true);
  });
});
