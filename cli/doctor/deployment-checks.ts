import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { type CheckResult, idsOf, ok, type Patient, problem, warning } from './check.ts';

const OUTPUTS = [
  'CallbackApiEndpoint',
  'StartApiEndpoint',
  'S3BucketName',
  'StateMachineArn',
  'ApiTokensSecretArn',
  'WebhookSecretArn',
  'UserRoleArn',
  'WaitsTableName',
  'CallbackQueueUrl',
  'CallbackDlqUrl',
  'EventBusName',
];

/** Whether the stack is whole: outputs and the state of its resources. */
export async function stackIsWhole({ stack, resources }: Patient): Promise<CheckResult> {
  const missing = OUTPUTS.filter((key) => stack.outputs[key] === undefined);
  if (missing.length > 0)
    return problem(`outputs are missing: ${missing.join(', ')}`, 'deploy again with this version: storygate deploy');
  const broken = resources.filter(
    ({ ResourceStatus }) => !/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(ResourceStatus ?? ''),
  );
  const [first] = broken;
  if (first)
    return problem(
      `${broken.length} resources are not complete: ${first.LogicalResourceId} is ${first.ResourceStatus}`,
      'look at the events of the stack in CloudFormation, then deploy again',
    );
  return ok(`${resources.length} resources, ${OUTPUTS.length} outputs`);
}

/** Whether every function is active and has a role, and the state machine too. */
export async function rolesAreThere(patient: Patient): Promise<CheckResult> {
  const lambda = new LambdaClient(patient.target.settings);
  // `Custom…` are helpers that CDK deploys for itself; they do not run here, and not at all locally.
  const own = patient.resources.filter(({ LogicalResourceId = '' }) => !LogicalResourceId.startsWith('Custom'));
  const names = idsOf({ ...patient, resources: own }, 'AWS::Lambda::Function');
  const functions = await Promise.all(
    names.map((FunctionName) => lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))),
  );
  const { roleArn, status } = await new SFNClient(patient.target.settings).send(
    new DescribeStateMachineCommand({ stateMachineArn: patient.stack.output('StateMachineArn') }),
  );
  const broken = functions.filter(({ Role, State }) => !Role || (State !== undefined && State !== 'Active'));
  if (broken.length > 0 || !roleArn || status === 'DELETING')
    return problem(
      `not ready: ${[...broken.map(({ FunctionName }) => FunctionName), ...(roleArn ? [] : ['the state machine'])].join(', ')}`,
      'deploy again: storygate deploy',
    );
  const roles = new Set([...functions.map(({ Role }) => Role), roleArn]);
  const shared = functions.length + 1 - roles.size;
  if (shared > 0)
    return warning(`${shared} roles are shared`, 'each function has a role of its own: storygate deploy restores them');
  return ok(`${functions.length} functions and the state machine, each with its own role`);
}

/** Whether the role for people can be assumed and sees the state machine. */
export async function userRoleWorks({ target, stack }: Patient): Promise<CheckResult> {
  const RoleArn = stack.output('UserRoleArn');
  const { Credentials } = await new STSClient(target.settings).send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'storygate-doctor', DurationSeconds: 900 }),
  );
  if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey)
    return problem(`${RoleArn} gave no credentials`, 'allow yourself sts:AssumeRole on it');
  const credentials = {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    ...(Credentials.SessionToken && { sessionToken: Credentials.SessionToken }),
  };
  await new SFNClient({ ...target.settings, credentials }).send(
    new DescribeStateMachineCommand({ stateMachineArn: stack.output('StateMachineArn') }),
  );
  return ok('can be assumed and sees the state machine');
}
