import type { Command } from 'commander';
import { synthesize } from '../../infra/synthesize.ts';
import { type Finding, formatFinding } from '../../preflight/finding.ts';
import { preflight } from '../../preflight/preflight.ts';
import { CliError } from '../errors.ts';
import { examples } from '../options.ts';
import type { Session } from '../session.ts';

interface CheckOptions {
  stage?: string;
  json?: boolean;
}

/** `storygate check`: what would fail at deployment, found here and now. */
export function checkCommand(command: Command, session: Session): void {
  command
    .argument('[directory]', 'a cloud assembly (default: this app, synthesized)')
    .option('--stage <name>', 'stage of the stacks (default: STORYGATE_STAGE, else the configuration, else dev)')
    .option('--json', 'print JSON; docs/cli.md describes it')
    .addHelpText(
      'after',
      examples(['storygate check', 'needs no AWS account'], ['storygate check --stage prod', 'what deploys to prod']),
    )
    .action((directory: string | undefined, options: CheckOptions) => check(directory, options, session));
}

async function check(directory: string | undefined, options: CheckOptions, session: Session): Promise<void> {
  const stage = options.stage ?? session.io.env['STORYGATE_STAGE'];
  const assembly = directory ?? (await synthesize({ quiet: true, ...(stage && { stage }) })).outDir;
  const findings = await preflight(assembly, { properties: true });
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  session.show(options, { findings }, (terminal) => {
    for (const finding of findings) terminal.line(coloured(session, finding));
    if (errors === 0) terminal.done('Nothing would fail', findings.length > 0 ? `${findings.length} warnings` : '');
  });
  if (errors > 0) throw new CliError(`${errors} of ${findings.length} findings would fail at deployment`);
}

function coloured({ terminal }: Session, finding: Finding): string {
  return terminal.style(finding.severity === 'error' ? 'red' : 'yellow', formatFinding(finding));
}
