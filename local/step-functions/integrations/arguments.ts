import { isObject, type Json, type JsonObject } from '../json.ts';
import { type TaskCall, TaskError } from './integration.ts';

/** The Arguments of a call, checked as they are read. */
export class Arguments {
  readonly #values: JsonObject;
  readonly #where: string;

  constructor(values: JsonObject, where: string) {
    this.#values = values;
    this.#where = where;
  }

  value(name: string): Json | undefined {
    return this.#values[name];
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw new TaskError('States.Runtime', `The field '${name}' is required by ${this.#where}`);
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    throw this.invalid(name, `must be a string, not ${JSON.stringify(value)}`);
  }

  /** An object of strings, as headers and query parameters are; numbers and booleans are written as text. */
  texts(name: string): Record<string, string> {
    const value = this.#values[name] ?? {};
    if (!isObject(value)) throw this.invalid(name, 'must be an object');
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, Array.isArray(item) ? item.join(',') : String(item)]),
    );
  }

  object(name: string): Arguments {
    const value = this.#values[name];
    if (!isObject(value)) throw this.invalid(name, 'must be an object');
    return new Arguments(value, `${this.#where}/${name}`);
  }

  invalid(name: string, problem: string): TaskError {
    return new TaskError('States.Runtime', `The field '${name}' of ${this.#where} ${problem}`);
  }
}

/** @param known the fields that the integration takes; undefined when it takes whatever its service takes */
export function argumentsOf(call: TaskCall, known?: readonly string[]): Arguments {
  const { arguments: values, action } = call;
  if (!isObject(values))
    throw new TaskError(
      'States.Runtime',
      `The Arguments of ${action} must be an object, not ${JSON.stringify(values)}`,
    );
  const unknown = known && Object.keys(values).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new TaskError(
      'States.Runtime',
      `The field '${unknown}' is not supported by ${action}; it takes ${known?.join(', ')}`,
    );
  return new Arguments(values, action);
}
