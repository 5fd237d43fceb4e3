import { expect, test } from '@jest/globals';
import { Fixture, ROLE } from './fixture.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:machine';
const definition = JSON.stringify({ StartAt: 'F', States: { F: { Type: 'Fail' } } });

/** Two machines with two executions each, and the tokens of their second pages. */
async function withPages() {
  const fixture = new Fixture();
  for (const name of ['machine', 'machine2']) {
    await fixture.call('CreateStateMachine', { name, definition, roleArn: ROLE });
    for (const execution of ['a', 'b'])
      await fixture.call('StartExecution', {
        stateMachineArn: `${MACHINE.replace(/machine$/, name)}`,
        name: execution,
      });
  }
  const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:machine:a';
  await fixture.ended(executionArn);
  const lists = {
    ListStateMachines: {},
    ListExecutions: { stateMachineArn: MACHINE },
    GetExecutionHistory: { executionArn },
  };
  const token = async (action: string, members: object) =>
    (await fixture.call(action, { ...members, maxResults: 1 }))['nextToken'];
  return { fixture, lists, token };
}

test('the token of one list is none of another', async () => {
  const { fixture, lists, token } = await withPages();
  for (const [action, members] of Object.entries(lists)) {
    const own = await token(action, members);
    expect(await fixture.call(action, { ...members, nextToken: own })).toBeDefined();
    for (const [other, more] of Object.entries(lists)) {
      if (other === action) continue;
      await expect(fixture.call(other, { ...more, nextToken: own })).rejects.toMatchObject({ code: 'InvalidToken' });
    }
  }
  await fixture.close();
});

test.each([
  ['ListExecutions', { stateMachineArn: `${MACHINE}2` }],
  ['ListExecutions', { stateMachineArn: MACHINE, statusFilter: 'FAILED' }],
])('a token of %s is none with other arguments: %j', async (action, members) => {
  const { fixture, lists, token } = await withPages();
  const nextToken = await token('ListExecutions', lists.ListExecutions);
  await expect(fixture.call(action, { ...members, nextToken })).rejects.toMatchObject({ code: 'InvalidToken' });
  await fixture.close();
});

test.each(['foo', Buffer.from('page:x').toString('base64url'), 'MQ.x', '.'])('%s is no token', async (nextToken) => {
  const { fixture, lists } = await withPages();
  for (const [action, members] of Object.entries(lists))
    await expect(fixture.call(action, { ...members, nextToken })).rejects.toMatchObject({
      code: 'InvalidToken',
      message: "Invalid Token: 'Invalid token'",
    });
  await fixture.close();
});
