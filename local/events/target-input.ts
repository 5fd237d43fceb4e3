import {
  type InputTransformer,
  isoSeconds,
  type ReceivedEvent,
  type RuleDefinition,
  type RuleTarget,
  ruleArn,
} from './rule.ts';
import { valueAt } from './target-path.ts';

type RuleName = Pick<RuleDefinition, 'name' | 'busName'>;

/** Variables that every template may use. */
const PREDEFINED: Readonly<Record<string, (rule: RuleName, received: ReceivedEvent) => unknown>> = {
  'aws.events.rule-arn': (rule) => ruleArn(rule),
  'aws.events.rule-name': ({ name }) => name,
  'aws.events.event.ingestion-time': (_, { receivedAt }) => isoSeconds(receivedAt),
  'aws.events.event': (_, { event: { detail, ...withoutDetail } }) => withoutDetail,
  'aws.events.event.json': (_, { event }) => event,
};

/** The text that a target gets for an event: the event, a part of it, a constant, or what a template makes of it. */
export function targetInput(rule: RuleName, target: RuleTarget, received: ReceivedEvent): string {
  const { event } = received;
  if (target.input !== undefined) return target.input;
  if (target.inputTransformer) return transform(target.inputTransformer, rule, received);
  if (target.inputPath !== undefined) return JSON.stringify(valueAt(event, target.inputPath) ?? null);
  return JSON.stringify(event);
}

/** The placeholders of a template that nothing fills. */
export function unknownPlaceholders({ inputPaths, template }: InputTransformer): string[] {
  const names = [...template.matchAll(/<([\w.-]+)>/g)].map(([, name = '']) => name);
  return names.filter((name) => !Object.hasOwn(inputPaths, name) && !Object.hasOwn(PREDEFINED, name));
}

/**
 * Fills a template. A placeholder outside of quotes becomes a JSON value, one inside of quotes text. A path that the
 * event does not have gives null and the empty text. JSON is minified. Source: user guide, input transformation.
 */
function transform({ inputPaths, template }: InputTransformer, rule: RuleName, received: ReceivedEvent): string {
  const variable = (name: string) => {
    const path = Object.hasOwn(inputPaths, name) ? inputPaths[name] : undefined;
    return path === undefined ? PREDEFINED[name]?.(rule, received) : valueAt(received.event, path);
  };
  const isJson = /^\s*[{[]/.test(template);
  let quoted = false;
  return template.replace(/\\.|"|\s+|<([\w.-]+)>/gs, (token: string, name: string | undefined) => {
    if (token === '"') quoted = !quoted;
    if (name === undefined) return isJson && !quoted && token.trim() === '' ? '' : token;
    return quoted ? textOf(variable(name)) : JSON.stringify(variable(name) ?? null);
  });
}

/**
 * Inside quotes: a text as it is, a list or an object as JSON without its own quotes, as AWS does; escaped, so that the
 * quotes around it stay the only ones.
 */
function textOf(value: unknown): string {
  if (value === undefined) return '';
  const json = JSON.stringify(value);
  if (typeof value === 'string') return json.slice(1, -1);
  return json.replace(/\\.|"/gs, (token) => (token === '"' ? '' : token));
}
