import type { Clock } from '../clock.ts';
import { compilePattern } from '../events/event-pattern.ts';
import type { GatewayClient } from '../events/gateway-client.ts';
import { serviceOf } from '../events/gateway-client.ts';
import { localArn } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { type FunctionReference, functionArn, parseFunctionReference } from './function-arn.ts';
import type { FunctionDefinition, Outcome } from './function-definition.ts';
import { QueuePoller } from './queue-poller.ts';

/** What feeds a function from a queue, as templates declare it. */
export interface MappingDefinition {
  /** The mapping's UUID. */
  id: string;
  /** Name or ARN, qualified or not. */
  functionArn: string;
  eventSourceArn: string;
  enabled?: boolean;
  /** 1 to 10,000; 10 unless given. */
  batchSize?: number;
  maximumBatchingWindowSeconds?: number;
  reportBatchItemFailures?: boolean;
  /** `ScalingConfig.MaximumConcurrency`, 2 to 1,000. */
  maximumConcurrency?: number;
  /** Patterns of `FilterCriteria`, JSON text. A message that none matches is deleted unseen. */
  filters?: readonly string[];
}

/** What an update changes; `undefined` takes a setting away. */
export type MappingChanges = Omit<Partial<MappingDefinition>, 'maximumConcurrency'> & {
  maximumConcurrency?: number | undefined;
};

export interface Mapping {
  uuid: string;
  definition: MappingDefinition;
  functionArn: string;
  state: 'Enabled' | 'Disabled';
  /** Epoch milliseconds. */
  lastModified: number;
  /** `No records processed`, `OK` or `PROBLEM: …`. */
  lastProcessingResult: string;
}

export interface EventSourceMappingsOptions {
  clock: Clock;
  gateway: GatewayClient;
  definitionOf: (reference: FunctionReference) => FunctionDefinition;
  run: (reference: FunctionReference, payload: string) => Promise<Outcome>;
}

/** The event source mappings of the loaded stacks, each with its poller while enabled. */
export class EventSourceMappings {
  readonly #options: EventSourceMappingsOptions;
  readonly #mappings = new Map<string, Mapping>();
  readonly #pollers = new Map<string, QueuePoller>();
  #started = false;

  constructor(options: EventSourceMappingsOptions) {
    this.#options = options;
  }

  /** Creates or updates a mapping. */
  put(definition: MappingDefinition): void {
    check(definition);
    const uuid = definition.id;
    const known = this.#mappings.get(uuid);
    this.#mappings.set(uuid, {
      uuid,
      definition,
      functionArn: functionArn(parseFunctionReference(definition.functionArn)),
      state: definition.enabled === false ? 'Disabled' : 'Enabled',
      lastModified: this.#options.clock.now(),
      lastProcessingResult: known?.lastProcessingResult ?? 'No records processed',
    });
    this.#restart(uuid);
  }

  /** Changes some settings of a mapping. Holds until the stack is provisioned again. */
  update(uuid: string, changes: MappingChanges): Mapping {
    const { maximumConcurrency, ...definition } = { ...this.get(uuid).definition, ...changes };
    this.#options.definitionOf(parseFunctionReference(definition.functionArn)); // it must be there
    this.put({ ...definition, ...(maximumConcurrency === undefined ? {} : { maximumConcurrency }) });
    return this.get(uuid);
  }

  /** @throws AwsError `ResourceNotFoundException` */
  get(uuid: string): Mapping {
    const mapping = this.#mappings.get(uuid);
    if (mapping) return mapping;
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', { status: 404 });
  }

  list(): Mapping[] {
    return [...this.#mappings.values()];
  }

  start(): void {
    this.#started = true;
    for (const uuid of this.#mappings.keys()) this.#restart(uuid);
  }

  close(): void {
    this.#started = false;
    for (const poller of this.#pollers.values()) poller.stop();
    this.#pollers.clear();
  }

  #restart(uuid: string): void {
    this.#pollers.get(uuid)?.stop();
    this.#pollers.delete(uuid);
    const mapping = this.#mappings.get(uuid);
    if (!this.#started || mapping?.state !== 'Enabled') return;
    const reference = parseFunctionReference(mapping.functionArn);
    const poller = new QueuePoller({
      clock: this.#options.clock,
      gateway: this.#options.gateway,
      mapping: mapping.definition,
      function: this.#options.definitionOf(reference),
      run: (payload) => this.#options.run(reference, payload),
      report: (result) => {
        mapping.lastProcessingResult = result;
      },
    });
    this.#pollers.set(uuid, poller);
    poller.start();
  }
}

/** Refuses what Lambda refuses, and what is not served here. */
function check({ eventSourceArn, batchSize = 10, maximumBatchingWindowSeconds = 0, filters = [] }: MappingDefinition) {
  if (serviceOf(eventSourceArn) !== 'sqs')
    throw invalid(`The local runtime feeds functions from SQS queues only, not from ${eventSourceArn}.`);
  if (batchSize > 10 && maximumBatchingWindowSeconds === 0)
    throw invalid('Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10');
  for (const filter of filters) checkFilter(filter);
}

function checkFilter(filter: string): void {
  try {
    compilePattern(filter);
  } catch (error) {
    throw error instanceof AwsError ? invalid(`Invalid filter pattern definition. ${error.message}`) : error;
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

/** The ARN of a mapping by its UUID. */
export function mappingArn(uuid: string): string {
  return localArn('lambda', `event-source-mapping:${uuid}`);
}
