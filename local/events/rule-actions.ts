import { AwsError } from '../gateway/aws-error.ts';
import { listMember, membersOf, optionalString, requiredString } from '../gateway/input.ts';
import type { JsonAction } from '../gateway/service.ts';
import type { Requirement } from '../iam/principal.ts';
import { compilePattern } from './event-pattern.ts';
import { pageOf } from './page.ts';
import { parsePattern } from './pattern-document.ts';
import { checkRequest } from './request-shapes.ts';
import { busArn, busNameOf, type RuleDefinition, ruleArn } from './rule.ts';
import type { RuleStore } from './rule-store.ts';

type Input = Readonly<Record<string, unknown>>;

/** The actions on buses and rules, by name. Changes last until the stacks are provisioned again. */
export function ruleActions(rules: RuleStore): Readonly<Record<string, JsonAction>> {
  return {
    PutRule: onRule('PutRule', (input) => {
      const rule = definitionOf(rules, input);
      rules.put(rule);
      return { RuleArn: ruleArn(rule) };
    }),
    DescribeRule: onRule('DescribeRule', (input) => ({ ...describe(ruleOf(rules, input)), CreatedBy: '000000000000' })),
    ListRules: onAll('ListRules', (input) => {
      const { items, NextToken } = pageOf(withPrefix(rules.list(busOf(input)), input), input);
      return { Rules: items.map(describe), NextToken };
    }),
    EnableRule: onRule('EnableRule', (input) => setState(rules, input, 'ENABLED')),
    DisableRule: onRule('DisableRule', (input) => setState(rules, input, 'DISABLED')),
    DeleteRule: onRule('DeleteRule', (input) => deleteRule(rules, input)),
    ListEventBuses: onAll('ListEventBuses', (input) => {
      const { items, NextToken } = pageOf(withPrefix(rules.buses(), input), input);
      return { EventBuses: items.map(({ name }) => ({ Name: name, Arn: busArn(name) })), NextToken };
    }),
    DescribeEventBus: checked('DescribeEventBus', {
      requires: (input) => [
        { action: 'events:DescribeEventBus', resource: busArn(busNameOf(optionalString(input, 'Name'))) },
      ],
      run: (input) => {
        const { name, description } = rules.bus(busNameOf(optionalString(input, 'Name')));
        return { Name: name, Arn: busArn(name), Description: description };
      },
    }),
    TestEventPattern: onAll('TestEventPattern', (input) => {
      const matches = compilePattern(requiredString(input, 'EventPattern'));
      return { Result: matches(eventOf(requiredString(input, 'Event'))) };
    }),
  };
}

/** An action on the rule that `Name` (or `Rule`) and `EventBusName` name. */
export function onRule(action: string, run: (input: Input) => object): JsonAction {
  return checked(action, {
    requires: (input) => [
      { action: `events:${action}`, resource: ruleArn({ name: ruleNameOf(input), busName: busOf(input) }) },
      ...[input, ...listMember(input, 'Targets').map(membersOf)].flatMap(passedRole),
    ],
    run,
  });
}

/** An action whose requests must have its shape: as on AWS that comes before all else. */
function checked(action: string, { requires, run }: JsonAction): JsonAction {
  return {
    requires: (input) => {
      checkRequest(action, input);
      return requires(input);
    },
    run,
  };
}

/** Whoever gives a rule or a target a role must be allowed to. */
function passedRole({ RoleArn: roleArn }: Input): Requirement[] {
  if (typeof roleArn !== 'string') return [];
  return [{ action: 'iam:PassRole', resource: roleArn, context: { 'iam:passedtoservice': 'events.amazonaws.com' } }];
}

/** @throws AwsError `ResourceNotFoundException` */
export function ruleOf(rules: RuleStore, input: Input): RuleDefinition {
  return rules.get(ruleNameOf(input), busOf(input));
}

export function busOf(input: Input): string {
  return busNameOf(optionalString(input, 'EventBusName'));
}

function onAll(action: string, run: (input: Input) => object): JsonAction {
  return checked(action, { requires: () => [{ action: `events:${action}`, resource: '*' }], run });
}

function withPrefix<Item extends { name: string }>(items: readonly Item[], input: Input): Item[] {
  const prefix = optionalString(input, 'NamePrefix') ?? '';
  return items.filter(({ name }) => name.startsWith(prefix));
}

/** The actions on targets call the rule's name `Rule`. */
function ruleNameOf(input: Input): string {
  return optionalString(input, 'Rule') ?? requiredString(input, 'Name');
}

function definitionOf(rules: RuleStore, input: Input): RuleDefinition {
  const [name, busName] = [requiredString(input, 'Name'), busOf(input)];
  const pattern = optionalString(input, 'EventPattern');
  const schedule = optionalString(input, 'ScheduleExpression');
  const roleArn = optionalString(input, 'RoleArn');
  const description = optionalString(input, 'Description');
  if (pattern !== undefined) compilePattern(pattern);
  return {
    name,
    busName,
    state: stateOf(optionalString(input, 'State')),
    targets: rules.find(ruleArn({ name, busName }))?.targets ?? [],
    ...(pattern === undefined ? {} : { pattern: parsePattern(pattern) }),
    ...(schedule === undefined ? {} : { schedule }),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(description === undefined ? {} : { description }),
  };
}

function stateOf(state = 'ENABLED'): RuleDefinition['state'] {
  if (state === 'ENABLED' || state === 'DISABLED') return state;
  throw new AwsError('ValidationException', `The state ${state} of rules is not served by the local runtime.`);
}

function describe(rule: RuleDefinition) {
  return {
    Name: rule.name,
    Arn: ruleArn(rule),
    EventPattern: rule.pattern && JSON.stringify(rule.pattern),
    State: rule.state,
    Description: rule.description,
    RoleArn: rule.roleArn,
    EventBusName: rule.busName,
  };
}

function setState(rules: RuleStore, input: Input, state: RuleDefinition['state']) {
  rules.put({ ...ruleOf(rules, input), state });
  return {};
}

function deleteRule(rules: RuleStore, input: Input) {
  const [name, busName] = [ruleNameOf(input), busOf(input)];
  if ((rules.find(ruleArn({ name, busName }))?.targets.length ?? 0) > 0)
    throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
  rules.delete(name, busName);
  return {};
}

/**
 * What an event to test must have. Source: API reference, TestEventPattern, which also asks for `resources`; the service
 * answers without them.
 */
const EVENT_FIELDS = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

function eventOf(text: string): object {
  const event = parsed(text);
  if (typeof event !== 'object' || event === null || Array.isArray(event))
    throw new AwsError('ValidationException', 'Parameter Event is not valid.');
  const missing = EVENT_FIELDS.find((field) => !Object.hasOwn(event, field));
  if (missing === undefined) return event;
  throw new AwsError('ValidationException', `Parameter Event is not valid. Reason: ${missing} is a required argument.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
