import { AwsError } from '../gateway/aws-error.ts';

/** A template cannot be provisioned: one line that names stack, resource, problem and way out. */
export class ProvisionError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ProvisionError';
  }
}

/** The resources of a template cannot be put in an order, for what one of them needs. */
export class DependencyError extends ProvisionError {
  readonly logicalId: string;

  constructor(logicalId: string, message: string) {
    super(message);
    this.logicalId = logicalId;
  }
}

/** Puts the place before a problem. AWS's errors keep their code, as CloudFormation shows them. */
export function located(place: string, cause: unknown): ProvisionError {
  const problem = cause instanceof AwsError ? `${cause.code}: ${cause.message}` : messageOf(cause);
  return new ProvisionError(`${place}: ${problem}`, { cause });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
