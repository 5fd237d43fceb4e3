// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of templates and policies look like that
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Principal, Requirement } from '../../../local/iam/principal.ts';
import { RoleRegistry } from '../../../local/iam/role-registry.ts';

const ROLE = 'arn:aws:iam::000000000000:role/app';
const app: Principal = { kind: 'role', roleArn: ROLE, sessionName: 'worker' };
const rule: Principal = {
  kind: 'service',
  service: 'events.amazonaws.com',
  sourceArn: 'arn:aws:events:us-east-1:000000000000:rule/uploads',
};
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:callbacks';
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

let iam: RoleRegistry;

beforeEach(() => {
  iam = new RoleRegistry({ clock: { now: () => Date.parse('2026-03-01T12:00:00Z') } });
  withPolicy();
});

function withPolicy(...statements: object[]): void {
  const everything = statements.map((statement) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...statement }));
  const inlinePolicies = everything.length > 0 ? { own: { Version: '2012-10-17', Statement: everything } } : {};
  iam.putRole({ name: 'app', arn: ROLE, assumeRolePolicy: trust, inlinePolicies });
}

function outcome(requirement: Partial<Requirement> = {}, principal: Principal = app): string {
  return iam.decide(principal, { action: 'sqs:SendMessage', resource: QUEUE, ...requirement }).outcome;
}

function allows(requirement: Partial<Requirement> = {}, principal: Principal = app): boolean {
  return outcome(requirement, principal) === 'allowed';
}

/** Whether a condition on everything holds for a request with these keys. */
function holds(condition: object, context: Record<string, string | string[]> = {}): boolean {
  withPolicy({ Condition: condition });
  return allows({ context });
}

describe('actions and resources', () => {
  test('a role without policies may do nothing', () => {
    expect(outcome()).toBe('notAllowedByIdentityPolicy');
  });

  test('actions match without regard to case, with wildcards', () => {
    withPolicy({ Action: ['sqs:send*'] });
    expect(allows({ action: 'sqs:SendMessage' })).toBe(true);
    expect(allows({ action: 'sqs:ReceiveMessage' })).toBe(false);
    expect(allows({ action: 'sns:SendMessage' })).toBe(false);
  });

  test('NotAction and NotResource are everything else', () => {
    withPolicy({ Action: undefined, NotAction: 'iam:*' });
    expect([allows(), allows({ action: 'iam:PassRole' })]).toEqual([true, false]);
    withPolicy({ Resource: undefined, NotResource: `${QUEUE}-dlq` });
    expect([allows(), allows({ resource: `${QUEUE}-dlq` })]).toEqual([true, false]);
  });

  test('a wildcard does not reach over the first five colons of an ARN, but over those of its last part', () => {
    withPolicy({ Resource: 'arn:aws:s*:us-east-1:000000000000:callbacks' });
    expect(allows()).toBe(true);
    withPolicy({ Resource: 'arn:aws:sqs:*:callbacks' });
    expect(allows()).toBe(false);
    withPolicy({ Resource: 'arn:aws:states:us-east-1:000000000000:execution:*' });
    expect(allows({ resource: 'arn:aws:states:us-east-1:000000000000:execution:gate:run-1' })).toBe(true);
  });

  test('policy variables stand for values of the request, in which a * is no wildcard', () => {
    withPolicy({ Resource: ['arn:aws:s3:::inbox/${aws:PrincipalTag/team}/*', "arn:aws:s3:::${aws:username, 'none'}"] });
    expect(allows({ resource: 'arn:aws:s3:::inbox/red/a' })).toBe(false);
    iam.putRole({
      name: 'app',
      arn: ROLE,
      assumeRolePolicy: trust,
      tags: { team: 'r*' },
      inlinePolicies: {
        own: {
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::inbox/${aws:PrincipalTag/team}/*' },
        },
      },
    });
    expect(allows({ action: 's3:GetObject', resource: 'arn:aws:s3:::inbox/r*/a' })).toBe(true);
    expect(allows({ action: 's3:GetObject', resource: 'arn:aws:s3:::inbox/red/a' })).toBe(false);
  });

  test('policies of the old version have no variables', () => {
    const statement = { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::b/${aws:userid}' };
    iam.attachPolicy('app', 'old', { Statement: statement });
    expect(allows({ action: 's3:GetObject', resource: 'arn:aws:s3:::b/app:worker' })).toBe(false);
    expect(allows({ action: 's3:GetObject', resource: 'arn:aws:s3:::b/${aws:userid}' })).toBe(true);
  });
});

describe('who decides', () => {
  const resourcePolicy = (statement: object) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE, ...statement }],
  });

  test.each([
    ['the role', { AWS: ROLE }, 'allowed'],
    ['its session', { AWS: 'arn:aws:sts::000000000000:assumed-role/app/worker' }, 'allowed'],
    ['another session', { AWS: 'arn:aws:sts::000000000000:assumed-role/app/other' }, 'notAllowedByIdentityPolicy'],
    ['everyone', '*', 'allowed'],
    ['only the account', { AWS: 'arn:aws:iam::000000000000:root' }, 'notAllowedByIdentityPolicy'],
    ['a service', { Service: 'events.amazonaws.com' }, 'notAllowedByIdentityPolicy'],
  ])('a resource policy that names %s', (_, Principal, expected) => {
    iam.putResourcePolicy(QUEUE, resourcePolicy({ Principal }));
    expect(outcome()).toBe(expected);
  });

  test('a service gets in by a resource policy only, and its conditions hold', () => {
    expect(outcome({}, rule)).toBe('notAllowedByResourcePolicy');
    const Condition = { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:us-east-1:000000000000:rule/uploads' } };
    iam.putResourcePolicy(QUEUE, resourcePolicy({ Principal: { Service: 'events.amazonaws.com' }, Condition }));
    expect(outcome({}, rule)).toBe('allowed');
    expect(outcome({}, { ...rule, sourceArn: 'arn:aws:events:us-east-1:000000000000:rule/other' })).toBe(
      'notAllowedByResourcePolicy',
    );
  });

  test('a bucket policy speaks for the objects', () => {
    const policy = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::files/public/*' };
    iam.putResourcePolicy('arn:aws:s3:::files', { Version: '2012-10-17', Statement: policy });
    expect(allows({ action: 's3:GetObject', resource: 'arn:aws:s3:::files/public/a:b/c' })).toBe(true);
    expect(allows({ action: 's3:GetObject', resource: 'arn:aws:s3:::files/private' })).toBe(false);
  });

  test('an explicit deny wins, and tells which policy it is in', () => {
    withPolicy({}, { Effect: 'Deny', Action: 'sqs:SendMessage' });
    expect(outcome()).toBe('deniedByIdentityPolicy');
    withPolicy({});
    iam.putResourcePolicy(QUEUE, resourcePolicy({ Effect: 'Deny', Principal: '*' }));
    expect(outcome()).toBe('deniedByResourcePolicy');
    iam.putResourcePolicy(QUEUE, undefined);
    expect(outcome()).toBe('allowed');
  });

  test('NotPrincipal in a deny spares whom it names', () => {
    withPolicy({});
    iam.putResourcePolicy(QUEUE, resourcePolicy({ Effect: 'Deny', NotPrincipal: { AWS: ROLE } }));
    expect(outcome()).toBe('allowed');
    expect(outcome({}, rule)).toBe('deniedByResourcePolicy');
  });

  test('the local admin may do everything', () => {
    iam.putResourcePolicy(QUEUE, resourcePolicy({ Effect: 'Deny', Principal: '*' }));
    const admin: Principal = { kind: 'admin', arn: 'arn:aws:iam::000000000000:user/local-admin' };
    expect(() => iam.authorize(admin, [{ action: 'sqs:SendMessage', resource: QUEUE }])).not.toThrow();
  });

  test('property: a deny is never overruled, whatever else is allowed', () => {
    const action = fc.constantFrom('sqs:SendMessage', 'sqs:*', '*', 'sqs:Send?essage');
    fc.assert(
      fc.property(fc.array(action), action, fc.nat(5), (allowed, denied, position) => {
        const statements: object[] = allowed.map((Action) => ({ Action }));
        statements.splice(position, 0, { Effect: 'Deny', Action: denied });
        withPolicy(...statements);
        return outcome() === 'deniedByIdentityPolicy';
      }),
    );
  });

  test('property: what is allowed is named by a pattern of some statement', () => {
    const name = fc.stringMatching(/^[a-z]{1,6}$/);
    fc.assert(
      fc.property(fc.array(name), name, (prefixes, queue) => {
        withPolicy(...prefixes.map((prefix) => ({ Resource: `arn:aws:sqs:us-east-1:000000000000:${prefix}*` })));
        const expected = prefixes.some((prefix) => queue.startsWith(prefix));
        return allows({ resource: `arn:aws:sqs:us-east-1:000000000000:${queue}` }) === expected;
      }),
    );
  });
});

describe('conditions', () => {
  const key = 'sqs:color';

  test.each([
    ['StringEquals', 'red', true],
    ['StringEquals', 'RED', false],
    ['StringEqualsIgnoreCase', 'RED', true],
    ['StringNotEquals', 'red', false],
    ['StringNotEqualsIgnoreCase', 'RED', false],
    ['StringLike', 'r?d', true],
    ['StringLike', 'b*', false],
    ['StringNotLike', 'r*', false],
    ['BinaryEquals', 'red', true],
  ])('%s %s against red', (operator, value, expected) => {
    expect(holds({ [operator]: { [key]: value } }, { [key]: 'red' })).toBe(expected);
  });

  test.each([
    ['NumericEquals', '10', true],
    ['NumericNotEquals', '10', false],
    ['NumericLessThan', 10.5, true],
    ['NumericLessThan', 10, false],
    ['NumericLessThanEquals', 10, true],
    ['NumericGreaterThan', 10, false],
    ['NumericGreaterThanEquals', '10', true],
  ])('%s %s against 10', (operator, value, expected) => {
    expect(holds({ [operator]: { [key]: value } }, { [key]: '10' })).toBe(expected);
  });

  test.each([
    ['DateLessThan', '2026-03-01T12:00:01Z', true],
    ['DateGreaterThan', '2026-03-01T12:00:01Z', false],
    ['DateEquals', '2026-03-01T12:00:00Z', true],
    ['DateGreaterThanEquals', '1772366400', true],
  ])('%s %s against the clock', (operator, value, expected) => {
    expect(holds({ [operator]: { 'aws:CurrentTime': value } })).toBe(expected);
  });

  test.each([
    ['IpAddress', '10.0.0.0/8', true],
    ['IpAddress', '10.1.2.3', true],
    ['IpAddress', '2001:db8::/32', false],
    ['NotIpAddress', '10.0.0.0/8', false],
  ])('%s %s against 10.1.2.3', (operator, value, expected) => {
    expect(holds({ [operator]: { [key]: value } }, { [key]: '10.1.2.3' })).toBe(expected);
  });

  test('a key that is not there: only negated operators and …IfExists hold', () => {
    expect(holds({ StringEquals: { [key]: 'red' } })).toBe(false);
    expect(holds({ StringNotEquals: { [key]: 'red' } })).toBe(true);
    expect(holds({ StringEqualsIfExists: { [key]: 'red' } })).toBe(true);
    expect(holds({ StringEqualsIfExists: { [key]: 'red' } }, { [key]: 'blue' })).toBe(false);
    expect(holds({ Null: { [key]: 'true' } })).toBe(true);
    expect(holds({ Null: { [key]: false } })).toBe(false);
    expect(holds({ Null: { [key]: 'false' } }, { [key]: 'red' })).toBe(true);
  });

  test('several values', () => {
    const all = { 'ForAllValues:StringEquals': { [key]: ['red', 'blue'] } };
    const any = { 'ForAnyValue:StringLike': { [key]: ['r*', 'blue'] } };
    expect(holds(all, { [key]: ['red', 'blue'] })).toBe(true);
    expect(holds(all, { [key]: ['red', 'green'] })).toBe(false);
    expect(holds(all)).toBe(true);
    expect(holds(any, { [key]: ['green', 'red'] })).toBe(true);
    expect(holds(any, { [key]: ['green'] })).toBe(false);
    expect(holds(any)).toBe(false);
  });

  test('all operators and keys of a condition must hold', () => {
    const condition = { StringEquals: { [key]: 'red' }, Bool: { 'aws:SecureTransport': 'true' } };
    expect(holds(condition, { [key]: 'red' })).toBe(true);
    expect(holds(condition, { [key]: 'blue' })).toBe(false);
    expect(holds({ Bool: { 'aws:SecureTransport': 'false' } })).toBe(false);
  });

  test('global keys', () => {
    expect(
      holds({ StringEquals: { 'aws:RequestedRegion': 'us-east-1', 'aws:PrincipalAccount': '000000000000' } }),
    ).toBe(true);
    expect(holds({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/a*' } })).toBe(true);
    expect(holds({ StringEquals: { 'aws:ResourceAccount': '${aws:PrincipalAccount}' } })).toBe(true);
  });

  test('a decision that depends on the request is made each time', () => {
    withPolicy({ Condition: { StringEquals: { [key]: 'red' } } });
    expect(allows({ context: { [key]: 'red' } })).toBe(true);
    expect(allows({ context: { [key]: 'blue' } })).toBe(false);
  });
});
