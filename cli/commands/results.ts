import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { CliError, ExitCode, NotFoundError } from '../errors.ts';
import { readExecution } from '../executions/history.ts';
import { type ExecutionReference, findExecution } from '../executions/reference.ts';
import { filesOf, storedText } from '../executions/stored-files.ts';
import { examples, withTarget } from '../options.ts';
import type { Gate, Session } from '../session.ts';
import type { TargetOptions } from '../target.ts';

interface ResultsOptions extends TargetOptions {
  download?: string | true;
  json?: boolean;
}

/** `storygate results`: result.json or error.json of an execution, printed or downloaded. */
export function resultsCommand(command: Command, session: Session): void {
  withTarget(
    command
      .argument('<execution|story>', 'name or ARN of an execution, or a Jira story')
      .option('-d, --download [directory]', 'write result, log and error to files (default directory: here)'),
  )
    .addHelpText(
      'after',
      examples(
        ['storygate results PROJ-12345', 'result.json; error.json and exit code 4 when it failed'],
        ['storygate results release-7-3f1c0a --download out', 'all files, below out/'],
      ),
    )
    .action((reference: string, options: ResultsOptions) => results(reference, options, session));
}

async function results(reference: string, options: ResultsOptions, session: Session): Promise<void> {
  const gate = await session.gate(options);
  const execution = await findExecution(gate, reference);
  if (options.download !== undefined) return download(execution, options, gate, session);
  const result = await storedText(gate, `outputs/${execution.name}/result.json`);
  if (result !== undefined) return session.terminal.json(JSON.parse(result));
  const error = await storedText(gate, `logs/${execution.name}/error.json`);
  if (error === undefined) throw await noResult(gate, execution);
  session.terminal.json(JSON.parse(error));
  throw new CliError(`${execution.name} has failed; above is its error.json`, { exitCode: ExitCode.workflowFailed });
}

async function download(
  execution: ExecutionReference,
  options: ResultsOptions,
  gate: Gate,
  session: Session,
): Promise<void> {
  const directory = resolve(typeof options.download === 'string' ? options.download : '.');
  const keys = await filesOf(gate, execution.name);
  if (keys.length === 0) throw await noResult(gate, execution);
  const files = keys.map((key) => ({ key, file: fileFor(directory, key) }));
  for (const { key, file } of files) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, (await storedText(gate, key)) ?? '');
  }
  session.show(options, { executionName: execution.name, files }, (terminal) => {
    for (const { file } of files) terminal.done(file);
  });
}

/** Where a key goes. A key that leads out of the directory is none that an execution has written. */
function fileFor(directory: string, key: string): string {
  const file = join(directory, key);
  if (!file.startsWith(`${directory}${directory.endsWith(sep) ? '' : sep}`))
    throw new CliError(`${key} would be written outside of ${directory}`);
  return file;
}

async function noResult(gate: Gate, execution: ExecutionReference): Promise<NotFoundError> {
  const { status } = (await readExecution(gate, execution)).execution;
  const why =
    status === 'RUNNING' ? 'has no result yet: it is still running' : `has written no result: it is ${status}`;
  return new NotFoundError(`${execution.name} ${why}; storygate show ${execution.name}`);
}
