import * as z from 'zod/mini';

/** What is wrong with one field: shown to whoever sent it. */
export interface FieldProblem {
  /** Path such as `packageIds[1]`; empty for the value as a whole. */
  field: string;
  /** The value as JSON, cut at 100 characters; `missing` when there is none. */
  value: string;
  /** What would be right. Schemas carry it as their error message. */
  expectation: string;
}

/** Input that can never be accepted as it is. The message names place, field, value and expectation. */
export class InvalidInputError extends Error {
  readonly problems: readonly FieldProblem[];

  constructor(place: string, problems: readonly FieldProblem[]) {
    super(`${place}: ${problems.map(renderProblem).join('; ')}`);
    this.name = 'InvalidInputError';
    this.problems = problems;
  }
}

/**
 * Parses one edge's input. In schemas of this project the error message is the expectation: `z.string('a queue URL')`.
 *
 * @param place where the value came from, for the error's message: `environment`, `request body`
 * @param options.showValues `false` where a value may be a secret
 */
export function parseInput<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
  place: string,
  options: { showValues: boolean } = { showValues: true },
): z.output<Schema> {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  throw new InvalidInputError(
    place,
    result.error.issues.map((issue) => ({
      field: fieldName(issue.path),
      value: options.showValues ? showValue(valueAt(value, issue.path)) : '(hidden)',
      expectation: issue.message,
    })),
  );
}

/** `field is value, expected expectation` */
export function renderProblem({ field, value, expectation }: FieldProblem): string {
  return `${field || 'it'} is ${value}, expected ${expectation}`;
}

/** A value as JSON for people, cut at 100 characters. */
export function showValue(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : name ? `${name}.${String(part)}` : String(part)),
    '',
  );
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, part) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, part) ? Reflect.get(inner, part) : undefined,
    value,
  );
}
