import { AwsError } from '../../gateway/aws-error.ts';
import { MAX_PAYLOAD_BYTES } from '../engine/history.ts';
import type { Signal } from '../engine/signals.ts';
import { type TokenAddress, tokenAddress } from '../engine/task-token.ts';
import { type Json, parseJson } from '../json.ts';
import { type Actions, type ApiContext, permission } from './context.ts';
import { Input, invalid } from './input.ts';

/** SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat. An answer is acknowledged when it, and what follows from it, is stored. */
export function taskActions(context: ApiContext): Actions {
  return {
    SendTaskSuccess: {
      requires: ({ taskToken }) => permission('SendTaskSuccess', machineOf(context, taskToken)),
      run: (input) => {
        const request = new Input(input);
        const { token, frameId, rowId } = address(request);
        const result = { output: outputOf(request) };
        return deliver(context, rowId, { type: 'answer', frameId, token, result });
      },
    },
    SendTaskFailure: {
      requires: ({ taskToken }) => permission('SendTaskFailure', machineOf(context, taskToken)),
      run: (input) => {
        const request = new Input(input);
        const { token, frameId, rowId } = address(request);
        const [error, cause] = [request.optionalText('error'), request.optionalText('cause')];
        const result = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
        return deliver(context, rowId, { type: 'answer', frameId, token, result });
      },
    },
    SendTaskHeartbeat: {
      requires: ({ taskToken }) => permission('SendTaskHeartbeat', machineOf(context, taskToken)),
      run: (input) => {
        const { token, frameId, rowId } = address(new Input(input));
        return deliver(context, rowId, { type: 'heartbeat', frameId, token });
      },
    },
  };
}

/**
 * The machine whose execution made the token: permissions for answers are given on machines. A text that names none cannot be
 * authorized for any, so it is refused for what it is.
 */
function machineOf({ executions }: ApiContext, token: unknown): string | undefined {
  if (typeof token !== 'string') return undefined;
  return executions.byId(address(new Input({ taskToken: token })).rowId)?.machine;
}

function address(request: Input): TokenAddress & { token: string } {
  const token = request.text('taskToken');
  return { ...knownAddress(token), token };
}

/** @throws AwsError InvalidToken for what no execution here has made */
function knownAddress(token: string): TokenAddress {
  const found = tokenAddress(token);
  if (found) return found;
  throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
}

function outputOf(request: Input): Json {
  const text = request.text('output');
  if (Buffer.byteLength(text) > MAX_PAYLOAD_BYTES)
    throw invalid('output', text, `Member must have length less than or equal to ${MAX_PAYLOAD_BYTES}`);
  try {
    return parseJson(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidOutput', `Invalid Output: '${reason}'`);
  }
}

async function deliver({ executor, executions }: ApiContext, rowId: number, signal: Signal): Promise<object> {
  if (await executor.signal(rowId, signal)) return {};
  if (!executions.byId(rowId))
    throw new AwsError('TaskDoesNotExist', "Task does not exist: 'Provided task does not exist'");
  throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
}
