import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { ASL, BrokenApp, propertiesOf, TEMPLATE, type Template } from './broken-app.ts';

let app: BrokenApp;
beforeAll(async () => {
  app = await BrokenApp.create();
}, 60_000);
afterEach(() => app.restore());
afterAll(() => app.remove());

const texts = z.union([z.string(), z.array(z.string())]);
const statement = z.looseObject({ Sid: z.string().optional(), Action: texts, Resource: z.unknown() });
const document = z.looseObject({ Statement: z.array(statement) });

/** The statements of a policy that holds. */
function statementsOf(template: Template, idStart: string, type = 'AWS::IAM::Policy') {
  const properties = propertiesOf(template, idStart, type);
  const parsed = document.parse(properties['PolicyDocument']);
  properties['PolicyDocument'] = parsed;
  return parsed.Statement;
}

function allows({ Action }: z.infer<typeof statement>, action: string): boolean {
  return [Action].flat().includes(action);
}

/** Takes the statement with an action out of a policy. */
function withdraw(idStart: string, action: string, type?: string): void {
  app.editTemplate((template) => {
    const statements = statementsOf(template, idStart, type);
    const index = statements.findIndex((candidate) => allows(candidate, action));
    if (index < 0) throw new Error(`nothing allows ${action}`);
    statements.splice(index, 1);
  });
}

async function found() {
  return (await app.findings()).map(({ message, file, line }) => ({ message, file, line }));
}

/** AWS's words for a role of this construct. */
function denied(role: string, session: string, action: string, resource: string) {
  const who = `User: arn:aws:sts::000000000000:assumed-role/storygate-dev-release-gate-${role}`;
  return expect.stringMatching(
    new RegExp(
      `^${who}\\w*-\\w+/${session} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action$`,
    ),
  );
}

test('log delivery that the role does not allow', async () => {
  withdraw('ReleaseGateRoleDefaultPolicy', 'logs:CreateLogDelivery');
  const withoutTraces = (await found()).filter(({ message }) => !message.includes('xray:'));
  expect(withoutTraces).toEqual([
    {
      message: 'AccessDeniedException: The state machine IAM Role is not authorized to access the Log Destination',
      file: TEMPLATE,
      line: app.lineOf(TEMPLATE, '"LoggingConfiguration"'),
    },
  ]);
});

test('reading that the role does not allow', async () => {
  withdraw('ReleaseGateRoleDefaultPolicy', 's3:GetObject');
  const line = app.lineOf(ASL, 'aws-sdk:s3:getObject');
  const session = 'storygate-dev-release-gate';
  expect(await found()).toEqual([
    { message: denied('ReleaseGateRole', session, 's3:GetObject', '"\\*"'), file: ASL, line },
    { message: denied('ReleaseGateRole', session, 's3:GetObjectVersion', '"\\*"'), file: ASL, line },
  ]);
});

test('functions that the role may not invoke', async () => {
  withdraw('ReleaseGateRoleDefaultPolicy', 'lambda:InvokeFunction');
  const session = 'storygate-dev-release-gate';
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:storygate-dev-store-task-token:live';
  const findings = await found();
  expect(findings).toHaveLength(4);
  expect(findings).toContainEqual({
    message: denied('ReleaseGateRole', session, 'lambda:InvokeFunction', arn),
    file: ASL,
    line: app.lineOf(ASL, 'lambda:invoke.waitForTaskToken'),
  });
});

test.each(['states:InvokeHTTPEndpoint', 'events:RetrieveConnectionCredentials', 'secretsmanager:GetSecretValue'])(
  'an HTTP task needs %s',
  async (action) => {
    withdraw('ReleaseGateRoleDefaultPolicy', action);
    const findings = (await found()).filter(({ message }) => message.includes(`perform: ${action} `));
    expect(findings.map(({ file }) => file)).toEqual([ASL, ASL, ASL]);
  },
);

test('an HTTP task to an endpoint that a condition leaves out', async () => {
  app.editTemplate((template) => {
    for (const candidate of statementsOf(template, 'ReleaseGateRoleDefaultPolicy'))
      if (allows(candidate, 'states:InvokeHTTPEndpoint'))
        candidate['Condition'] = { StringEquals: { 'states:HTTPMethod': 'GET' } };
  });
  const session = 'storygate-dev-release-gate';
  const arn = 'arn:aws:states:us-east-1:000000000000:stateMachine:storygate-dev-release-gate';
  expect((await found()).map(({ message }) => message)).toEqual([
    denied('ReleaseGateRole', session, 'states:InvokeHTTPEndpoint', arn),
    denied('ReleaseGateRole', session, 'states:InvokeHTTPEndpoint', arn),
    denied('ReleaseGateRole', session, 'states:InvokeHTTPEndpoint', arn),
  ]);
});

test('a queue that the poller may not read', async () => {
  withdraw('CallbackRelayRoleDefaultPolicy', 'sqs:ReceiveMessage');
  const arn = 'arn:aws:sqs:us-east-1:000000000000:storygate-dev-callbacks';
  const at = { file: TEMPLATE, line: app.lineOf(TEMPLATE, '"EventSourceArn"') };
  const session = 'storygate-dev-relay';
  expect(await found()).toEqual([
    { message: denied('CallbackRelayRole', session, 'sqs:receivemessage', arn), ...at },
    { message: denied('CallbackRelayRole', session, 'sqs:deletemessage', arn), ...at },
    { message: denied('CallbackRelayRole', session, 'sqs:getqueueattributes', arn), ...at },
  ]);
});

test('a log that a function may not write', async () => {
  withdraw('WorkflowOutputsRoleDefaultPolicy', 'logs:PutLogEvents');
  const messages = (await found()).map(({ message }) => message);
  expect(messages).toEqual([
    expect.stringContaining(
      'not authorized to perform: logs:CreateLogStream on resource: arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/storygate-dev-outputs',
    ),
    expect.stringContaining(
      'not authorized to perform: logs:PutLogEvents on resource: arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/storygate-dev-outputs',
    ),
  ]);
});

test('traces that a function may not send', async () => {
  withdraw('WorkflowOutputsRoleDefaultPolicy', 'xray:PutTraceSegments');
  expect((await found()).map(({ message }) => message)).toEqual([
    denied('WorkflowOutputsRole', 'storygate-dev-outputs', 'xray:PutTraceSegments', '\\*'),
    denied('WorkflowOutputsRole', 'storygate-dev-outputs', 'xray:PutTelemetryRecords', '\\*'),
  ]);
});

test('a dead-letter queue of a function that it may not send to', async () => {
  withdraw('WorkflowStartStartWorkflowRoleDefaultPolicy', 'sqs:SendMessage');
  const arn = 'arn:aws:sqs:us-east-1:000000000000:storygate-dev-start-workflow-dlq';
  expect((await found()).map(({ message }) => message)).toEqual([
    denied('WorkflowStartStartWorkflowRo', 'storygate-dev-start-workflow', 'sqs:sendmessage', arn),
  ]);
});

test('a rule whose target and dead-letter queue do not let it in', async () => {
  app.editTemplate((template) => {
    for (const [id, { Type }] of Object.entries(template.Resources))
      if (id.startsWith('WorkflowStartUploads') && Type === 'AWS::Lambda::Permission') delete template.Resources[id];
  });
  withdraw('WorkflowStartUndeliveredUploadsPolicy', 'sqs:SendMessage', 'AWS::SQS::QueuePolicy');
  const who = 'User: events.amazonaws.com is not authorized to perform:';
  expect((await found()).map(({ message }) => message)).toEqual([
    `${who} lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:storygate-dev-start-workflow because no resource-based policy allows the lambda:InvokeFunction action`,
    `${who} sqs:sendmessage on resource: arn:aws:sqs:us-east-1:000000000000:storygate-dev-uploads-dlq because no resource-based policy allows the sqs:sendmessage action`,
  ]);
});

test('a route whose function does not let API Gateway in', async () => {
  app.editTemplate((template) => {
    for (const [id, { Type }] of Object.entries(template.Resources))
      if (id.startsWith('ApiPOSTcallback') && Type === 'AWS::Lambda::Permission') delete template.Resources[id];
  });
  expect((await found()).map(({ message }) => message)).toEqual([
    'User: apigateway.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:storygate-dev-jira-webhook:live because no resource-based policy allows the lambda:InvokeFunction action',
  ]);
});

test('a role that Step Functions may not assume', async () => {
  app.editTemplate((template) => {
    const trust = propertiesOf(template, 'ReleaseGateRole', 'AWS::IAM::Role')['AssumeRolePolicyDocument'];
    const [first] = z.object({ Statement: z.array(z.record(z.string(), z.unknown())) }).parse(trust).Statement;
    propertiesOf(template, 'ReleaseGateRole', 'AWS::IAM::Role')['AssumeRolePolicyDocument'] = {
      Statement: [{ ...first, Principal: { Service: 'lambda.amazonaws.com' } }],
    };
  });
  const [finding, ...others] = await found();
  expect(others).toEqual([]);
  expect(finding?.message).toMatch(
    /AccessDeniedException: Neither the global service principal states\.amazonaws\.com, nor the regional one is authorized to assume the provided role arn:/,
  );
});

test('a statement that nothing uses', async () => {
  app.editTemplate((template) => {
    statementsOf(template, 'ReleaseGateRoleDefaultPolicy').push({
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Resource: 'arn:aws:sqs:us-east-1:000000000000:left-over',
    });
  });
  expect(await found()).toEqual([
    {
      message: expect.stringMatching(
        /^Nothing uses sqs:SendMessage on arn:aws:sqs:us-east-1:000000000000:left-over, which statement \d+ of ReleaseGateRoleDefaultPolicy\w+ allows$/,
      ),
      file: TEMPLATE,
      line: expect.any(Number),
    },
  ]);
});

test('a resource that refers to nothing', async () => {
  app.editTemplate((template) => {
    propertiesOf(template, 'ReleaseGateStateMachine', 'AWS::StepFunctions::StateMachine')['RoleArn'] = {
      'Fn::GetAtt': ['NoSuchRole', 'Arn'],
    };
  });
  const [finding] = await found();
  expect(finding?.message).toBe('AWS::StepFunctions::StateMachine: Fn::GetAtt: there is no resource NoSuchRole');
});
