import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { ExecutionReference } from '../executions/reference.ts';
import { startedByUpload } from '../executions/start.ts';
import { type Upload, uploadWorkflowFile } from '../executions/upload.ts';
import { showStep, workflowFailed } from '../executions/watch-execution.ts';
import { follow } from '../follow.ts';
import { postDecision, webhookSecret } from '../gates/post-decision.ts';
import type { Gate, Session } from '../session.ts';
import { duration, type Terminal } from '../terminal.ts';

const EXAMPLE = 'examples/workflow-input.json';
const WAITING_STATE = 'WaitForCallback';
const RESULT_STATE = 'WriteResultsToS3';

/** One release gate from a dropped file to its result; then the same again, to time a warm runtime. */
export async function releaseGateDemo(session: Session, gate: Gate): Promise<void> {
  const { terminal } = session;
  terminal.heading('Release gate');
  const cold = await runGate(session, gate, terminal);
  await showResult(gate, cold.execution, terminal);
  const warm = await runGate(session, gate);
  terminal.heading('How long it took');
  terminal.line(`  ${''.padEnd(34)}first gate  warm runtime`);
  timing(terminal, 'dropped file → waiting for Jira', cold.toPauseMs, warm.toPauseMs);
  timing(terminal, 'Jira callback → result.json', cold.toResultMs, warm.toResultMs);
}

function timing(terminal: Terminal, what: string, coldMs: number, warmMs: number): void {
  terminal.line(`  ${what.padEnd(34)}${duration(coldMs).padEnd(12)}${duration(warmMs)}`);
}

interface GateRun {
  execution: ExecutionReference;
  /** From the upload to the stored task token. */
  toPauseMs: number;
  /** From the callback to the written result. */
  toResultMs: number;
}

/** Drops the example, answers as Jira would, and follows it to its end; tells the steps if given a terminal. */
async function runGate(session: Session, gate: Gate, terminal?: Terminal): Promise<GateRun> {
  const droppedAt = Date.now();
  const upload = await uploadWorkflowFile(gate, EXAMPLE);
  const execution = await startedByUpload(session, gate, upload);
  terminal?.done(`Dropped ${EXAMPLE} into ${upload.key}`, `execution ${execution.name}`);
  const run: GateRun = { execution, toPauseMs: 0, toResultMs: 0 };
  let answeredAt = 0;
  const sfn = new SFNClient(gate.target.settings);
  for await (const step of follow(sfn, execution.arn, { pollMs: gate.target.pollMs })) {
    if (terminal) showStep(terminal, step);
    if (step.kind === 'waiting' && step.state === WAITING_STATE) {
      run.toPauseMs = step.at.getTime() - droppedAt;
      answeredAt = Date.now();
      await answer(gate, upload, terminal);
    }
    if (step.kind === 'finished' && step.state === RESULT_STATE) run.toResultMs = step.at.getTime() - answeredAt;
    if (step.kind === 'ended' && step.status !== 'SUCCEEDED') throw workflowFailed(execution.name, step);
  }
  return run;
}

/** Posts what Jira Automation posts when the story is moved to Done, with the secret that Jira would send. */
async function answer(gate: Gate, { jiraStoryId }: Upload, terminal?: Terminal): Promise<void> {
  await postDecision(gate, {
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await webhookSecret(gate)}` },
    body: JSON.stringify({ jiraStoryId, status: 'success', message: 'Release approved' }),
  });
  terminal?.done(`Jira says Done for ${jiraStoryId}`, 'POST /callback');
}

async function showResult({ target, stack }: Gate, { name }: ExecutionReference, terminal: Terminal): Promise<void> {
  const key = `outputs/${name}/result.json`;
  const { Body } = await new S3Client(target.settings).send(
    new GetObjectCommand({ Bucket: stack.output('S3BucketName'), Key: key }),
  );
  terminal.heading(key);
  terminal.line(((await Body?.transformToString()) ?? '').replace(/^/gm, '  '));
}
