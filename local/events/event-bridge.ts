import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import { ACCOUNT, REGION } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { JsonService } from '../gateway/json-service.ts';
import type { Iam, Principal } from '../iam/principal.ts';
import { type ConnectionCredentials, type ConnectionDefinition, Connections, type SecretStore } from './connections.ts';
import { Deliveries, type DeliveryFaults } from './deliveries.ts';
import { eventsService } from './events-service.ts';
import { type BusEvent, busArn, isoSeconds, type RuleDefinition, ruleArn } from './rule.ts';
import { type Bus, RuleStore } from './rule-store.ts';
import { sendToDeadLetters, sendToTarget, type TargetServices } from './target-sender.ts';

export interface EventBridgeOptions {
  clock: Clock;
  database: Database;
  iam: Iam;
  secrets: SecretStore;
  targets: TargetServices;
  faults?: DeliveryFaults;
  /** Jitter of retries, `Math.random` unless given. */
  random?: () => number;
}

/** An event of an AWS service. */
export interface ServiceEvent {
  source: string;
  'detail-type': string;
  detail: unknown;
  resources: readonly string[];
  /** ISO 8601; now unless given. */
  time?: string;
}

/** EventBridge: buses, rules and their targets, and the connections of HTTP tasks. */
export class EventBridge {
  readonly service: JsonService;
  readonly #clock: Clock;
  readonly #rules = new RuleStore();
  readonly #deliveries: Deliveries;
  readonly #connections: Connections;

  constructor({ clock, database, iam, secrets, targets, faults, random = Math.random }: EventBridgeOptions) {
    this.#clock = clock;
    this.#connections = new Connections({ iam, secrets, now: () => clock.now() });
    this.#deliveries = new Deliveries({
      clock,
      database,
      random,
      faults,
      find: (arn, targetId) => this.#find(arn, targetId),
      send: (rule, target, received) => sendToTarget(targets, rule, target, received),
      sendToDeadLetters: (rule, queueArn, letter) => sendToDeadLetters(targets, rule, queueArn, letter),
    });
    this.service = eventsService({
      rules: this.#rules,
      connections: this.#connections,
      publish: ({ busName, source, detailType, detail, resources, time = clock.now() }) =>
        this.#publish(
          busName,
          this.#event({ source, 'detail-type': detailType, detail, resources, time: isoSeconds(time) }),
        ),
      committed: () => database.committed(),
    });
  }

  putBus(bus: Bus): { arn: string } {
    this.#rules.putBus(bus);
    return { arn: busArn(bus.name) };
  }

  /** Creates or replaces a rule with its targets. @throws AwsError for what AWS refuses and what is not served here */
  putRule(rule: RuleDefinition): { arn: string } {
    this.#rules.put(rule);
    return { arn: ruleArn(rule) };
  }

  /** Creates or updates a connection and its secret. */
  putConnection(connection: ConnectionDefinition): Promise<{ arn: string; secretArn: string }> {
    return this.#connections.put(connection);
  }

  /** API destinations are not served: no rule here calls out. */
  putApiDestination({ name }: { name: string }): never {
    throw new AwsError('ValidationException', `API destination ${name}: the local runtime serves no API destinations.`);
  }

  /** Takes up deliveries that an earlier run left. Call it when the stacks are provisioned and the gateway listens. */
  start(): void {
    this.#deliveries.resume();
  }

  /** An event of an AWS service, for the default bus. Durable with the database's next commit. */
  publish(event: ServiceEvent): void {
    this.#publish('default', this.#event(event));
  }

  /**
   * What an HTTP task sends with a connection.
   * @throws AwsError unless the principal may `events:RetrieveConnectionCredentials` and read the connection's secret
   */
  connectionCredentials(connectionArn: string, principal: Principal): ConnectionCredentials {
    return this.#connections.credentials(connectionArn, principal);
  }

  close(): void {
    this.#deliveries.close();
  }

  #event({ source, detail, resources, time = isoSeconds(this.#clock.now()), ...rest }: ServiceEvent): BusEvent {
    return {
      version: '0',
      id: randomUUID(),
      'detail-type': rest['detail-type'],
      source,
      account: ACCOUNT,
      time,
      region: REGION,
      resources,
      detail,
    };
  }

  /** Returns the event's id. */
  #publish(busName: string, event: BusEvent): string {
    for (const rule of this.#rules.matching(busName, event))
      for (const target of rule.targets) this.#deliveries.add(rule, target, event);
    return event.id;
  }

  #find(arn: string, targetId: string) {
    const rule = this.#rules.find(arn);
    const target = rule?.targets.find(({ id }) => id === targetId);
    return rule && target ? { rule, target } : undefined;
  }
}
