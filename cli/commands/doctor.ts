import type { Command } from 'commander';
import { type Check, type CheckResult, type Patient, problem, skipped } from '../doctor/check.ts';
import { CHECKS } from '../doctor/checks.ts';
import { CliError } from '../errors.ts';
import { explain } from '../explain-error.ts';
import { examples, withTarget } from '../options.ts';
import { plain } from '../plain-text.ts';
import type { Gate, Session } from '../session.ts';
import type { TargetOptions } from '../target.ts';

interface DoctorOptions extends TargetOptions {
  jiraBody?: string;
  json?: boolean;
}

interface Examined extends CheckResult {
  question: string;
  name: string;
}

/** `storygate doctor`: what is wrong with a deployed or local gate, and what to do. */
export function doctorCommand(command: Command, session: Session): void {
  withTarget(command.option('--jira-body <file>', 'a body that Jira is to send: tells what it would do, sends nothing'))
    .addHelpText(
      'after',
      examples(
        ['storygate doctor', 'everything; exit code 1 when something is wrong'],
        ['storygate doctor --jira-body body.json', 'also whether this body would decide anything'],
      ),
    )
    .action((options: DoctorOptions) => doctor(options, session));
}

async function doctor(options: DoctorOptions, session: Session): Promise<void> {
  const patient = await admit(await session.gate(options), options, session);
  const { terminal } = session;
  if (!options.json) terminal.line(`${patient.stack.name} in ${session.targetName}`);
  const examined: Examined[] = [];
  for (const { question, checks } of CHECKS) {
    const results = await Promise.all(checks.map((check) => examine(check, question, patient)));
    examined.push(...results);
    if (options.json) continue;
    terminal.heading(question);
    for (const result of results) print(session, result);
  }
  if (options.json) terminal.json({ target: session.targetName, stack: patient.stack.name, checks: examined });
  const problems = examined.filter(({ status }) => status === 'problem').length;
  if (problems > 0)
    throw new CliError(`${problems} of ${examined.length} checks found a problem; each says what to do`);
}

async function admit(gate: Gate, { jiraBody }: DoctorOptions, session: Session): Promise<Patient> {
  const resources = await gate.stack.resources();
  return { ...gate, resources, now: session.io.now(), ...(jiraBody !== undefined && { jiraBody }) };
}

/** A check that may not look is skipped; one that cannot is a problem by itself. */
async function examine({ name, run }: Check, question: string, patient: Patient): Promise<Examined> {
  const result = await run(patient).catch((error: unknown) => {
    const explained = explain(error, patient.target.name);
    if (error instanceof Error && error.name.startsWith('AccessDenied'))
      return skipped(`not allowed to look: ${error.message}`);
    return problem(explained?.message ?? String(error), 'see the message');
  });
  return { question, name, ...result };
}

const MARKS = {
  ok: { mark: '✔', style: 'green' },
  warning: { mark: '!', style: 'yellow' },
  problem: { mark: '✘', style: 'red' },
  skipped: { mark: '·', style: 'dim' },
} as const;

function print({ terminal }: Session, { name, status, detail, wayOut }: Examined): void {
  const { mark, style } = MARKS[status];
  terminal.line(`  ${terminal.style(style, mark)} ${name.padEnd(16)} ${plain(detail)}`);
  if (wayOut) terminal.line(`    ${' '.repeat(16)} ${terminal.style('dim', `→ ${plain(wayOut)}`)}`);
}
