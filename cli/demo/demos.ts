import type { ProvisionedStack } from '../../local/provision/provisioner.ts';
import { CliError } from '../errors.ts';
import type { Gate, Session } from '../session.ts';

/** Runs one workflow with real input, tells its steps as they happen and then what came of it. Throws when it came out otherwise. */
export type Demo = (session: Session, workflow: Gate) => Promise<void>;

/** Every demo by the name of its workflow. Adding one is a module and a line here. */
const DEMOS = {
  'release-gate': async () => (await import('./release-gate.ts')).releaseGateDemo,
  'file-distribution': async () => (await import('./file-distribution.ts')).fileDistributionDemo,
  'message-record': async () => (await import('./message-record.ts')).messageRecordDemo,
} satisfies Record<string, () => Promise<Demo>>;

export type DemoName = keyof typeof DEMOS;

export const DEMO_NAMES = Object.keys(DEMOS);
export const DEFAULT_DEMO: DemoName = 'release-gate';

/** Only the local run has demos: there, asking often costs nobody anything and makes the shown times exact. */
const POLL_MS = 10;

/**
 * Runs a demo against a local run.
 *
 * @throws CliError when the run has not loaded the workflow's stack, or the demo did not go as it should
 */
export async function runDemo(
  name: DemoName,
  session: Session,
  { endpoint, stacks }: { endpoint: string; stacks: readonly ProvisionedStack[] },
): Promise<void> {
  const stack = stacks.find((candidate) => candidate.name.endsWith(`-${name}`));
  if (!stack) throw new CliError(`the demo needs the ${name} stack; start without --stack, or name it there`);
  const target = { ...(await session.target({ target: 'local', endpoint })), pollMs: POLL_MS };
  const demo = await DEMOS[name]();
  const { describeStack } = await import('../stack.ts');
  await demo(session, { target, stack: await describeStack(target, stack.name) });
}
