/**
 * Which messages of a batch a function reports as failed (`ReportBatchItemFailures`).
 *
 * @param payload the function's answer, JSON text
 * @param messageIds of the batch
 * @returns ids to keep in the queue; all of them when the answer is not understood, as Lambda then treats the whole
 *   batch as failed. An empty answer (null, {}, no failures) means success.
 */
export function failedItems(payload: string, messageIds: readonly string[]): readonly string[] {
  const response: unknown = JSON.parse(payload);
  if (response === null) return [];
  if (typeof response !== 'object' || Array.isArray(response)) return messageIds;
  const failures: unknown = 'batchItemFailures' in response ? response.batchItemFailures : undefined;
  if (failures === undefined || failures === null) return [];
  if (!Array.isArray(failures)) return messageIds;
  const failed = failures.map(identifierOf);
  return failed.every((id) => id !== undefined && messageIds.includes(id))
    ? messageIds.filter((id) => failed.includes(id))
    : messageIds;
}

function identifierOf(failure: unknown): string | undefined {
  if (typeof failure !== 'object' || failure === null || !('itemIdentifier' in failure)) return undefined;
  return typeof failure.itemIdentifier === 'string' ? failure.itemIdentifier : undefined;
}
