import { expect, test } from '@jest/globals';
import { type Answer, Fixture, ROLE } from './fixture.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:machine';
const definitions = ['a', 'b'].map((Cause) => JSON.stringify({ StartAt: 'F', States: { F: { Type: 'Fail', Cause } } }));

/** A machine with the versions 1 and 2, and the alias `live` of the first. */
async function withVersions() {
  const fixture = new Fixture();
  const [first, second] = definitions;
  const create = { name: 'machine', definition: first, roleArn: ROLE, publish: true };
  await fixture.call('CreateStateMachine', create);
  await fixture.call('UpdateStateMachine', { stateMachineArn: MACHINE, definition: second, publish: true });
  const alias = (routingConfiguration: object[], name = 'live') =>
    fixture.call('CreateStateMachineAlias', { name, routingConfiguration });
  await alias([route('1', 100)]);
  return { fixture, alias };
}

const route = (qualifier: string, weight: number) => ({ stateMachineVersionArn: `${MACHINE}:${qualifier}`, weight });

test.each([
  ['an alias', [route('live', 100)]],
  ['the machine', [{ stateMachineVersionArn: MACHINE, weight: 100 }]],
  ['weights below 100', [route('1', 50), route('2', 49)]],
  ['one version twice', [route('1', 50), route('1', 50)]],
  ['versions of two machines', [route('1', 50), { stateMachineVersionArn: `${MACHINE}2:1`, weight: 50 }]],
  ['no version', []],
])('no alias leads to %s', async (_, routes) => {
  const { fixture, alias } = await withVersions();
  await expect(alias(routes, 'other')).rejects.toMatchObject({
    code: 'ValidationException',
    details: { reason: 'INVALID_ROUTING_CONFIGURATION' },
  });
  await fixture.close();
});

test.each([
  [[route('1', 99.5), route('2', 0.5)], 'Member must be an integer'],
  [[route('1', 101), route('2', -1)], 'Member must have value less than or equal to 100'],
  [[route('1', -1), route('2', 101)], 'Member must have value greater than or equal to 0'],
])('weights are whole and from 0 to 100: %j', async (routes, message) => {
  const { fixture, alias } = await withVersions();
  await expect(alias(routes, 'other')).rejects.toThrow(
    `at 'routingConfiguration.1.member.weight' failed to satisfy constraint: ${message}`,
  );
  await fixture.close();
});

test('a version that is not there, and an alias that is not there', async () => {
  const { fixture, alias } = await withVersions();
  const missing = { code: 'ResourceNotFound', details: { resourceName: `${MACHINE}:3` } };
  await expect(alias([route('3', 100)], 'other')).rejects.toMatchObject(missing);
  const describe = fixture.call('DescribeStateMachineAlias', { stateMachineAliasArn: `${MACHINE}:3` });
  await expect(describe).rejects.toMatchObject(missing);
  await fixture.close();
});

test.each(['12', 'a b', 'é', 'a:b'])('the alias name %j is refused', async (name) => {
  const { fixture, alias } = await withVersions();
  await expect(alias([route('1', 100)], name)).rejects.toMatchObject({
    code: 'ValidationException',
    message: expect.stringContaining(
      `Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular`,
    ),
  });
  await fixture.close();
});

test('an update of an alias changes something', async () => {
  const { fixture } = await withVersions();
  const stateMachineAliasArn = `${MACHINE}:live`;
  const update = (members: object) => fixture.call('UpdateStateMachineAlias', { stateMachineAliasArn, ...members });
  await expect(update({})).rejects.toMatchObject({
    code: 'ValidationException',
    details: { reason: 'MISSING_REQUIRED_PARAMETER' },
  });
  await update({ description: '' });
  const routingConfiguration = [route('1', 0), route('2', 100)];
  await update({ routingConfiguration });
  const described = await fixture.call('DescribeStateMachineAlias', { stateMachineAliasArn });
  expect(described).toMatchObject({ description: '', routingConfiguration });
  await fixture.close();
});

test('aliases are listed newest first', async () => {
  const { fixture, alias } = await withVersions();
  for (const name of ['zebra', 'ant']) {
    fixture.clock.advance(1000);
    await alias([route('2', 100)], name);
  }
  const list = (members: object) => fixture.call('ListStateMachineAliases', { stateMachineArn: MACHINE, ...members });
  const names = ({ stateMachineAliases }: Answer) =>
    stateMachineAliases.map(({ stateMachineAliasArn }: Answer) => stateMachineAliasArn.split(':').at(-1));
  const page = await list({ maxResults: 2 });
  expect(names(page)).toEqual(['ant', 'zebra']);
  expect(names(await list({ nextToken: page['nextToken'] }))).toEqual(['live']);
  expect(names(await list({ stateMachineArn: `${MACHINE}:2` }))).toEqual(['ant', 'zebra']);
  await fixture.close();
});

test('the first revision is called INITIAL, and shown nowhere', async () => {
  const fixture = new Fixture();
  const [definition, second] = definitions;
  await fixture.call('CreateStateMachine', { name: 'machine', definition, roleArn: ROLE });
  const call = (action: string, members: object = {}) => fixture.call(action, { stateMachineArn: MACHINE, ...members });
  const publish = (revisionId: string) => call('PublishStateMachineVersion', { revisionId });
  const { executionArn } = await call('StartExecution');
  expect(await call('DescribeStateMachineForExecution', { executionArn })).not.toHaveProperty('revisionId');
  expect(await call('DescribeStateMachine')).not.toHaveProperty('revisionId');
  expect(await publish('INITIAL')).toMatchObject({ stateMachineVersionArn: `${MACHINE}:1` });
  const { revisionId } = await call('UpdateStateMachine', { definition: second });
  await expect(publish('INITIAL')).rejects.toMatchObject({ code: 'ConflictException' });
  expect(await publish(revisionId)).toMatchObject({ stateMachineVersionArn: `${MACHINE}:2` });
  await fixture.close();
});
