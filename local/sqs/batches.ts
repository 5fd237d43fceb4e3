import { AwsError } from '../gateway/aws-error.ts';

interface Entry {
  Id: string;
}
interface Batch {
  Entries?: readonly Entry[] | null;
}
interface BatchOutput {
  Successful?: readonly object[];
  Failed?: readonly object[];
}

const MOST_ENTRIES = 10;

/**
 * Runs a batch without the entries that break a rule; those fail one by one, as on AWS.
 * @throws AwsError EmptyBatchRequest, TooManyEntriesInBatchRequest, InvalidBatchEntryId, BatchEntryIdsNotDistinct
 */
export async function runBatch<Input extends Batch>(
  input: Input,
  check: (entry: unknown) => void,
  run: (input: Input) => Promise<BatchOutput>,
): Promise<BatchOutput> {
  const entries = input.Entries ?? [];
  checkEntries(entries);
  const refused = entries.flatMap((entry) => failureOf(entry, check));
  if (refused.length === 0) return run(input);
  const Entries = entries.filter(({ Id }) => !refused.some((failure) => failure.Id === Id));
  const output = Entries.length === 0 ? {} : await run({ ...input, Entries });
  return { Successful: [], ...output, Failed: [...(output.Failed ?? []), ...refused] };
}

function checkEntries(entries: readonly Entry[]): void {
  const ids = entries.map(({ Id }) => Id);
  if (ids.length === 0) throw new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (ids.length > MOST_ENTRIES)
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${ids.length}.`,
    );
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id)))
    throw new AwsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  if (new Set(ids).size < ids.length)
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
}

function failureOf(entry: Entry, check: (entry: unknown) => void) {
  try {
    check(entry);
    return [];
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return [{ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message }];
  }
}
