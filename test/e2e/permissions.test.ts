import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  TransactGetItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { readAssembly } from '../../local/assembly/assembly.ts';
import type { RoleDefinition } from '../../local/iam/role.ts';
import { makePlan } from '../../preflight/plan/make-plan.ts';
import type { Plan } from '../../preflight/plan/plan.ts';
import { TemplateSources } from '../../preflight/template-source.ts';
import { type InProcessRuntime, startInProcess } from '../support/in-process-runtime.ts';
import { distributionRuns } from './permissions/distribution-runs.ts';
import { gateRuns } from './permissions/gate-runs.ts';
import { GateSteps } from './permissions/gate-steps.ts';
import { describeGrant, type Grant, grantsOf } from './permissions/grants.ts';
import { Patience } from './permissions/patience.ts';
import { personRuns } from './permissions/person-runs.ts';
import { type Check, type Policies, watchRegistries } from './permissions/policies.ts';
import { type Proof, policyFindings, preflightProof, RunProofs } from './permissions/proof.ts';
import { RotationRuns } from './permissions/rotation-runs.ts';
import type { Run } from './permissions/run.ts';
import { refusalOfInsecure } from './permissions/tls.ts';
import { rolesOf, withoutTrust } from './permissions/trust.ts';

/**
 * Takes every grant of every role and of every resource policy away, one action on one resource at a time, and shows
 * that somebody notices: preflight, which names the call that AWS would refuse, or else a run that fails with the
 * denial. A grant that nobody notices is one that nothing uses: take it out of the template, or, if it is for something
 * that no run does yet, add the run.
 */

const watched = watchRegistries();
const templates = new TemplateSources(process.cwd());
let local: InProcessRuntime;
let running: Policies;
let plan: Plan;
let planned: Policies;
let patience: Patience;
let all: Run[];
let runs: RunProofs;

beforeAll(async () => {
  local = await startInProcess();
  running = watched.policiesOf();
  ({ plan } = await makePlan(readAssembly('cdk.out')));
  planned = watched.policiesOf(plan.registry);
  patience = new Patience(local.advance);
  const steps = await GateSteps.of(local, patience);
  const rotations = await RotationRuns.of(local, patience);
  all = [
    ...[...gateRuns(steps), ...(await personRuns(local)), ...(await distributionRuns(local, patience))],
    ...rotations.runs,
  ];
  const baseline = await baselineOf();
  const tidyUp = () => rotations.tidyUp().then(() => steps.tidyUp());
  runs = new RunProofs({ running, baseline, watched, patience, restart: restarter(), tidyUp });
}, 120_000);

afterAll(async () => {
  await local?.stop();
  jest.restoreAllMocks();
});

/** Every run once, with all permissions: each must succeed. */
async function baselineOf(): Promise<Map<Run, readonly Check[]>> {
  const baseline = new Map<Run, readonly Check[]>();
  for (const run of all) {
    watched.takeChecks();
    await run.act();
    baseline.set(run, watched.takeChecks());
  }
  return baseline;
}

function restarter(): (roleArn: string) => Promise<void> {
  const lambda = new LambdaClient(local.client);
  let times = 0;
  return async (roleArn) => {
    for (const { name: FunctionName } of plan.functions.filter((one) => one.roleArn === roleArn))
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: `start ${++times}` }));
  };
}

/** All that the stacks grant or deny, roles before resources. */
function grants(kind: Grant['holder']['kind'], effect: Grant['effect']): Grant[] {
  return running.documents
    .filter(({ holder }) => holder.kind === kind)
    .flatMap(({ holder, document }) => grantsOf(holder, document))
    .filter((grant) => grant.effect === effect);
}

const proofs = new Map<string, Proof>();

async function prove(grant: Grant): Promise<Proof | undefined> {
  const proof = (await preflightProof(grant, plan, planned, templates)) ?? (await runs.find(grant));
  if (proof) proofs.set(describeGrant(grant), proof);
  return proof;
}

/** The grants that nobody misses. */
async function unproven(candidates: readonly Grant[]): Promise<string[]> {
  const missed: string[] = [];
  for (const grant of candidates) if (!(await prove(grant))) missed.push(describeGrant(grant));
  return missed;
}

test('with all permissions, preflight has nothing to complain about', () => {
  expect(policyFindings(plan, templates)).toEqual([]);
});

test('each grant of each role is needed', async () => {
  const candidates = grants('role', 'Allow');
  expect(candidates.length).toBeGreaterThan(100);
  expect(await unproven(candidates)).toEqual([]);
}, 240_000);

test('the denials are in AWS’s words: who, what, and on what', () => {
  const words = [...proofs.values()].filter(({ message }) => !message.includes('Log Destination'));
  for (const { message } of words)
    expect(message).toMatch(
      /^User: (arn:aws:sts::000000000000:assumed-role\/\S+\/\S+) is not authorized to perform: ([\w-]+:\w+) on resource: \S.* because no identity-based policy allows the \2 action$/,
    );
  const relay = [...proofs].find(([name]) => /CallbackRelayRole.*states:SendTaskFailure/.test(name))?.[1];
  expect(relay).toEqual({
    by: 'a gate is rejected',
    message: expect.stringMatching(
      /^User: arn:aws:sts::000000000000:assumed-role\/storygate-dev-release-gate-CallbackRelayRole\S+\/storygate-dev-relay is not authorized to perform: states:SendTaskFailure on resource: arn:aws:states:us-east-1:000000000000:stateMachine:storygate-dev-release-gate because/,
    ),
  });
});

/** What exists on AWS only, with what is not run here. Anything else in a resource policy must prove itself. */
const ON_AWS_ONLY: readonly (readonly [grant: RegExp, why: string])[] = [
  [
    /^arn:aws:s3:::\S+: Allow s3:(DeleteObject\*|GetBucket\*|List\*|PutBucketPolicy) on /,
    'lets the CDK’s own function empty the bucket when a stage that keeps no data is destroyed',
  ],
  [/^arn:aws:sns:\S+-alarms: Allow sns:Publish on /, 'lets CloudWatch publish alarms, and there are no metrics here'],
];

test('each grant of each resource policy is needed', async () => {
  const candidates = grants('resource', 'Allow').filter(
    (grant) => !ON_AWS_ONLY.some(([pattern]) => pattern.test(describeGrant(grant))),
  );
  expect(candidates.length).toBeGreaterThan(5);
  expect(await unproven(candidates)).toEqual([]);
});

const EXPLICIT = 'with an explicit deny in a resource-based policy';

test('each deny refuses what does not come over TLS, and nothing else does', async () => {
  const missed: string[] = [];
  for (const grant of grants('resource', 'Deny')) {
    const insecure = () => refusalOfInsecure(running, grant);
    if (!insecure().includes(EXPLICIT)) missed.push(describeGrant(grant));
    const lacking = await running.lacking(grant, insecure);
    if (lacking.includes(EXPLICIT)) missed.push(`also without it: ${describeGrant(grant)}`);
  }
  expect(missed).toEqual([]);
});

test('each role is assumed by whom its trust policy names, and by no one without it', async () => {
  const assembly = readAssembly('cdk.out');
  const found = await Promise.all(
    rolesOf(assembly).map(async (role) => [
      role.logicalId.replace(/[0-9A-F]{8}$/, ''),
      await withoutTrust(assembly, role),
    ]),
  );
  const untrusted = Object.fromEntries(found);
  // Nobody but AWS asks for these: see the next tests, and `ON_AWS_ONLY` for what empties buckets.
  expect(
    Object.keys(untrusted)
      .filter((id) => untrusted[id] === undefined)
      .sort(),
  ).toEqual(['CustomS3AutoDeleteObjectsCustomResourceProviderRole', 'RemindersSchedulerRole', 'UsersRole']);
  expect(untrusted).toMatchObject({
    CallbackRelayRole: expect.stringContaining('The role defined for the function cannot be assumed by Lambda.'),
    ReleaseGateRole: expect.stringContaining(
      'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role',
    ),
  });
});

test('nobody assumes the user role when it trusts nobody', async () => {
  const role = roleNamed('UsersRole');
  const assume = new AssumeRoleCommand({ RoleArn: role.arn, RoleSessionName: 'ada' });
  const sts = new STSClient(local.client);
  await sts.send(assume);
  await running.untrusted(role, () =>
    expect(sts.send(assume)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::000000000000:user/local-admin is not authorized to perform: sts:AssumeRole on resource: ${role.arn}`,
    }),
  );
});

const TableName = 'storygate-dev-waits';
const KEY = { jiraStoryId: { S: 'PERSON-1' }, recordId: { S: 'any' } };
/** The query as it was put before there were expressions. */
const OLD: Partial<QueryCommandInput> = {
  KeyConditionExpression: undefined,
  ExpressionAttributeValues: undefined,
  KeyConditions: { jiraStoryId: { ComparisonOperator: 'EQ', AttributeValueList: [KEY.jiraStoryId] } },
};

test('a person who looks at waits gets no task token, however the request is put', async () => {
  const role = roleNamed('UsersRole');
  const assumed = await new STSClient(local.client).send(
    new AssumeRoleCommand({ RoleArn: role.arn, RoleSessionName: 'ada' }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = assumed.Credentials ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  const dynamodb = new DynamoDBClient({ ...local.client, credentials });
  const query = (asked: Partial<QueryCommandInput>) =>
    dynamodb.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'jiraStoryId = :story',
        ExpressionAttributeValues: { ':story': KEY.jiraStoryId },
        ...asked,
      }),
    );
  await query({ Select: 'SPECIFIC_ATTRIBUTES', ProjectionExpression: 'executionName' });
  const refused: readonly Partial<QueryCommandInput>[] = [
    {},
    { Select: 'ALL_ATTRIBUTES' },
    { ProjectionExpression: 'taskToken' },
    { ProjectionExpression: 'executionName, #t', ExpressionAttributeNames: { '#t': 'taskToken' } },
    { AttributesToGet: ['taskToken'] },
    { ProjectionExpression: 'executionName', FilterExpression: 'begins_with(taskToken, :story)' },
    { ProjectionExpression: '#1', ExpressionAttributeNames: { '#1': 'taskToken' } },
    { ProjectionExpression: '#1 . part [0]', ExpressionAttributeNames: { '#1': 'taskToken' } },
    {
      ProjectionExpression: 'executionName',
      FilterExpression: 'begins_with(#1, :story)',
      ExpressionAttributeNames: { '#1': 'taskToken' },
    },
    { ...OLD, Select: 'SPECIFIC_ATTRIBUTES', AttributesToGet: ['executionName', 'taskToken'] },
    {
      ...OLD,
      AttributesToGet: ['executionName'],
      QueryFilter: { taskToken: { ComparisonOperator: 'NOT_NULL' } },
      ConditionalOperator: 'OR',
    },
  ];
  for (const asked of refused) await expect(query(asked)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  const incomplete: readonly Partial<QueryCommandInput>[] = [{}, OLD];
  for (const asked of incomplete)
    await expect(query({ ...asked, Select: 'SPECIFIC_ATTRIBUTES' })).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    });
  const pending = { IndexName: 'pending', KeyConditionExpression: 'pendingShard = :story' };
  await expect(query({ ...pending, ProjectionExpression: 'taskToken' })).rejects.toMatchObject({
    message: 'One or more parameter values were invalid: Global secondary index pending does not project [taskToken]',
  });
  const ProjectionExpression = 'executionName';
  const others = [
    () => dynamodb.send(new ScanCommand({ TableName, ProjectionExpression })),
    () => dynamodb.send(new GetItemCommand({ TableName, Key: KEY, ProjectionExpression })),
    () =>
      dynamodb.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [KEY], ProjectionExpression } } })),
    () => dynamodb.send(new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key: KEY } }] })),
  ];
  for (const other of others) await expect(other()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  dynamodb.destroy();
});

test('nobody is reminded when Scheduler is not trusted', async () => {
  const role = roleNamed('RemindersSchedulerRole');
  const said = new Set<string>();
  const quiet = local.runtime.logs.onAppend(({ message }) => void said.add(message));
  const run = runNamed('a gate that waits for long is reminded of');
  const isRefused = () => [...said].some((message) => message.includes('must allow AWS EventBridge Scheduler'));
  await running.untrusted(role, async () => expect(await patience.spend(run.act, isRefused)).toBeInstanceOf(Error));
  expect(isRefused()).toBe(true);
  quiet();
});

function roleNamed(idStart: string): RoleDefinition {
  const found = [...running.roles.values()].find(({ name }) => name.includes(`-${idStart}`));
  if (!found) throw new Error(`no role ${idStart}…`);
  return found;
}

function runNamed(name: string): Run {
  const found = all.find((run) => run.name === name);
  if (!found) throw new Error(`no run ${name}`);
  return found;
}
