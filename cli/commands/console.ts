import { once } from 'node:events';
import { type Command, InvalidArgumentError } from 'commander';
import { examples, port, withTarget } from '../options.ts';
import type { Session } from '../session.ts';
import type { TargetOptions } from '../target.ts';

interface ConsoleOptions extends TargetOptions {
  port: number;
  jiraUrl?: string;
  json?: boolean;
}

/** `storygate console`: the web page for the people who run gates. */
export function consoleCommand(command: Command, session: Session): void {
  withTarget(
    command
      .option('--port <number>', 'port on 127.0.0.1 (default: 0 takes a free one)', port, 0)
      .option('--jira-url <url>', 'where stories can be looked at (default: STORYGATE_JIRA_URL)', webAddress),
  )
    .addHelpText(
      'after',
      examples(
        ['storygate console', 'prints the address to open'],
        ['storygate console --target aws --jira-url https://example.atlassian.net', 'stories become links'],
      ),
    )
    .action((options: ConsoleOptions) => serve(options, session));
}

async function serve(options: ConsoleOptions, session: Session): Promise<void> {
  const { target } = await session.gate(options);
  const { openConsole } = await import('../../console/server/open-console.ts');
  const jiraUrl = options.jiraUrl ?? session.io.env['STORYGATE_JIRA_URL'];
  const running = await openConsole({
    port: options.port,
    gate: () => session.gate(options),
    targetName: target.name,
    now: session.io.now,
    remote: target.kind === 'aws',
    ...(jiraUrl && { jiraUrl: webAddress(jiraUrl) }),
  });
  session.show(options, { url: running.url }, (terminal) => {
    terminal.done(`Console of ${target.name}`, running.url);
    terminal.line('\nThe address holds the key to this session. Ctrl-C ends it.');
  });
  const interrupted = session.io.interrupted();
  if (!interrupted.aborted) await once(interrupted, 'abort');
  await running.close();
}

function webAddress(value: string): string {
  if (!/^https?:\/\/[^\s/]+/.test(value)) throw new InvalidArgumentError('expected an address such as https://….');
  return value.replace(/\/+$/, '');
}
