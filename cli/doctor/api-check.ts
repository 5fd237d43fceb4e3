import { DescribeConnectionCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type CheckResult, idsOf, ok, type Patient, problem } from './check.ts';
import { failuresWith } from './recent-failures.ts';

/** Whether the workflow's connections carry the token that the mock APIs check. */
export async function tokensAgree(patient: Patient): Promise<CheckResult> {
  const events = new EventBridgeClient(patient.target.settings);
  const connections = await Promise.all(
    idsOf(patient, 'AWS::Events::Connection').map((Name) => events.send(new DescribeConnectionCommand({ Name }))),
  );
  const unauthorized = connections.find(({ ConnectionState }) => ConnectionState !== 'AUTHORIZED');
  if (unauthorized)
    return problem(
      `the connection ${unauthorized.Name} is ${unauthorized.ConnectionState}`,
      'deploy again: storygate deploy',
    );
  const SecretId = patient.stack.output('ApiTokensSecretArn');
  const { LastChangedDate } = await new SecretsManagerClient(patient.target.settings).send(
    new DescribeSecretCommand({ SecretId }),
  );
  const rotate = `aws secretsmanager rotate-secret --secret-id ${SecretId}`;
  const oldest = Math.min(...connections.map(({ LastModifiedTime }) => LastModifiedTime?.getTime() ?? 0));
  const failures = await failuresWith(patient, /StatusCode\.40[13]|\b401\b/);
  if (failures.length > 0 && LastChangedDate && LastChangedDate.getTime() > oldest)
    return problem(
      `${failures.length} recent executions got 401, and the token has changed since the connections took it over`,
      `a rotation brings it to them: ${rotate}`,
    );
  if (failures.length > 0)
    return problem(
      `${failures.length} recent executions got 401, such as ${failures[0]?.name}`,
      `a real API: check its secretName and secretKey in storygate.config.json, and give its connection the token it has now (docs/operations.md). A mock: ${rotate}`,
    );
  return ok(`${connections.length} connections are authorized; no recent execution got 401`);
}
