import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { eventually } from '../support/eventually.ts';

/** Each look starts a process, and there are only so many cores. */
const POLL_MS = 25;

/** Whether there is a terminal to type into; without one the test of it is skipped, and says so. */
export function hasTmux(): boolean {
  const found = spawnSync('tmux', ['-V']).status === 0;
  if (!found) console.error('no tmux: apt-get install tmux; the command line is not tested in a real terminal');
  return found;
}

/** A terminal of a fixed size with a shell, on a tmux server of its own. */
export class TmuxTerminal {
  readonly #socket = `storygate-${randomUUID()}`;

  private constructor() {}

  /** @param rc what the shell reads when it starts */
  static async open(options: { columns: number; rows: number; directory: string; rc: string }): Promise<TmuxTerminal> {
    const { columns, rows, directory, rc } = options;
    const terminal = new TmuxTerminal();
    const rcFile = join(directory, 'terminal.rc');
    await writeFile(rcFile, `PS1='$ '\n${rc}\n`);
    terminal.#tmux(
      ...['-f', '/dev/null', 'new-session', '-d', '-x', String(columns), '-y', String(rows), '-c', directory],
      `exec bash --noprofile --rcfile '${rcFile}' -i`,
    );
    try {
      await terminal.shows(/^\$ *$/m);
      return terminal;
    } catch (error) {
      terminal.close();
      throw error;
    }
  }

  /** Types a command line and Enter, on an empty screen; the shell tells the exit code behind it. */
  start(commandLine: string): void {
    this.#tmux('send-keys', '-R', 'C-l');
    this.#tmux('clear-history');
    this.type(`${commandLine}; echo "exit $?"`);
    this.press('Enter');
  }

  /** Runs a command line to its end. Returns what the screen shows then. */
  async run(commandLine: string, exitCode = 0): Promise<string> {
    this.start(commandLine);
    return this.shows(new RegExp(`exit ${exitCode}$`, 'm'));
  }

  /** Types text as it is. */
  type(text: string): void {
    this.#tmux('send-keys', '-l', '--', text);
  }

  /** Presses a key by the name that tmux has for it: `Enter`, `Tab`, `C-c`. */
  press(key: string): void {
    this.#tmux('send-keys', key);
  }

  /** Waits until the screen shows it. Returns the screen as text, lines that were wrapped in one. */
  async shows(pattern: RegExp): Promise<string> {
    let screen = '';
    const look = () => {
      screen = this.#tmux('capture-pane', '-p', '-J', '-S', '-');
      return pattern.test(screen) ? screen : undefined;
    };
    try {
      return await eventually(`${pattern} in the terminal`, look, { between: () => setTimeout(POLL_MS) });
    } catch (cause) {
      throw new Error(`${pattern} was not seen in:\n${screen.trimEnd()}`, { cause });
    }
  }

  /** What the screen shows, with the escape sequences of its colours; `␛` stands for the character that begins them. */
  colours(): string {
    return this.#tmux('capture-pane', '-p', '-e', '-J', '-S', '-').replaceAll('\u001B', '␛');
  }

  close(): void {
    this.#tmux('kill-server');
  }

  #tmux(...args: string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...args], { encoding: 'utf8' });
  }
}
