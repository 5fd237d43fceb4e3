import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { gateTemplate, permissions, readable, resources, statements } from './gate-template.ts';

let template: Template;
beforeAll(() => {
  template = gateTemplate();
});

const TRACING = 'Allow xray:PutTelemetryRecords xray:PutTraceSegments on *';
const STATES = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>';
const STATE_MACHINE = `${STATES}:stateMachine:storygate-dev-release-gate`;
const EXECUTIONS = `${STATES}:execution:storygate-dev-release-gate:*`;

describe('each function may do what it does, and nothing else', () => {
  test('start-workflow', () => {
    expect(permissions(template, 'WorkflowStartStartWorkflowRole')).toEqual([
      'Allow logs:CreateLogStream logs:PutLogEvents on <WorkflowStartStartWorkflowLogs.Arn>',
      'Allow sqs:SendMessage on <WorkflowStartFailedStarts.Arn>',
      TRACING,
      'Allow states:StartExecution on <ReleaseGateStateMachine> if {"StringEquals":{"states:StateMachineQualifier":"live"}}',
    ]);
  });

  test('jira-webhook', () => {
    expect(permissions(template, 'JiraWebhookRole')).toEqual([
      'Allow logs:CreateLogStream logs:PutLogEvents on <JiraWebhookLogs.Arn>',
      TRACING,
      'Allow sqs:SendMessage on <CallbackRelayQueue.Arn>',
      'Allow secretsmanager:GetSecretValue on <JiraWebhookSecret>',
      'Allow events:PutEvents on <Events.Arn>',
    ]);
  });

  test('store-task-token', () => {
    expect(permissions(template, 'TaskTokenStoreStoreTaskTokenRole')).toEqual([
      'Allow logs:CreateLogStream logs:PutLogEvents on <TaskTokenStoreStoreTaskTokenLogs.Arn>',
      TRACING,
      'Allow dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem on <WaitsTable.Arn>',
      `Allow states:SendTaskFailure states:SendTaskSuccess on ${STATE_MACHINE}`,
      `Allow states:GetExecutionHistory on ${EXECUTIONS}`,
      'Allow events:PutEvents on <Events.Arn>',
    ]);
  });

  test('relay', () => {
    expect(permissions(template, 'CallbackRelayRole')).toEqual([
      'Allow logs:CreateLogStream logs:PutLogEvents on <CallbackRelayLogs.Arn>',
      TRACING,
      'Allow sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on <CallbackRelayQueue.Arn>',
      'Allow sqs:SendMessage on <CallbackRelayDeadLetters.Arn>',
      'Allow dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem on <WaitsTable.Arn>',
      `Allow states:SendTaskFailure states:SendTaskSuccess on ${STATE_MACHINE}`,
      `Allow states:GetExecutionHistory on ${EXECUTIONS}`,
      'Allow events:PutEvents on <Events.Arn>',
    ]);
  });

  test('close-wait', () => {
    expect(permissions(template, 'WaitCloserCloseWaitRole')).toEqual([
      'Allow logs:CreateLogStream logs:PutLogEvents on <WaitCloserCloseWaitLogs.Arn>',
      'Allow sqs:SendMessage on <WaitCloserMissed.Arn>',
      TRACING,
      'Allow dynamodb:GetItem dynamodb:UpdateItem on <WaitsTable.Arn>',
      `Allow states:SendTaskFailure states:SendTaskSuccess on ${STATE_MACHINE}`,
      `Allow states:GetExecutionHistory on ${EXECUTIONS}`,
      'Allow events:PutEvents on <Events.Arn>',
    ]);
  });

  test('remind, and the schedules that it makes', () => {
    expect(permissions(template, 'RemindersRemindRole')).toEqual([
      'Allow logs:CreateLogStream logs:PutLogEvents on <RemindersRemindLogs.Arn>',
      'Allow sqs:SendMessage on <RemindersMissed.Arn>',
      TRACING,
      'Allow dynamodb:GetItem on <WaitsTable.Arn>',
      'Allow events:PutEvents on <Events.Arn>',
      'Allow scheduler:CreateSchedule on arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/storygate-dev-reminders/*',
      'Allow iam:PassRole on <RemindersSchedulerRole.Arn> if {"StringEquals":{"iam:PassedToService":"scheduler.amazonaws.com"}}',
    ]);
    expect(permissions(template, 'RemindersSchedulerRole')).toEqual([
      'Allow lambda:InvokeFunction on <RemindersRemindFunction.Arn>',
    ]);
  });

  test('notify', () => {
    expect(permissions(template, 'NotificationsNotifyRole')).toEqual([
      'Allow logs:CreateLogStream logs:PutLogEvents on <NotificationsNotifyLogs.Arn>',
      'Allow sqs:SendMessage on <NotificationsUndelivered.Arn>',
      TRACING,
      'Allow sns:Publish on <NotificationsTopic>',
    ]);
  });

  test('mock-apis', () => {
    expect(permissions(template, 'ReleaseApisMocksMockApisRole')).toEqual([
      'Allow logs:CreateLogStream logs:PutLogEvents on <ReleaseApisMocksMockApisLogs.Arn>',
      TRACING,
      'Allow secretsmanager:GetSecretValue on <ReleaseApisTokens>',
    ]);
  });

  const ROTATION =
    'Allow secretsmanager:DescribeSecret secretsmanager:GetSecretValue secretsmanager:PutSecretValue secretsmanager:UpdateSecretVersionStage';

  test('rotate-webhook-secret', () => {
    expect(permissions(template, 'JiraWebhookRotationRotateRole')).toEqual([
      'Allow logs:CreateLogStream logs:PutLogEvents on <JiraWebhookRotationRotateLogs.Arn>',
      TRACING,
      `${ROTATION} on <JiraWebhookSecret>`,
    ]);
  });

  test('rotate-api-tokens', () => {
    const connections = ['deployment', 'notification', 'validation'].map((api) => `<ReleaseApis${api}Connection`);
    expect(permissions(template, 'ReleaseApisRotationRotateRole')).toEqual([
      'Allow logs:CreateLogStream logs:PutLogEvents on <ReleaseApisRotationRotateLogs.Arn>',
      TRACING,
      `${ROTATION} on <ReleaseApisTokens>`,
      `Allow events:UpdateConnection on ${connections.map((id) => `${id}.ArnForPolicy>`).join(' ')}`,
      'Allow secretsmanager:GetSecretValue secretsmanager:PutSecretValue secretsmanager:UpdateSecret on ' +
        connections.map((id) => `${id}.SecretArn>`).join(' '),
    ]);
  });

  test('outputs', () => {
    expect(permissions(template, 'WorkflowOutputsRole')).toEqual([
      'Allow logs:CreateLogStream logs:PutLogEvents on <WorkflowOutputsLogs.Arn>',
      TRACING,
      'Allow s3:PutObject on <WorkflowBucket.Arn>/logs/* <WorkflowBucket.Arn>/outputs/*',
      'Allow events:PutEvents on <Events.Arn>',
    ]);
  });
});

test('the state machine reads inputs, calls the three APIs and two functions, and delivers its log', () => {
  const mocks = '<ReleaseApisMocksApi.ApiEndpoint>';
  expect(permissions(template, 'ReleaseGateRole')).toEqual([
    'Allow s3:GetObject s3:GetObjectVersion on <WorkflowBucket.Arn>/inputs/*',
    'Allow s3:ListBucket on <WorkflowBucket.Arn>',
    `Allow states:InvokeHTTPEndpoint on ${STATE_MACHINE} if {"StringEquals":{"states:HTTPMethod":"POST",` +
      `"states:HTTPEndpoint":["${mocks}/validation","${mocks}/deployment","${mocks}/notification"]}}`,
    'Allow events:RetrieveConnectionCredentials on <ReleaseApisdeploymentConnection.Arn>' +
      ' <ReleaseApisnotificationConnection.Arn> <ReleaseApisvalidationConnection.Arn>',
    'Allow secretsmanager:DescribeSecret secretsmanager:GetSecretValue on <ReleaseApisdeploymentConnection.SecretArn>' +
      ' <ReleaseApisnotificationConnection.SecretArn> <ReleaseApisvalidationConnection.SecretArn>',
    'Allow lambda:InvokeFunction on <WorkflowOutputsFunction.Arn> <TaskTokenStoreStoreTaskTokenFunctionAliaslive>',
    'Allow logs:CreateLogDelivery logs:DeleteLogDelivery logs:DescribeLogGroups logs:DescribeResourcePolicies' +
      ' logs:GetLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy logs:UpdateLogDelivery' +
      ' xray:GetSamplingRules xray:GetSamplingTargets xray:PutTelemetryRecords xray:PutTraceSegments on *',
  ]);
});

test('users start, inspect and stop executions, and read files, waits, dead letters and logs', () => {
  expect(permissions(template, 'UsersRole')).toEqual([
    'Allow s3:PutObject on <WorkflowBucket.Arn>/inputs/*',
    'Allow states:DescribeStateMachine states:ListExecutions states:StartExecution on <ReleaseGateStateMachine>',
    'Allow execute-api:Invoke on arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<Api>/$default/POST/executions',
    `Allow states:DescribeExecution states:DescribeStateMachineForExecution states:GetExecutionHistory states:RedriveExecution states:StopExecution on ${EXECUTIONS}`,
    'Allow cloudformation:DescribeStacks cloudformation:ListStackResources on <AWS::StackId>',
    'Allow sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ListMessageMoveTasks sqs:ReceiveMessage sqs:StartMessageMoveTask on <CallbackRelayDeadLetters.Arn>',
    'Allow s3:ListBucket on <WorkflowBucket.Arn>',
    'Allow s3:GetObject s3:GetObjectVersion on <WorkflowBucket.Arn>/*',
    'Allow logs:DescribeLogStreams logs:FilterLogEvents logs:GetLogEvents on <ApiLogs.Arn> <CallbackRelayLogs.Arn>' +
      ' <JiraWebhookLogs.Arn> <JiraWebhookRotationRotateLogs.Arn> <NotificationsNotifyLogs.Arn> <ReleaseApisMocksApiLogs.Arn> <ReleaseApisMocksMockApisLogs.Arn> <ReleaseApisRotationRotateLogs.Arn> <ReleaseGateLogs.Arn>' +
      ' <RemindersRemindLogs.Arn> <TaskTokenStoreStoreTaskTokenLogs.Arn> <WaitCloserCloseWaitLogs.Arn> <WorkflowOutputsLogs.Arn> <WorkflowStartStartWorkflowLogs.Arn>',
    'Allow dynamodb:Query on <WaitsTable.Arn>/index/pending',
    'Allow dynamodb:Query on <WaitsTable.Arn> if {"StringEquals":{"dynamodb:Select":"SPECIFIC_ATTRIBUTES"},"ForAllValues:StringNotEquals":{"dynamodb:Attributes":["taskToken"]}}',
    'Allow secretsmanager:GetSecretValue on <JiraWebhookSecret>',
    'Allow sqs:GetQueueAttributes sqs:SendMessage on <CallbackRelayQueue.Arn>',
  ]);
});

test('people decide for Jira where the configuration lets them: by default in every stage but prod', () => {
  const decisions = ['sqs:SendMessage', 'sqs:StartMessageMoveTask', 'secretsmanager:GetSecretValue'];
  const granted = (settings: Record<string, unknown>) => {
    const all = permissions(gateTemplate(settings), 'UsersRole').join('\n');
    return decisions.filter((action) => all.includes(action));
  };
  expect(granted({})).toEqual(decisions);
  expect(granted({ stage: 'prod' })).toEqual([]);
  expect(granted({ stage: 'prod', usersMayDecide: true })).toEqual(decisions);
});

test('no role has an action with a wildcard, and no managed policy', () => {
  const actions = statements(template, 'AWS::IAM::Policy').flatMap(({ Action }) => Action);
  expect(actions).not.toHaveLength(0);
  expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  // The library's own function that empties the bucket of a stage that keeps no data is the only one with a managed policy.
  const managed = resources(template).filter(({ properties }) => 'ManagedPolicyArns' in properties);
  expect(managed.map(({ id }) => id)).toEqual([
    expect.stringMatching(/^CustomS3AutoDeleteObjectsCustomResourceProviderRole/),
  ]);
});

test('a function can be called by the rule, by its own routes, by who rotates its secret, and by no one else', () => {
  const allowed = Object.values(template.findResources('AWS::Lambda::Permission')).map(({ Properties: grant }) => {
    const source = JSON.stringify(grant.SourceArn).match(
      /\/\*\/\*\/[a-z]+|WorkflowStartUploads|RemindersWaiting|WaitCloserEnded|Notifications[A-Z][a-z]+|JiraWebhookSecret|ReleaseApisTokens/,
    )?.[0];
    return `${grant.Principal} ${source} → ${String(readable(grant.FunctionName)).replace(/[<>]|\.Arn/g, '')}`;
  });
  expect(allowed.sort()).toEqual([
    'apigateway.amazonaws.com /*/*/callback → JiraWebhookFunctionAliaslive',
    'apigateway.amazonaws.com /*/*/deployment → ReleaseApisMocksMockApisFunction',
    'apigateway.amazonaws.com /*/*/executions → WorkflowStartStartWorkflowFunction',
    'apigateway.amazonaws.com /*/*/notification → ReleaseApisMocksMockApisFunction',
    'apigateway.amazonaws.com /*/*/validation → ReleaseApisMocksMockApisFunction',
    'events.amazonaws.com NotificationsAnnouncements → NotificationsNotifyFunction',
    'events.amazonaws.com NotificationsUncaught → NotificationsNotifyFunction',
    'events.amazonaws.com RemindersWaiting → RemindersRemindFunction',
    'events.amazonaws.com WaitCloserEnded → WaitCloserCloseWaitFunction',
    'events.amazonaws.com WorkflowStartUploads → WorkflowStartStartWorkflowFunction',
    'secretsmanager.amazonaws.com JiraWebhookSecret → JiraWebhookRotationRotateFunction',
    'secretsmanager.amazonaws.com ReleaseApisTokens → ReleaseApisRotationRotateFunction',
  ]);
});
