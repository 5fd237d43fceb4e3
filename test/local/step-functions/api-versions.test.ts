import { expect, test } from '@jest/globals';
import { Fixture, ROLE } from './fixture.ts';

const definition = JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Succeed' } } });
const changed = JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Fail' } } });
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:machine';
const ALREADY_EXISTS = { code: 'StateMachineAlreadyExists', message: `State Machine Already Exists: '${MACHINE}'` };

/** A Step Functions with one machine; `act` calls an action on it. */
async function withMachine(more: object = {}) {
  const fixture = new Fixture();
  const create = (members: object = {}) =>
    fixture.call('CreateStateMachine', { name: 'machine', definition, roleArn: ROLE, ...members });
  const act = (action: string, members: object = {}) => fixture.call(action, { stateMachineArn: MACHINE, ...members });
  return { fixture, create, act, created: await create(more) };
}

test('a version may be described only when it is published', async () => {
  const { fixture, create, act } = await withMachine();
  const refusal = { code: 'ValidationException', message: expect.stringContaining('publish') };
  await expect(create({ versionDescription: 'first' })).rejects.toMatchObject(refusal);
  await expect(create({ versionDescription: 'first', publish: false })).rejects.toMatchObject(refusal);
  await expect(act('UpdateStateMachine', { definition, versionDescription: 'd' })).rejects.toMatchObject(refusal);
  await fixture.close();
});

test('the same creation again makes no other version, whatever its role and tags', async () => {
  const first = { publish: true, versionDescription: 'first' };
  const { fixture, create, act, created } = await withMachine(first);
  expect(created).toMatchObject({ stateMachineArn: MACHINE, stateMachineVersionArn: `${MACHINE}:1` });
  expect(await create(first)).toEqual(created);
  const roleArn = `${ROLE}-of-another`;
  expect(await create({ ...first, roleArn, tags: [{ key: 'a', value: 'b' }] })).toEqual(created);
  expect(await act('DescribeStateMachine')).toMatchObject({ roleArn: ROLE });
  await expect(create({ publish: true, versionDescription: 'second' })).rejects.toMatchObject(ALREADY_EXISTS);
  await expect(create({ ...first, definition: changed })).rejects.toMatchObject(ALREADY_EXISTS);
  await fixture.close();
});

test('a creation with a version is another one than that without', async () => {
  const { fixture, create } = await withMachine();
  await expect(create({ publish: true })).rejects.toMatchObject(ALREADY_EXISTS);
  await fixture.close();
});

test('an update that changes nothing publishes no other version', async () => {
  const { fixture, act } = await withMachine({ publish: true });
  const update = async (members: object) =>
    (await act('UpdateStateMachine', { publish: true, ...members }))['stateMachineVersionArn'];
  expect(await update({ definition })).toBe(`${MACHINE}:1`);
  expect(await update({ definition: changed })).toBe(`${MACHINE}:2`);
  expect(await update({ definition: changed })).toBe(`${MACHINE}:2`);
  await fixture.close();
});
