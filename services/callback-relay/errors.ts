/** Why a message is in the dead-letter queue: a closed list, sent as the message attribute `reason`. */
export const DEAD_LETTER_REASONS = [
  /** The body is not JSON. */
  'UNREADABLE_JSON',
  /** The body is JSON, but no callback of a schema version that this relay knows. */
  'INVALID_ENVELOPE',
  /** Step Functions does not recognise the stored task token: it was damaged, or belongs to another region. */
  'INVALID_TASK_TOKEN',
  /** Step Functions recognises the token, but takes no such decision. */
  'DECISION_REFUSED',
  /** Something that could have changed did not, over all attempts; the attribute `error` says what. */
  'RETRIES_EXHAUSTED',
] as const;

export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];

/** This message can never succeed. */
export class DeadLetterError extends Error {
  readonly reason: DeadLetterReason;

  constructor(reason: DeadLetterReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DeadLetterError';
    this.reason = reason;
  }
}

/** Not decidable yet: the same message later, with the same claim. */
export class UndecidedError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UndecidedError';
  }
}

/** The wait could not be stored now. The state machine retries the task on this name. */
export class WaitNotStoredError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WaitNotStored';
  }
}
