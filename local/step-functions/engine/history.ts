import type { Json, JsonObject } from '../json.ts';

/** An event as GetExecutionHistory answers it; `timestamp` in epoch seconds. */
export interface HistoryEvent {
  id: number;
  previousEventId: number;
  timestamp: number;
  type: string;
  /** `stateEnteredEventDetails`, `taskFailedEventDetails`, … */
  [details: `${string}EventDetails`]: JsonObject;
}

/** An execution ends when its history holds this many events; the last one is ExecutionFailed itself. */
export const MAX_EVENTS = 25_000;

/** Input and output of states and executions, in bytes of UTF-8: 256 KiB. */
export const MAX_PAYLOAD_BYTES = 262_144;

const UNTRUNCATED = { truncated: false };

export function inputDetails(input: Json): JsonObject {
  return { input: JSON.stringify(input), inputDetails: UNTRUNCATED };
}

export function outputDetails(output: Json): JsonObject {
  return { output: JSON.stringify(output), outputDetails: UNTRUNCATED };
}

export function assignedDetails(variables: JsonObject): JsonObject {
  const assigned = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, JSON.stringify(value)]));
  return { assignedVariables: assigned, assignedVariablesDetails: UNTRUNCATED };
}

/** `error` and `cause`, each only when it has one. */
export function errorDetails(error: string | undefined, cause: string | undefined): JsonObject {
  return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}

export function exceedsPayload(value: Json): boolean {
  const text = JSON.stringify(value);
  return text.length > MAX_PAYLOAD_BYTES / 4 && Buffer.byteLength(text) > MAX_PAYLOAD_BYTES;
}

/** Members that hold execution data; left out when the reader does not want any. */
const DATA_MEMBERS = ['input', 'output', 'parameters', 'assignedVariables'];

export function withoutData(event: HistoryEvent): object {
  return Object.fromEntries(
    Object.entries(event).map(([key, value]) => [key, key.endsWith('EventDetails') ? stripped(value) : value]),
  );
}

function stripped(details: object): object {
  return Object.fromEntries(Object.entries(details).filter(([key]) => !DATA_MEMBERS.includes(key)));
}
