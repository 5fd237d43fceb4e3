import type { Gate } from '../../cli/session.ts';
import { describeStack } from '../../cli/stack.ts';
import { findTarget } from '../../cli/target.ts';

/** The gate of a local runtime as command line and console find it. */
export async function gateAt(endpoint: string): Promise<Gate> {
  const target = await findTarget({ target: 'local', endpoint, stage: 'dev' }, { env: {} });
  return { target, stack: await describeStack(target, 'storygate-dev-release-gate') };
}
