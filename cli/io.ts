/** Where text goes: a stream of the process, or what a test gives. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** All that a command line touches besides its target. Tests give their own. */
export interface Io {
  stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean | undefined };
  stdout: Output;
  stderr: Output;
  env: Readonly<Record<string, string | undefined>>;
  now: () => Date;
  /** Aborted by Ctrl-C. A command that asks for it ends by itself; for the others Ctrl-C ends the process. */
  interrupted: () => AbortSignal;
}

/** The process's own streams, environment and clock. */
export function processIo(): Io {
  let controller: AbortController | undefined;
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    now: () => new Date(),
    interrupted: () => {
      if (controller) return controller.signal;
      const interrupt = new AbortController();
      process.once('SIGINT', () => interrupt.abort()); // once: a second Ctrl-C ends the process whatever it does
      controller = interrupt;
      return interrupt.signal;
    },
  };
}
