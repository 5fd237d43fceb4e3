import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { ExecutionReference } from '../executions/reference.ts';
import { startedByUpload, startStoredFile } from '../executions/start.ts';
import { uploadWorkflowFile } from '../executions/upload.ts';
import { watchExecution, workflowFailed } from '../executions/watch-execution.ts';
import { examples, withTarget } from '../options.ts';
import type { Gate, Session } from '../session.ts';
import type { TargetOptions } from '../target.ts';

interface StartOptions extends TargetOptions {
  key?: string;
  follow?: boolean;
  json?: boolean;
}

interface Started {
  execution: ExecutionReference;
  key: string;
  jiraStoryId?: string;
}

/** `storygate start`: a gate for a workflow file, by upload or for one that is in the bucket already. */
export function startCommand(command: Command, session: Session): void {
  withTarget(
    command
      .argument('<file|bucket/key>', 'a file here, or a key below inputs/ of the workflow bucket')
      .option('--key <key>', 'where to upload the file to (default: inputs/<name of the file>)')
      .option('-f, --follow', 'show each step until the gate has ended; exit code 4 when it fails'),
  )
    .addHelpText(
      'after',
      examples(
        ['storygate start release.json', 'upload it to inputs/release.json'],
        ['storygate start release.json --follow', 'and watch it to its end'],
        ['storygate start inputs/release.json', 'start again what is in the bucket'],
      ),
    )
    .action((file: string, options: StartOptions) => start(file, options, session));
}

async function start(file: string, options: StartOptions, session: Session): Promise<void> {
  const gate = await session.gate(options);
  const { execution, key, jiraStoryId } = existsSync(file)
    ? await startUpload(file, options, session, gate)
    : await startStored(file, gate);
  const started = {
    executionName: execution.name,
    executionArn: execution.arn,
    key,
    ...(jiraStoryId && { jiraStoryId }),
  };
  if (options.follow) return followToEnd(started, execution, options, session, gate);
  session.show(options, started, (terminal) => {
    terminal.done(`Started ${execution.name}`, key);
    if (jiraStoryId)
      terminal.line(`  It asks for ${jiraStoryId}: storygate answer ${jiraStoryId} approve --message "…"`);
  });
}

async function startUpload(file: string, options: StartOptions, session: Session, gate: Gate): Promise<Started> {
  const upload = await uploadWorkflowFile(gate, file, options.key);
  const execution = await startedByUpload(session, gate, upload);
  return { execution, key: upload.key, jiraStoryId: upload.jiraStoryId };
}

async function startStored(location: string, gate: Gate): Promise<Started> {
  const { key, ...execution } = await startStoredFile(gate, location);
  return { execution, key };
}

async function followToEnd(
  started: object,
  execution: ExecutionReference,
  options: StartOptions,
  session: Session,
  gate: Gate,
): Promise<void> {
  if (!options.json) session.terminal.done(`Started ${execution.name}`);
  const { kind: _, ...ended } = await watchExecution(session, gate, execution, options.json ? { json: true } : {});
  if (options.json) session.terminal.json({ ...started, ...ended });
  if (ended.status !== 'SUCCEEDED') throw workflowFailed(execution.name, ended);
}
