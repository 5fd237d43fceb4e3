import { readFile } from 'node:fs/promises';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DecisionCriteria } from '../../services/ingest/criteria.ts';
import { readCallback } from '../../services/ingest/receive-callback.ts';
import { parseInput } from '../../services/shared/parse.ts';
import { CliError } from '../errors.ts';
import { type CheckResult, idsOf, ok, type Patient, problem, warning } from './check.ts';

/** The body that docs/jira-setup.md gives to Jira's administrators. */
const DOCUMENTED = {
  jiraStoryId: 'PROJ-12345',
  status: 'success',
  message: 'the comment',
  actor: 'the name of who decides',
};

/** What the webhook would make of a body: the one that was given, else the documented one. Nothing is sent. */
export async function jiraBodyIsValid(patient: Patient): Promise<CheckResult> {
  const { jiraBody, now } = patient;
  const text = jiraBody === undefined ? JSON.stringify(DOCUMENTED) : await readBody(jiraBody);
  const what = jiraBody ?? 'the documented body';
  const wayOut = 'docs/jira-setup.md has the body to paste; quote texts with .asJsonString';
  const criteria = await deployedCriteria(patient);
  try {
    const reading = readCallback(
      { body: JSON.parse(text), rawBody: Buffer.from(text), receivedAt: now },
      // A recorded body may be old; its age is no matter here.
      { criteria, replayWindowSeconds: Number.POSITIVE_INFINITY, newId: () => 'doctor' },
    );
    if (reading.kind === 'ignored') return warning(`${what} decides nothing: ${reading.reason}`, wayOut);
    if (reading.kind === 'moved')
      return ok(`${what} decides nothing, and says that ${reading.move.movedFrom} is ${reading.move.jiraStoryId} now`);
    const { jiraStoryId, outcome, source } = reading.callback;
    return ok(`${what} says ${outcome} for ${jiraStoryId} (${source})`);
  } catch (error) {
    return problem(`${what} would be refused: ${error instanceof Error ? error.message : error}`, wayOut);
  }
}

/** The criteria that the deployed webhook decides by. */
async function deployedCriteria(patient: Patient): Promise<DecisionCriteria> {
  const FunctionName = idsOf(patient, 'AWS::Lambda::Function').find((name) => name.endsWith('-jira-webhook'));
  const { Environment } = await new LambdaClient(patient.target.settings).send(
    new GetFunctionConfigurationCommand({ FunctionName }),
  );
  return parseInput(
    DecisionCriteria,
    JSON.parse(Environment?.Variables?.['DECISION_CRITERIA'] ?? '{}'),
    'DECISION_CRITERIA',
  );
}

async function readBody(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CliError(`${file} cannot be read; --jira-body takes a file with the body that Jira sends`, { cause });
  });
}
