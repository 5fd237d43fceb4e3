import type { BusEvent, InputTransformer, RuleDefinition, RuleTarget } from './rule.ts';
import { ruleArn } from './rule.ts';

/** The text that a target gets for an event: the event, a part of it, a constant, or what a template makes of it. */
export function targetInput(
  rule: Pick<RuleDefinition, 'name' | 'busName'>,
  target: RuleTarget,
  event: BusEvent,
): string {
  if (target.input !== undefined) return target.input;
  if (target.inputTransformer) return transform(target.inputTransformer, event, predefined(rule, event));
  if (target.inputPath !== undefined) return JSON.stringify(valueAt(event, target.inputPath) ?? null);
  return JSON.stringify(event);
}

/** Variables that every template may use. */
function predefined(rule: Pick<RuleDefinition, 'name' | 'busName'>, event: BusEvent): Record<string, unknown> {
  const { detail: _, ...withoutDetail } = event;
  return {
    'aws.events.rule-arn': ruleArn(rule),
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': event.time,
    'aws.events.event': withoutDetail,
    'aws.events.event.json': event,
  };
}

/**
 * Fills a template. A placeholder outside of quotes becomes a JSON value, one inside of quotes text. A path that the
 * event does not have gives null and the empty text.
 */
function transform(
  { inputPaths, template }: InputTransformer,
  event: BusEvent,
  known: Record<string, unknown>,
): string {
  const variable = (name: string) => {
    const path = Object.hasOwn(inputPaths, name) ? inputPaths[name] : undefined;
    return path === undefined ? known[name] : valueAt(event, path);
  };
  const isVariable = (name: string) => Object.hasOwn(inputPaths, name) || Object.hasOwn(known, name);
  let quoted = false;
  return template.replace(/\\.|"|<([\w.-]+)>/gs, (token: string, name: string | undefined) => {
    if (token === '"') quoted = !quoted;
    if (name === undefined || !isVariable(name)) return token;
    return quoted ? textOf(variable(name)) : JSON.stringify(variable(name) ?? null);
  });
}

/** Inside quotes: a text as it is, anything else as JSON; escaped, so that the quotes around it stay the only ones. */
function textOf(value: unknown): string {
  if (value === undefined) return '';
  return JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value)).slice(1, -1);
}

/** Evaluates the paths that EventBridge takes: `$`, `$.detail.name`, `$.resources[0]`, `$.detail['a b']`. */
export function valueAt(root: unknown, path: string): unknown {
  const steps = [...path.slice(1).matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['([^']+)'\]/g)];
  return steps.reduce<unknown>((value, [, name, index, quotedName]) => {
    if (typeof value !== 'object' || value === null) return undefined;
    const key = name ?? index ?? quotedName ?? '';
    return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
  }, root);
}
