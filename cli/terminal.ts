import { styleText } from 'node:util';
import type { Output } from './io.ts';
import { plain } from './plain-text.ts';

export type Style = Parameters<typeof styleText>[0];

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a command writes for people. Colour only where the stream shows it (`NO_COLOR` and pipes are respected). */
export class Terminal {
  /** Whether a person watches: then times are relative and progress is shown. */
  readonly interactive: boolean;
  readonly #out: Output;
  readonly #colour: boolean;

  constructor(out: Output = process.stdout, env: Environment = process.env) {
    this.#out = out;
    this.interactive = out.isTTY === true && env['TERM'] !== 'dumb';
    this.#colour = env['FORCE_COLOR'] ? env['FORCE_COLOR'] !== '0' : this.interactive && !env['NO_COLOR'];
  }

  /** Characters a line has room for; endless in a pipe. */
  get width(): number {
    return this.interactive ? (this.#out.columns ?? 80) : Number.POSITIVE_INFINITY;
  }

  line(text = ''): void {
    this.#out.write(`${text}\n`);
  }

  /** Text as it is: no line end, nothing cleaned. */
  raw(text: string): void {
    this.#out.write(text);
  }

  /** A value for programs: one indented JSON document. */
  json(value: unknown): void {
    this.line(JSON.stringify(value, null, 2));
  }

  style(style: Style, text: string): string {
    return this.#colour ? styleText(style, text, { validateStream: false }) : text;
  }

  /** A finished step: `✔ what   how long`. */
  done(what: string, note = ''): void {
    this.line(`  ${this.style('green', '✔')} ${what.padEnd(44)}${note && ` ${this.style('dim', note)}`}`.trimEnd());
  }

  /** Something that went on without stopping the work. */
  warn(what: string): void {
    this.line(`  ${this.style('yellow', '!')} ${what}`);
  }

  heading(text: string): void {
    this.line(`\n${this.style('bold', text)}`);
  }

  /** Facts, one a line, their names aligned. What is undefined is left out. */
  facts(facts: Readonly<Record<string, string | undefined>>, styles: Readonly<Record<string, Style>> = {}): void {
    const shown = Object.entries(facts).flatMap(([name, value]) => (value ? [{ name, value: plain(value) }] : []));
    const width = Math.max(0, ...shown.map(({ name }) => name.length));
    for (const { name, value } of shown) {
      const style = styles[name];
      this.line(`  ${this.style('dim', name.padEnd(width))}  ${style ? this.style(style, value) : value}`);
    }
  }
}

/** `850 ms`, `4.2 s`, `3 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${Math.round(milliseconds / 60_000)} min`;
}
