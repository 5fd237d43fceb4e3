import { MovableClock, shiftDate } from '../../local/clock.ts';
import { type Runtime, type RuntimeOptions, startRuntime } from '../../local/runtime.ts';
import type { LocalRuntime } from './local-runtime.ts';

/** Any credentials that belong to no role make the caller the local admin. */
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

export type InProcessRuntime = LocalRuntime & { runtime: Runtime };

/** The runtime in the test's own process, in memory unless `dataDir` is given, so that its parts are at hand; otherwise as its users meet it. */
export async function startInProcess(
  options: Pick<RuntimeOptions, 'stacks' | 'dataDir'> & { assembly?: string } = {},
): Promise<InProcessRuntime> {
  const clock = new MovableClock();
  const RealDate = globalThis.Date;
  shiftDate(clock.offset); // the emulators in this process ask the system for the time
  const runtime = await startRuntime({ assembly: 'cdk.out', clock, port: 0, ...options });
  const stop = async () => {
    await runtime.close();
    globalThis.Date = RealDate;
  };
  return {
    runtime,
    endpoint: runtime.endpoint,
    client: { endpoint: runtime.endpoint, region: 'us-east-1', credentials },
    outputs: async (stackName) => {
      const outputs = runtime.stacks.find(({ name }) => name === stackName)?.outputs ?? [];
      return Object.fromEntries(outputs.map(({ key, value }) => [key, value]));
    },
    advance: async (milliseconds) => clock.advance(milliseconds),
    kill: stop,
    stop,
  };
}
