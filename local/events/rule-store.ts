import { AwsError } from '../gateway/aws-error.ts';
import { compilePattern, type EventPattern } from './event-pattern.ts';
import { type BusEvent, type RuleDefinition, ruleArn } from './rule.ts';
import { checkTargets } from './target-checks.ts';

export interface Bus {
  name: string;
  description?: string;
  tags?: Readonly<Record<string, string>>;
}

interface StoredRule {
  definition: RuleDefinition;
  matches: EventPattern;
}

/** Buses and their rules. Provisioning rebuilds them at each start; what the API adds lasts until then. */
export class RuleStore {
  readonly #buses = new Map<string, Bus>([['default', { name: 'default' }]]);
  readonly #rules = new Map<string, StoredRule>();

  putBus(bus: Bus): void {
    this.#buses.set(bus.name, bus);
  }

  /** @throws AwsError `ResourceNotFoundException` */
  bus(name: string): Bus {
    const bus = this.#buses.get(name);
    if (bus) return bus;
    throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
  }

  buses(): Bus[] {
    return [...this.#buses.values()];
  }

  /** Creates or replaces a rule with its targets. Throws `AwsError` for what AWS refuses and what is not served here. */
  put(definition: RuleDefinition): void {
    this.bus(definition.busName);
    if (definition.schedule !== undefined)
      throw new AwsError(
        'ValidationException',
        `Rule ${definition.name}: the local runtime runs no schedules, only event patterns.`,
      );
    if (!definition.pattern)
      throw new AwsError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
    checkTargets(definition);
    const matches = compilePattern(JSON.stringify(definition.pattern));
    this.#rules.set(ruleArn(definition), { definition, matches });
  }

  delete(name: string, busName: string): void {
    this.#rules.delete(ruleArn({ name, busName }));
  }

  find(arn: string): RuleDefinition | undefined {
    return this.#rules.get(arn)?.definition;
  }

  /** @throws AwsError `ResourceNotFoundException` */
  get(name: string, busName: string): RuleDefinition {
    this.bus(busName);
    const rule = this.find(ruleArn({ name, busName }));
    if (rule) return rule;
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${busName}.`);
  }

  /** The rules of a bus by name. */
  list(busName: string): RuleDefinition[] {
    this.bus(busName);
    const definitions = [...this.#rules.values()].map(({ definition }) => definition);
    return definitions.filter((rule) => rule.busName === busName).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The enabled rules of a bus that want an event. */
  matching(busName: string, event: BusEvent): RuleDefinition[] {
    return [...this.#rules.values()].flatMap(({ definition, matches }) =>
      definition.busName === busName && definition.state === 'ENABLED' && matches(event) ? [definition] : [],
    );
  }
}
