import { AwsError } from '../../gateway/aws-error.ts';
import { isObject, type JsonObject } from '../json.ts';
import { brokenConstraint, isSensitive } from './limits.ts';

/** The members of a request, checked as they are read. Every complaint is a `ValidationException` naming the member. */
export class Input {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #within: string;

  /** @param within what stands before a member's name in complaints, for members of members: `tags.1.member.` */
  constructor(values: Readonly<Record<string, unknown>>, within = '') {
    this.#values = values;
    this.#within = within;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw this.#invalid(name, null, 'Member must not be null');
    return value;
  }

  optionalText(name: string): string | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#values[name];
    if (typeof value !== 'string') throw this.#invalid(name, value, 'Member must be a string');
    const broken = brokenConstraint(name, value);
    if (broken !== undefined) throw this.#invalid(name, value, broken);
    return value;
  }

  /** One of `allowed`; the first of them, which may be empty for none, when the member is missing. */
  choice<T extends string>(name: string, allowed: readonly [T, ...T[]]): T {
    const value = this.optionalText(name);
    if (value === undefined) return allowed[0];
    const found = allowed.find((one) => one === value);
    if (found !== undefined) return found;
    const values = allowed.filter((one) => one !== '').join(', ');
    throw this.#invalid(name, value, `Member must satisfy enum value set: [${values}]`);
  }

  flag(name: string, otherwise: boolean): boolean {
    if (!this.has(name)) return otherwise;
    const value = this.#values[name];
    if (typeof value === 'boolean') return value;
    throw this.#invalid(name, value, 'Member must be a boolean');
  }

  /** A page size: `otherwise` when missing or 0. */
  pageSize(otherwise: number, most: number): number {
    const size = this.has('maxResults') ? this.integer('maxResults', 0, most) : 0;
    return size === 0 ? otherwise : size;
  }

  integer(name: string, least: number, most: number): number {
    const value = this.#values[name];
    if (typeof value !== 'number' || !Number.isInteger(value))
      throw this.#invalid(name, value, this.has(name) ? 'Member must be an integer' : 'Member must not be null');
    if (value < least) throw this.#invalid(name, value, `Member must have value greater than or equal to ${least}`);
    if (value > most) throw this.#invalid(name, value, `Member must have value less than or equal to ${most}`);
    return value;
  }

  object(name: string): JsonObject | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#values[name];
    if (isObject(value)) return value;
    throw this.#invalid(name, value, 'Member must be an object');
  }

  list(name: string): unknown[] {
    if (!this.has(name)) return [];
    const value = this.#values[name];
    if (Array.isArray(value)) return value;
    throw this.#invalid(name, value, 'Member must be a list');
  }

  /** The members of the list's objects. Anything else in the list is refused. */
  objects(name: string): Input[] {
    return this.list(name).map((item, index) => {
      if (isObject(item)) return new Input(item, `${this.#within}${name}.${index + 1}.member.`);
      throw this.#invalid(`${name}.${index + 1}.member`, item, 'Member must be an object');
    });
  }

  #invalid(name: string, value: unknown, constraint: string): AwsError {
    return invalid(`${this.#within}${name}`, value, constraint);
  }
}

export function invalid(name: string, value: unknown, constraint: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value${shown(name, value)} at '${name}' failed to satisfy constraint: ${constraint}`,
  );
}

function shown(name: string, value: unknown): string {
  if (value === null || value === undefined) return ' null';
  if (isSensitive(name)) return '';
  return ` '${typeof value === 'string' ? value : JSON.stringify(value)}'`;
}

/** Times in answers are epoch seconds with milliseconds. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}
