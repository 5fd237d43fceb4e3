import { resolveValue } from './intrinsics.ts';
import { ProvisionError } from './provision-error.ts';
import { isObject } from './references.ts';
import type { Scope } from './scope.ts';

/**
 * The value of a condition of the template's `Conditions`.
 * @throws ProvisionError when there is none of this name, or it cannot be evaluated
 */
export function evaluateCondition(name: string, scope: Scope): boolean {
  const condition = scope.template.Conditions[name];
  if (condition === undefined) throw new ProvisionError(`there is no condition ${name}`);
  return evaluate(condition, scope);
}

function evaluate(condition: unknown, scope: Scope): boolean {
  const [[key, argument] = ['', undefined]] = isObject(condition) ? Object.entries(condition) : [];
  const items: unknown[] = Array.isArray(argument) ? argument : [];
  switch (key) {
    case 'Fn::Equals':
      return equal(resolveValue(items[0], scope), resolveValue(items[1], scope));
    case 'Fn::And':
      return items.every((item) => evaluate(item, scope));
    case 'Fn::Or':
      return items.some((item) => evaluate(item, scope));
    case 'Fn::Not':
      return !evaluate(items[0], scope);
    case 'Condition':
      return evaluateCondition(String(argument), scope);
    default:
      throw new ProvisionError(`${JSON.stringify(condition)} is no condition function that is supported`);
  }
}

function equal(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other) || String(one) === String(other);
}
