import { z } from 'zod';
import { AwsError } from '../gateway/aws-error.ts';
import type { AwsRequest } from '../gateway/service.ts';
import { type EventSourceMappings, type Mapping, type MappingDefinition, mappingArn } from './event-source-mappings.ts';
import { parseFunctionReference } from './function-arn.ts';
import { bodyOf, jsonAnswer, type LambdaAction } from './lambda-request.ts';

const changes = z.object({
  Enabled: z.boolean().optional(),
  BatchSize: z.number().int().min(1).max(10_000).optional(),
  MaximumBatchingWindowInSeconds: z.number().int().min(0).max(300).optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).optional(),
  ScalingConfig: z.object({ MaximumConcurrency: z.number().int().min(2).max(1000).optional() }).optional(),
});

/** The actions on event source mappings, by name. */
export function mappingActions(mappings: EventSourceMappings): Readonly<Record<string, LambdaAction>> {
  return {
    ListEventSourceMappings: {
      requires: () => [{ action: 'lambda:ListEventSourceMappings', resource: '*' }],
      handle: ({ query }) => jsonAnswer({ EventSourceMappings: mappings.list().filter(listed(query)).map(describe) }),
    },
    GetEventSourceMapping: {
      requires: (request) => [{ action: 'lambda:GetEventSourceMapping', resource: mappingArn(idOf(request)) }],
      handle: (request) => jsonAnswer(describe(mappings.get(idOf(request)))),
    },
    UpdateEventSourceMapping: {
      requires: (request) => [{ action: 'lambda:UpdateEventSourceMapping', resource: mappingArn(idOf(request)) }],
      handle: (request) => jsonAnswer(describe(mappings.update(idOf(request), changesOf(request))), 202),
    },
  };
}

function idOf({ path }: AwsRequest): string {
  return path.split('/')[3] ?? '';
}

function listed(query: URLSearchParams): (mapping: Mapping) => boolean {
  const [source, name] = [query.get('EventSourceArn'), query.get('FunctionName')];
  const wanted = name === null ? undefined : parseFunctionReference(name).name;
  return ({ definition, functionArn }) =>
    (source === null || definition.eventSourceArn === source) &&
    (wanted === undefined || parseFunctionReference(functionArn).name === wanted);
}

function changesOf(request: AwsRequest): Partial<MappingDefinition> {
  const { error, data } = changes.safeParse(bodyOf(request));
  if (error) throw new AwsError('InvalidParameterValueException', z.prettifyError(error));
  const { Enabled, BatchSize, MaximumBatchingWindowInSeconds, FunctionResponseTypes, ScalingConfig } = data;
  return {
    ...(Enabled === undefined ? {} : { enabled: Enabled }),
    ...(BatchSize === undefined ? {} : { batchSize: BatchSize }),
    ...(MaximumBatchingWindowInSeconds === undefined
      ? {}
      : { maximumBatchingWindowSeconds: MaximumBatchingWindowInSeconds }),
    ...(FunctionResponseTypes ? { reportBatchItemFailures: FunctionResponseTypes.length > 0 } : {}),
    ...(ScalingConfig?.MaximumConcurrency ? { maximumConcurrency: ScalingConfig.MaximumConcurrency } : {}),
  };
}

function describe({ uuid, definition, functionArn, state, lastModified, lastProcessingResult }: Mapping) {
  const { filters = [], maximumConcurrency } = definition;
  return {
    UUID: uuid,
    BatchSize: definition.batchSize ?? 10,
    MaximumBatchingWindowInSeconds: definition.maximumBatchingWindowSeconds ?? 0,
    EventSourceArn: definition.eventSourceArn,
    EventSourceMappingArn: mappingArn(uuid),
    FunctionArn: functionArn,
    LastModified: lastModified / 1000,
    LastProcessingResult: lastProcessingResult,
    State: state,
    StateTransitionReason: 'USER_INITIATED',
    FunctionResponseTypes: definition.reportBatchItemFailures ? ['ReportBatchItemFailures'] : [],
    ...(filters.length > 0 ? { FilterCriteria: { Filters: filters.map((Pattern) => ({ Pattern })) } } : {}),
    ...(maximumConcurrency ? { ScalingConfig: { MaximumConcurrency: maximumConcurrency } } : {}),
  };
}
