import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { gateAt } from '../support/gate-at.ts';
import { moveIssue } from '../support/moved-issue.ts';
import { CliUnderTest } from './cli-under-test.ts';
import { stable } from './run-cli.ts';

jest.setTimeout(30_000);

let cli: CliUnderTest;

beforeAll(async () => {
  cli = await CliUnderTest.start();
}, 60_000);

afterAll(() => cli?.stop());

const shown = async (...argv: string[]) => stable((await cli.run(argv)).stdout);
const approve = (story: string, who: string, ...more: string[]) =>
  shown('answer', story, 'approve', '--as', who, '--account-id', who.toLowerCase(), ...more);

async function succeeded(name: string): Promise<void> {
  await eventually('it has succeeded', async () =>
    (await cli.json('show', name)).execution.status === 'SUCCEEDED' ? true : undefined,
  );
}

describe('a gate that asks for two of three people', () => {
  const approval = { quorum: 2, approvers: ['ada', 'ben', 'eve'] };

  test('shows who has approved, whose answer does not count, and who is asked', async () => {
    const name = await cli.waitingGate('QUORUM-1', { approval });
    expect(await approve('QUORUM-1', 'Ada', '-m', 'fine')).toMatchInlineSnapshot(`
"  ✔ approve for QUORUM-1 was accepted            cli-<uuid>
  ✔ Counted for QUORUM-1-<hash>: 1 of 2 approvals
"
`);
    expect(await approve('QUORUM-1', 'Mallory')).toMatchInlineSnapshot(`
"  ✔ approve for QUORUM-1 was accepted            cli-<uuid>
  ! IGNORED at QUORUM-1-<hash>: Mallory (mallory) is not among the approvers
"
`);
    expect(await approve('QUORUM-1', 'Ada')).toMatchInlineSnapshot(`
"  ✔ approve for QUORUM-1 was accepted            cli-<uuid>
  ! DUPLICATE at QUORUM-1-<hash>: Ada had approved by cli-<uuid>
"
`);
    expect(await shown('gates')).toMatchInlineSnapshot(`
"STORY     WAITING SINCE             TIMEOUT IN   APPROVALS             EXECUTION
QUORUM-1  <time>  23 h 59 min  1 of 2: Ada approved  QUORUM-1-<hash>
  ! QUORUM-1: success by Mallory, received <time>, does not count: Mallory (mallory) is not among the approvers
"
`);
    expect(await shown('show', 'QUORUM-1')).toMatchInlineSnapshot(`
"
QUORUM-1
EXECUTION                      STATUS   WAITING SINCE             APPROVALS             OUTCOME  BY
QUORUM-1-<hash>  WAITING  <time>  1 of 2: Ada approved

Callbacks
CALLBACK                                  RECEIVED                  OUTCOME  BY       BECAME     BECAUSE                                                       COMMENT
cli-<uuid>  <time>  success  Ada      COUNTED    1 of 2 approvals                                              fine
cli-<uuid>  <time>  success  Mallory  IGNORED    Mallory (mallory) is not among the approvers
cli-<uuid>  <time>  success  Ada      DUPLICATE  Ada had approved by cli-<uuid>

QUORUM-1-<hash>
  Status   RUNNING
  Story    QUORUM-1
  File     s3://storygate-dev-000000000000-us-east-1/inputs/QUORUM-1.json
  Started  <time>, <took> so far

States
  ✔ ReadInputFromS3 <took>
  ✔ PrepareWorkflowData <took>
  ✔ ParallelAPIProcessing <took>
    ✔ CallValidation <took>
    ✔ CallDeployment <took>
    ✔ CallNotification <took>
  ⏸ WaitForCallback <took>

Waits
  Since        <time>
  Until        <time>
  Approvals    1 of 2: Ada approved
  Approvers    ada, ben, eve
  Not counted  success by Mallory, received <time>, does not count: Mallory (mallory) is not among the approvers
"
`);
    expect(await cli.json('gates', '--story', 'QUORUM-1')).toMatchObject({
      gates: [{ quorum: 2, approvers: ['ada', 'ben', 'eve'], votes: [{ actor: { id: 'ada' }, outcome: 'success' }] }],
    });

    expect(await approve('QUORUM-1', 'Ben')).toMatchInlineSnapshot(`
"  ✔ approve for QUORUM-1 was accepted            cli-<uuid>
  ✔ Relayed to QUORUM-1-<hash>
"
`);
    await succeeded(name);
    const decision = (await shown('show', name)).split('\nDecision\n')[1];
    expect(decision).toMatchInlineSnapshot(`
"  Outcome      success
  By           Ben
  At           <time>
  Callback     cli-<uuid>
  Approvals    2 of 2: Ada approved, Ben approved
  Approvers    ada, ben, eve
  Not counted  success by Mallory, received <time>, does not count: Mallory (mallory) is not among the approvers

Callbacks
CALLBACK                                  RECEIVED                  OUTCOME  BY       BECAME     BECAUSE                                                       COMMENT
cli-<uuid>  <time>  success  Ada      COUNTED    1 of 2 approvals                                              fine
cli-<uuid>  <time>  success  Mallory  IGNORED    Mallory (mallory) is not among the approvers
cli-<uuid>  <time>  success  Ada      DUPLICATE  Ada had approved by cli-<uuid>
cli-<uuid>  <time>  success  Ben      RELAYED
"
`);
  });
});

describe('an issue that Jira has moved', () => {
  test('is found under either key', async () => {
    const name = await cli.waitingGate('OLD-1');
    await moveIssue(await gateAt(cli.runtime.endpoint), 'OLD-1', 'NEW-1');
    await eventually('the move to be applied', async () =>
      (await cli.json('gates', '--story', 'OLD-1')).gates[0].movedTo === 'NEW-1' ? true : undefined,
    );
    expect(await shown('gates', '--story', 'new-1')).toMatchInlineSnapshot(`
"STORY             WAITING SINCE             TIMEOUT IN   EXECUTION
OLD-1, now NEW-1  <time>  23 h 59 min  OLD-1-<hash>
"
`);
    expect((await cli.json('show', 'OLD-1')).links).toEqual(['NEW-1']);
    await cli.run(['answer', 'NEW-1', 'approve', '--as', 'Ada']);
    await succeeded(name);
    expect(await shown('show', 'NEW-1')).toMatchInlineSnapshot(`
"
NEW-1
Jira has moved the issue: it has the key OLD-1, too.
STORY  EXECUTION                   STATUS    WAITING SINCE             OUTCOME  BY
OLD-1  OLD-1-<hash>  ANSWERED  <time>  success  Ada

Callbacks
STORY  CALLBACK                                  RECEIVED                  OUTCOME  BY   BECAME   BECAUSE  COMMENT
NEW-1  cli-<uuid>  <time>  success  Ada  RELAYED

OLD-1-<hash>
  Status   SUCCEEDED
  Story    OLD-1
  File     s3://storygate-dev-000000000000-us-east-1/inputs/OLD-1.json
  Started  <time>, took <took>

States
  ✔ ReadInputFromS3 <took>
  ✔ PrepareWorkflowData <took>
  ✔ ParallelAPIProcessing <took>
    ✔ CallValidation <took>
    ✔ CallDeployment <took>
    ✔ CallNotification <took>
  ✔ WaitForCallback <took>
  ✔ WriteResultsToS3 <took>
  ✔ WriteExecutionLogToS3 <took>

Decision
  Outcome   success
  By        Ada
  At        <time>
  Callback  cli-<uuid>
  Moved to  NEW-1
"
`);
    expect((await cli.json('show', name)).execution).toMatchObject({
      wait: { jiraStoryId: 'OLD-1', movedTo: 'NEW-1', outcome: 'success' },
      callbacks: [{ jiraStoryId: 'NEW-1', disposition: 'RELAYED' }],
    });
  });
});
