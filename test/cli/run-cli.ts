import { PassThrough } from 'node:stream';
import { main } from '../../cli/main.ts';

export interface CliRun {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  env?: Record<string, string>;
  /** Runs as in a terminal of so many columns. */
  columns?: number;
  /**
   * What the person at the keyboard answers; a function is called when the question is asked, and undefined is Ctrl-D. Without,
   * nobody is there.
   */
  answer?: string | (() => Promise<string | undefined>);
  now?: () => Date;
  /** Gets what is written so far, and may press Ctrl-C. */
  onOutput?: (text: string, pressCtrlC: () => void) => unknown;
}

/** Runs a command line in this process, as `storygate` would. */
export async function runCli(argv: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const interrupt = new AbortController();
  const stdin = Object.assign(new PassThrough(), { isTTY: options.answer !== undefined });
  const [stdout, stderr] = [
    collector(options, interrupt),
    collector({ ...options, onOutput: (text) => text.endsWith('[y/N] ') && think(options, stdin) }, interrupt),
  ];
  if (typeof options.answer === 'string') stdin.end(`${options.answer}\n`);
  const exitCode = await main(argv, {
    stdin,
    stdout,
    stderr,
    env: { NO_COLOR: '1', ...options.env },
    now: options.now ?? (() => new Date()),
    interrupted: () => interrupt.signal,
  });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

async function think({ answer }: CliOptions, stdin: PassThrough): Promise<void> {
  if (typeof answer !== 'function') return;
  const text = await answer();
  stdin.end(text === undefined ? undefined : `${text}\n`);
}

function collector({ columns, onOutput }: CliOptions, interrupt: AbortController) {
  let written = '';
  return {
    isTTY: columns !== undefined,
    columns,
    text: () => written,
    write(text: string) {
      written += text;
      onOutput?.(written, () => interrupt.abort());
    },
  };
}

/** Takes out of an output what differs from run to run: times, durations, hashes, ids, ports. */
export function stable(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/g, '<uuid>')
    .replace(/-[0-9a-f]{20}\b/g, '-<hash>')
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, '<endpoint>')
    .replace(/ *\b\d+(\.\d+)? m?s\b/g, ' <took>');
}
