import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { CliError, ExitCode } from '../errors.ts';
import { watchExecution, workflowFailed } from '../executions/watch-execution.ts';
import type { Gate, Session } from '../session.ts';
import { startByInput } from './start-by-input.ts';

const MESSAGE = 'Hello step function';
const Record = z.object({ id: z.string(), Timestamp: z.string(), Message: z.string() });

/** A message becomes a record; an input without one is refused. */
export async function messageRecordDemo(session: Session, workflow: Gate): Promise<void> {
  session.terminal.heading(`Message record: ${JSON.stringify({ message: MESSAGE })}`);
  await recordMessage(session, workflow);
  session.terminal.heading('The same without a message');
  await refuseInput(session, workflow);
}

async function recordMessage(session: Session, workflow: Gate): Promise<void> {
  const { terminal } = session;
  const execution = await startByInput(workflow, { message: MESSAGE });
  const end = await watchExecution(session, workflow, execution);
  if (end.status !== 'SUCCEEDED') throw workflowFailed(execution.name, end);
  const TableName = workflow.stack.output('TableName');
  const { settings } = workflow.target;
  const { output = 'null' } = await new SFNClient(settings).send(
    new DescribeExecutionCommand({ executionArn: execution.arn }),
  );
  const { id } = Record.parse(JSON.parse(output));
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
  const { Item } = await table.send(new GetCommand({ TableName, Key: { id } }));
  terminal.heading(`In the table ${TableName}`);
  terminal.facts(Record.parse(Item));
}

async function refuseInput(session: Session, workflow: Gate): Promise<void> {
  const execution = await startByInput(workflow, {});
  const { error, cause } = await watchExecution(session, workflow, execution);
  if (error !== 'Storygate.InvalidMessage')
    throw new CliError(`${execution.name} had no message and was not refused for it: ${error ?? 'no error'}`, {
      exitCode: ExitCode.workflowFailed,
    });
  session.terminal.facts({ error, cause });
}
