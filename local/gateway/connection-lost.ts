import { AwsError } from './aws-error.ts';

/**
 * The caller gets no answer: whether the call had an effect is unknown. On the wire the gateway closes the connection;
 * callers inside the process catch this error.
 */
export class ConnectionLost extends AwsError {
  constructor(what: string) {
    super('ConnectionLost', `The connection was closed before ${what} was answered.`, { status: 503 });
  }
}
