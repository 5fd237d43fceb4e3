import { AwsError } from '../../gateway/aws-error.ts';
import { isObject, type JsonObject } from '../json.ts';

/** The members of a request, checked as they are read. Every complaint is a `ValidationException` naming the member. */
export class Input {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw invalid(name, null, 'Member must not be null');
    return value;
  }

  optionalText(name: string): string | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#values[name];
    if (typeof value === 'string' && value !== '') return value;
    throw invalid(
      name,
      value,
      value === '' ? 'Member must have length greater than or equal to 1' : 'Member must be a string',
    );
  }

  /** One of `allowed`; the first of them when the member is missing. */
  choice<T extends string>(name: string, allowed: readonly [T, ...T[]]): T {
    const value = this.optionalText(name);
    if (value === undefined) return allowed[0];
    const found = allowed.find((one) => one === value);
    if (found === undefined) throw invalid(name, value, `Member must satisfy enum value set: [${allowed.join(', ')}]`);
    return found;
  }

  flag(name: string, otherwise: boolean): boolean {
    if (!this.has(name)) return otherwise;
    const value = this.#values[name];
    if (typeof value === 'boolean') return value;
    throw invalid(name, value, 'Member must be a boolean');
  }

  /** A page size: `otherwise` when missing or 0. */
  pageSize(otherwise: number, most: number): number {
    if (!this.has('maxResults')) return otherwise;
    const value = this.#values['maxResults'];
    if (typeof value !== 'number' || !Number.isInteger(value))
      throw invalid('maxResults', value, 'Member must be an integer');
    if (value < 0) throw invalid('maxResults', value, 'Member must have value greater than or equal to 0');
    if (value > most) throw invalid('maxResults', value, `Member must have value less than or equal to ${most}`);
    return value === 0 ? otherwise : value;
  }

  object(name: string): JsonObject | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#values[name];
    if (isObject(value)) return value;
    throw invalid(name, value, 'Member must be an object');
  }

  list(name: string): unknown[] {
    if (!this.has(name)) return [];
    const value = this.#values[name];
    if (Array.isArray(value)) return value;
    throw invalid(name, value, 'Member must be a list');
  }
}

export function invalid(name: string, value: unknown, constraint: string): AwsError {
  const shown =
    value === null || value === undefined ? 'null' : `'${typeof value === 'string' ? value : JSON.stringify(value)}'`;
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value ${shown} at '${name}' failed to satisfy constraint: ${constraint}`,
  );
}

/** A page token: opaque to callers. */
export function encodeToken(cursor: string | number): string {
  return Buffer.from(`page:${cursor}`).toString('base64url');
}

/** Throws `InvalidToken` for anything that `encodeToken` did not make. */
export function decodeToken(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const text = Buffer.from(token, 'base64url').toString();
  if (text.startsWith('page:')) return text.slice('page:'.length);
  throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
}

/** Times in answers are epoch seconds with milliseconds. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}
