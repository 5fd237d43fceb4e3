import { readFileSync } from 'node:fs';
import type { Json, JsonObject } from '../../local/step-functions/json.ts';
import { CONTEXT, StateUnderTest as MachineState, machineOf } from './state-under-test.ts';

/** The text of the real file. */
export const TEXT = readFileSync(new URL('../../asl/release-gate.asl.json', import.meta.url), 'utf8');
export const MACHINE = machineOf('release-gate', { WaitTimeoutSeconds: '86400' });
export { CONTEXT };

const EXECUTION_INPUT: Json = { bucket: 'b', key: 'inputs/x.json' };

/** One state of the release gate. */
export class StateUnderTest extends MachineState {
  constructor(name: string, variables: JsonObject = {}) {
    super(MACHINE, name, { variables, ...(name !== 'ReadInputFromS3' && { executionInput: EXECUTION_INPUT }) });
  }
}
