import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { executionName } from '../../services/ingest/execution-name.ts';
import { executionStarter } from '../../services/ingest/start-execution.ts';
import { planUpload, wantedFor } from '../distribution/plan.ts';
import { uploadBuild } from '../distribution/upload-build.ts';
import { NotFoundError } from '../errors.ts';
import { startedByUpload } from '../executions/start.ts';
import { watchExecution, workflowFailed } from '../executions/watch-execution.ts';
import { examples, withTarget } from '../options.ts';
import type { Gate, Session } from '../session.ts';
import { describeStack } from '../stack.ts';
import type { TargetOptions } from '../target.ts';

interface DistributeOptions extends TargetOptions {
  to?: string[];
  key?: string;
  follow?: boolean;
  yes?: boolean;
  json?: boolean;
}

/** What of a distribution has to be started here, and what starts by itself. */
interface Distribution {
  executionName: string;
  executionArn: string;
  destinations: string[];
}

/** `storygate distribute`: copies a file to the destination buckets. */
export function distributeCommand(command: Command, session: Session): void {
  withTarget(
    command
      .argument('<file>', 'a file here, or a key of the source bucket')
      .option('--to <bucket...>', 'destination buckets, by full or base name (default: those configured for the key)')
      .option('--key <key>', 'where to upload the file to (default: its name)')
      .option('-f, --follow', 'show each step until it has ended; exit code 4 when a copy fails')
      .option('-y, --yes', 'do not ask'),
  )
    .addHelpText(
      'after',
      examples(
        ['storygate distribute build-123.zip', 'to the configured buckets'],
        ['storygate distribute build-123.zip --to region-a-builds partner-builds', 'and to one more'],
      ),
    )
    .action((file: string, options: DistributeOptions) => distribute(file, options, session));
}

async function distribute(file: string, options: DistributeOptions, session: Session): Promise<void> {
  const target = await session.target(options);
  const stack = await describeStack(target, options.stack ?? `${target.prefix}-file-distribution`);
  const gate: Gate = { target, stack };
  const started = existsSync(file)
    ? await distributeFile(file, options, session, gate)
    : [await distributeStored(file, options, gate)];
  if (!options.follow)
    return session.show(options, { distributions: started }, (terminal) => {
      for (const { executionName: name, destinations } of started)
        terminal.done(`Started ${name}`, destinations.join(', '));
    });
  for (const { executionArn: arn, executionName: name } of started) {
    const { kind: _, ...end } = await watchExecution(session, gate, { arn, name }, options.json ? { json: true } : {});
    if (options.json) session.terminal.json({ executionName: name, executionArn: arn, ...end });
    if (end.status !== 'SUCCEEDED') throw workflowFailed(name, end);
  }
}

/** An upload goes to the buckets that are configured for its key by itself; only further ones need a start of their own. */
async function distributeFile(
  file: string,
  options: DistributeOptions,
  session: Session,
  gate: Gate,
): Promise<Distribution[]> {
  const key = options.key ?? basename(file);
  const { byUpload, further, unasked } = planUpload(gate.stack, key, options.to);
  if (unasked.length > 0)
    await session.confirm(
      `The upload itself distributes it to ${unasked.join(', ')} too, by configuration. Upload it?`,
      options,
    );
  const bucket = gate.stack.output('SourceBucketName');
  const versionId = await uploadBuild(session, gate.target, { file, bucket, key });
  const started: Distribution[] = [];
  if (byUpload.length > 0) {
    const { name, arn } = await startedByUpload(session, gate, { bucket, key, versionId });
    started.push({ executionName: name, executionArn: arn, destinations: byUpload });
  }
  if (further.length > 0) started.push(await start(gate, key, further));
  return started;
}

async function distributeStored(file: string, options: DistributeOptions, gate: Gate): Promise<Distribution> {
  const source = gate.stack.output('SourceBucketName');
  const path = file.replace(/^s3:\/\//, '');
  if (/^[./]/.test(file)) throw new NotFoundError(`${file} is no file here`);
  const key = path.startsWith(`${source}/`) ? path.slice(source.length + 1) : path;
  return start(gate, key, wantedFor(gate.stack, key, options.to));
}

async function start({ target, stack }: Gate, key: string, destinations: string[]): Promise<Distribution> {
  const sourceBucket = stack.output('SourceBucketName');
  const startExecution = executionStarter(new SFNClient(target.settings), stack.output('StateMachineArn'));
  const { name, executionArn } = await startExecution({
    name: executionName(key, [sourceBucket, key, 'by hand', randomUUID()]),
    input: { sourceBucket, sourceKey: key, destinationBuckets: destinations },
  });
  return { executionName: name, executionArn, destinations };
}
