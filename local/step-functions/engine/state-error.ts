/** How a state failed, in the terms of Retry and Catch. */
export class StateError extends Error {
  readonly error: string | undefined;
  /** Set when an expression of the state failed: the history then shows EvaluationFailed. */
  readonly evaluation: { location?: string } | undefined;
  /** The cause names the state and the event that entered it. */
  readonly located: boolean;
  /** The state had been entered for good when its expression failed: the history points to the entry, not before it. */
  readonly afterEntry: boolean;

  /**
   * @param error the error's name; a Fail state may have none
   * @param cause text for people
   */
  constructor(
    error: string | undefined,
    cause: string | undefined,
    options: { evaluation?: { location?: string }; located?: boolean; afterEntry?: boolean } = {},
  ) {
    super(cause ?? '');
    this.name = 'StateError';
    this.error = error;
    this.#cause = cause;
    this.evaluation = options.evaluation;
    this.located = options.located ?? options.evaluation !== undefined;
    this.afterEntry = options.afterEntry ?? false;
  }

  readonly #cause: string | undefined;

  /** The cause as history and Catch see it. */
  causeIn(state: string, enteredEventId: number): string | undefined {
    if (!this.located) return this.#cause;
    return `An error occurred while executing the state '${state}' (entered at the event id #${enteredEventId}). ${this.#cause}`;
  }
}

/** @param what what is too large, up to the verb: `The state 'A' returned a result with` */
export function tooLarge(what: string): StateError {
  return new StateError(
    'States.DataLimitExceeded',
    `${what} a size exceeding the maximum number of bytes service limit.`,
  );
}
