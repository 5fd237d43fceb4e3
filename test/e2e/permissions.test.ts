import { LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { readAssembly } from '../../local/assembly/assembly.ts';
import { makePlan } from '../../preflight/plan/make-plan.ts';
import type { Plan } from '../../preflight/plan/plan.ts';
import { TemplateSources } from '../../preflight/template-source.ts';
import { startInProcess } from '../support/in-process-runtime.ts';
import { distributionRuns } from './permissions/distribution-runs.ts';
import { gateRuns, tidyUp } from './permissions/gate-runs.ts';
import { describeGrant, type Grant, grantsOf } from './permissions/grants.ts';
import { Patience } from './permissions/patience.ts';
import { personRuns } from './permissions/person-runs.ts';
import { type Check, type Policies, watchRegistries } from './permissions/policies.ts';
import { policyFindings, preflightProof, RunProofs } from './permissions/proof.ts';
import type { Run } from './permissions/run.ts';

const watched = watchRegistries();
const templates = new TemplateSources(process.cwd());
let local: Awaited<ReturnType<typeof startInProcess>>;
let running: Policies;
let planned: Policies;
let plan: Plan;
let runs: RunProofs;

beforeAll(async () => {
  local = await startInProcess();
  running = watched.policiesOf();
  ({ plan } = await makePlan(readAssembly('cdk.out')));
  planned = watched.policiesOf(plan.registry);
  const patience = new Patience(local.advance);
  const all = [
    ...(await gateRuns(local, patience)),
    ...(await personRuns(local)),
    ...(await distributionRuns(local, patience)),
  ];
  const baseline = await baselineOf(all);
  runs = new RunProofs({ running, baseline, watched, patience, restart: restarter(), tidyUp: () => tidyUp(local) });
}, 200_000);

afterAll(async () => {
  await local?.stop();
  jest.restoreAllMocks();
});

async function baselineOf(all: readonly Run[]): Promise<Map<Run, readonly Check[]>> {
  const baseline = new Map<Run, readonly Check[]>();
  for (const run of all) {
    watched.takeChecks();
    const t = performance.now();
    await run.act().catch((e) => console.log('BASELINE', run.name, e));
    if (performance.now() - t > 300) console.log(run.name, performance.now() - t);
    baseline.set(run, watched.takeChecks());
  }
  return baseline;
}

function restarter(): (roleArn: string) => Promise<void> {
  const lambda = new LambdaClient(local.client);
  let times = 0;
  return async (roleArn) => {
    for (const { name } of plan.functions.filter((one) => one.roleArn === roleArn))
      await lambda.send(
        new UpdateFunctionConfigurationCommand({ FunctionName: name, Description: `start ${++times}` }),
      );
  };
}

function grants(kind: Grant['holder']['kind']): Grant[] {
  return running.documents
    .filter(({ holder }) => holder.kind === kind)
    .flatMap(({ holder, document }) => grantsOf(holder, document));
}

test('preflight has nothing to complain about', () => {
  expect(policyFindings(plan, templates)).toEqual([]);
});

test('each grant of each role is needed: without it, preflight or a run fails with its denial', async () => {
  const unproven: string[] = [];
  const lines: string[] = [];
  for (const grant of grants('role')) {
    const t = performance.now();
    const proof = (await preflightProof(grant, plan, planned, templates)) ?? (await runs.find(grant));
    if (!proof) unproven.push(describeGrant(grant));
    lines.push(`${(performance.now() - t).toFixed(0)} ${describeGrant(grant)} :: ${proof?.by} ${proof?.message}`);
  }
  console.log(lines.join('\n'));
  expect(unproven).toEqual([]);
}, 400_000);
