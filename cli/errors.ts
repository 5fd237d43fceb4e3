/** What the process ends with; documented in `docs/cli.md`. */
export const ExitCode = { user: 1, unreachable: 2, notFound: 3, workflowFailed: 4, interrupted: 130 } as const;

/** An error that the person at the keyboard can act on: one line, with the way out. Never shown with a stack trace. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'CliError';
    this.exitCode = options.exitCode ?? ExitCode.user;
  }
}

/** Nothing is there that the command line names. */
export class NotFoundError extends CliError {
  constructor(message: string, cause?: unknown) {
    super(message, { exitCode: ExitCode.notFound, cause });
    this.name = 'NotFoundError';
  }
}
