import { type StoredCallback, type StoryRecords, storyRecords } from '../gates/story-records.ts';
import type { Gate } from '../session.ts';
import { readExecution, storyOf } from './history.ts';
import type { ExecutionReport } from './print-execution.ts';
import type { ExecutionReference } from './reference.ts';
import { stateTree } from './state-tree.ts';

/** Puts together what Step Functions and the waits table know of an execution. @param known the story's records, if read already */
export async function reportOf(
  gate: Gate,
  reference: ExecutionReference,
  known?: StoryRecords,
): Promise<ExecutionReport> {
  const { execution, events } = await readExecution(gate, reference);
  const jiraStoryId = storyOf(events);
  const records = known ?? (jiraStoryId ? await storyRecords(gate, jiraStoryId) : undefined);
  const wait = records?.waits.find(({ executionName }) => executionName === reference.name);
  const file = fileOf(execution.input);
  return {
    name: reference.name,
    arn: reference.arn,
    status: execution.status ?? 'UNKNOWN',
    startedAt: execution.startDate ?? new Date(0),
    ...(execution.stopDate && { endedAt: execution.stopDate }),
    ...(jiraStoryId && { jiraStoryId }),
    ...(file && { file }),
    ...(execution.error && { error: execution.error }),
    ...(execution.cause && { cause: execution.cause }),
    ...(wait && { wait }),
    callbacks: (records?.callbacks ?? []).filter((callback) => concerns(callback, reference.name, execution.startDate)),
    states: stateTree(events),
  };
}

/** A callback that met the execution, or came while it was there and may not have got so far. */
function concerns({ answers = [], disposition, receivedAt }: StoredCallback, name: string, startedAt?: Date): boolean {
  if (answers.some(({ executionName }) => executionName === name)) return true;
  return disposition === 'ACCEPTED' && startedAt !== undefined && Date.parse(receivedAt) >= startedAt.getTime();
}

/** The workflow file of an execution's input `{"bucket","key"}`; whoever started it by hand may have given anything. */
function fileOf(input = '{}'): string | undefined {
  const parsed: unknown = JSON.parse(input);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const [bucket, key]: unknown[] = [Reflect.get(parsed, 'bucket'), Reflect.get(parsed, 'key')];
  return typeof bucket === 'string' && typeof key === 'string' ? `s3://${bucket}/${key}` : undefined;
}
