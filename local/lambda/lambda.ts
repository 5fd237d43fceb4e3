import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import type { GatewayClient } from '../events/gateway-client.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { AwsService } from '../gateway/service.ts';
import type { Iam, Principal } from '../iam/principal.ts';
import { AsyncInvocations } from './async-invocations.ts';
import { EventSourceMappings, type MappingDefinition, mappingArn } from './event-source-mappings.ts';
import { type FunctionReference, functionArn, parseFunctionReference } from './function-arn.ts';
import type { EventInvokeConfig, FunctionDefinition } from './function-definition.ts';
import type { LogSink } from './function-log.ts';
import { FunctionPolicies, type ResourcePolicySink } from './function-policies.ts';
import { FunctionRunner, type RunnerOptions } from './function-runner.ts';
import { type FunctionAlias, FunctionStore } from './function-store.ts';
import { reportConclusion } from './invocation-destination.ts';
import { lambdaService } from './lambda-service.ts';

/** Largest event of a synchronous and of an asynchronous invocation in bytes: 6 MB and, since October 2025, 1 MB. */
const LARGEST_PAYLOAD = { RequestResponse: 6_291_456, Event: 1_048_576 } as const;

export interface LambdaOptions {
  clock: Clock;
  database: Database;
  iam: Iam & ResourcePolicySink;
  logs: LogSink;
  gateway: GatewayClient;
  /** Faults: see `RunnerOptions.crash`. */
  crash?: RunnerOptions['crash'];
}

export interface InvokeOptions {
  /** `Event` resolves as soon as the event is durably queued. */
  invocationType?: 'RequestResponse' | 'Event';
  clientContext?: unknown;
}

export interface InvokeResult {
  /** JSON text; empty for `Event`. */
  payload: string;
  functionError?: 'Unhandled';
  logTail?: string;
  executedVersion: string;
  /** 200, or 202 for `Event`. */
  statusCode: number;
  requestId: string;
}

/** Functions, run from their deployed bundles in worker threads, each with its role, environment, timeout and concurrency. */
export class Lambda {
  readonly service: AwsService;
  readonly mappings: EventSourceMappings;
  readonly #iam: Iam;
  readonly #store: FunctionStore;
  readonly #runner: FunctionRunner;
  readonly #policies: FunctionPolicies;
  readonly #async: AsyncInvocations;
  readonly #invokeConfigs = new Map<string, EventInvokeConfig>();

  constructor(options: LambdaOptions) {
    const { clock, iam, logs, gateway, crash } = options;
    this.#iam = iam;
    this.#store = new FunctionStore({ clock });
    this.#policies = new FunctionPolicies(iam);
    this.#runner = new FunctionRunner({ clock, iam, logs, crash, endpoint: () => gateway.url });
    this.#async = this.#asyncInvocations(options);
    this.mappings = new EventSourceMappings({
      clock,
      gateway,
      definitionOf: (reference) => this.#store.resolve(reference).definition,
      run: (reference, payload) => this.#run(reference, payload),
    });
    this.service = lambdaService({
      store: this.#store,
      policies: this.#policies,
      mappings: this.mappings,
      invoke: (reference, payload, invocation) => this.#invoke(reference, payload, invocation),
      putFunction: (definition) => this.putFunction(definition),
    });
  }

  /** Creates or updates a function. After a change of code or configuration the next invocation starts afresh. */
  putFunction(definition: FunctionDefinition): { arn: string } {
    const replaced = this.#store.put(definition);
    if (replaced) void this.#runner.retire(replaced);
    return { arn: functionArn(definition) };
  }

  /** Publishes the function's present state; the last version again when nothing has changed. */
  putVersion({ functionName, description }: { functionName: string; description?: string }): {
    arn: string;
    version: string;
  } {
    const { version } = this.#store.publish(functionName, description);
    return { arn: functionArn({ name: functionName, qualifier: version }), version };
  }

  putAlias({ functionName, ...alias }: FunctionAlias & { functionName: string }): { arn: string } {
    this.#store.putAlias(functionName, alias);
    return { arn: functionArn({ name: functionName, qualifier: alias.name }) };
  }

  /** Adds or replaces, by its `Sid`, a statement of a function's resource policy (`AWS::Lambda::Permission`). */
  putPermission(arn: string, statement: Readonly<Record<string, unknown>>): void {
    this.#policies.put(functionArn(parseFunctionReference(arn)), statement);
  }

  /** Creates or updates what feeds a function from a queue. Polls once `start` was called. */
  putEventSourceMapping(definition: MappingDefinition): { arn: string } {
    this.mappings.put(definition);
    return { arn: mappingArn(definition.id) };
  }

  /** Sets how the events of asynchronous invocations are retried and where their results go. */
  putEventInvokeConfig(config: EventInvokeConfig): void {
    const { functionName: name, qualifier } = config;
    this.#invokeConfigs.set(functionArn({ name, ...(qualifier === '$LATEST' ? {} : { qualifier }) }), config);
  }

  /** Takes up queued events and begins to poll. Call it when the stacks are provisioned and the gateway listens. */
  start(): void {
    this.#async.resume();
    this.mappings.start();
  }

  /**
   * Runs a function, or queues the event for it.
   * @param arn name or ARN, qualified or not
   * @param payload the event, anything that JSON can say
   * @throws AwsError when the principal may not (`lambda:InvokeFunction`), the function does not exist, the event is
   *   too large or the concurrency is used up. Errors of the function's code are no errors here but `functionError`.
   */
  async invoke(
    arn: string,
    payload: unknown,
    principal: Principal,
    options: InvokeOptions = {},
  ): Promise<InvokeResult> {
    const reference = parseFunctionReference(arn);
    this.#iam.authorize(principal, [{ action: 'lambda:InvokeFunction', resource: functionArn(reference) }]);
    return this.#invoke(reference, JSON.stringify(payload) ?? 'null', options);
  }

  /** Stops polling and ends all environments. */
  async close(): Promise<void> {
    this.#async.close();
    this.mappings.close();
    await this.#runner.close();
  }

  async #invoke(reference: FunctionReference, payload: string, options: InvokeOptions): Promise<InvokeResult> {
    const { invocationType = 'RequestResponse', clientContext } = options;
    const limit = LARGEST_PAYLOAD[invocationType];
    if (Buffer.byteLength(payload) > limit)
      throw new AwsError(
        'RequestEntityTooLargeException',
        `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
        { status: 413 },
      );
    const version = this.#store.resolve(reference);
    if (invocationType === 'RequestResponse') {
      const requestId = randomUUID();
      const outcome = await this.#run(reference, payload, { requestId, clientContext });
      return { ...outcome, executedVersion: version.version, statusCode: 200, requestId };
    }
    const requestId = await this.#async.enqueue(functionArn(reference), payload);
    return { payload: '', executedVersion: version.version, statusCode: 202, requestId };
  }

  #run(reference: FunctionReference, payload: string, more: { requestId?: string; clientContext?: unknown } = {}) {
    const version = this.#store.resolve(reference);
    return this.#runner.run({ version, payload, invokedFunctionArn: functionArn(reference), ...more });
  }

  #asyncInvocations({ clock, database, gateway }: LambdaOptions): AsyncInvocations {
    const destination = {
      gateway,
      now: () => clock.now(),
      invoke: (arn: string, payload: unknown, principal: Principal) =>
        this.invoke(arn, payload, principal, { invocationType: 'Event' }),
    };
    return new AsyncInvocations({
      clock,
      database,
      run: ({ functionArn: arn, payload, id }) => this.#run(parseFunctionReference(arn), payload, { requestId: id }),
      limits: (arn) => this.#asyncLimits(arn),
      conclude: (event, conclusion) => {
        const version = this.#store.resolve(parseFunctionReference(event.functionArn));
        return reportConclusion(destination, version, this.#invokeConfigs.get(event.functionArn), event, conclusion);
      },
    });
  }

  #asyncLimits(arn: string): { maxRetryAttempts: number; maxEventAgeMs: number } | undefined {
    if (!this.#store.has(parseFunctionReference(arn).name)) return undefined;
    const { maxRetryAttempts = 2, maxEventAgeSeconds = 21_600 } = this.#invokeConfigs.get(arn) ?? {};
    return { maxRetryAttempts, maxEventAgeMs: maxEventAgeSeconds * 1000 };
  }
}
