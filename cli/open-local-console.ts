import type { Runtime } from '../local/runtime.ts';

/** Starts the console of a local run in its process. Returns its address; undefined where no release gate runs. */
export async function openLocalConsole(runtime: Runtime, port: number): Promise<string | undefined> {
  const gateStack = runtime.stacks.find(({ name }) => name.endsWith('-release-gate'));
  if (!gateStack) return undefined;
  const { openConsole } = await import('../console/server/open-console.ts');
  const { describeStack } = await import('./stack.ts');
  const { findTarget } = await import('./target.ts');
  const target = await findTarget({ target: 'local', endpoint: runtime.endpoint }, process);
  const { url } = await openConsole({
    port,
    portOption: '--console-port',
    gate: async () => ({ target, stack: await describeStack(target, gateStack.name) }),
    targetName: target.name,
    now: () => new Date(),
    ...(process.env['STORYGATE_JIRA_URL'] && { jiraUrl: process.env['STORYGATE_JIRA_URL'] }),
  });
  return url;
}
