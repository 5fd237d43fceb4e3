import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { CliError } from './errors.ts';
import type { Io } from './io.ts';
import type { Stack } from './stack.ts';
import type { Target, TargetOptions } from './target.ts';
import { Terminal } from './terminal.ts';
import { timeFor } from './times.ts';

/** The release gate of one target, as most commands need it. */
export interface Gate {
  target: Target;
  stack: Stack;
}

/** One run of the command line: its streams, and how commands find and tell things. */
export class Session {
  readonly io: Io;
  /** Results. */
  readonly terminal: Terminal;
  /** What is beside the result: progress and questions. */
  readonly notes: Terminal;
  /** What this run talks to, once it is known; for errors. */
  targetName: string | undefined;

  constructor(io: Io) {
    this.io = io;
    this.terminal = new Terminal(io.stdout, io.env);
    this.notes = new Terminal(io.stderr, io.env);
  }

  async target(options: TargetOptions): Promise<Target> {
    const { findTarget } = await import('./target.ts'); // SDK clients, which not every command needs
    const target = await findTarget(options, this.io);
    this.targetName = target.name;
    return target;
  }

  /** The target and its release gate stack. */
  async gate(options: TargetOptions): Promise<Gate> {
    const target = await this.target(options);
    const { describeStack } = await import('./stack.ts');
    const stack = await describeStack(target, options.stack ?? `${target.prefix}-release-gate`);
    return { target, stack };
  }

  /** Writes JSON when it was asked for, else what `human` writes. */
  show(options: { json?: boolean }, value: unknown, human: (terminal: Terminal) => void): void {
    if (options.json) this.terminal.json(value);
    else human(this.terminal);
  }

  /** A time as whoever reads the output wants it. */
  time(at: string | Date): string {
    return timeFor(this.terminal.interactive, at, this.io.now());
  }

  /** The same with its clock stopped: all times of one output are as of one moment. */
  asOf(now: Date): Session {
    const stopped = new Session({ ...this.io, now: () => now });
    stopped.targetName = this.targetName;
    return stopped;
  }

  /** Asks before something that cannot be taken back. Throws `CliError` on no, and where nobody can be asked. */
  async confirm(question: string, options: { yes?: boolean }): Promise<void> {
    if (options.yes) return;
    if (!this.io.stdin.isTTY) throw new CliError(`${question} Nobody can be asked here; give --yes`);
    const prompt = createInterface({ input: this.io.stdin });
    try {
      this.notes.raw(`${question} [y/N] `);
      const answered = prompt.question('', { signal: this.io.interrupted() });
      const answer = await Promise.race([answered, once(prompt, 'close').then(() => undefined)]);
      if (answer === undefined) this.notes.line(); // Ctrl-D leaves the cursor behind the question
      if (!/^y(es)?$/i.test(answer?.trim() ?? '')) throw new CliError('nothing was done');
    } finally {
      prompt.close();
    }
  }
}
