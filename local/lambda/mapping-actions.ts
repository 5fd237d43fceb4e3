import { z } from 'zod';
import { parseInput, refuseUnserved } from '../gateway/constraint.ts';
import type { AwsRequest } from '../gateway/service.ts';
import { type EventSourceMappings, type Mapping, type MappingChanges, mappingArn } from './event-source-mappings.ts';
import { functionArn, parseFunctionReference } from './function-arn.ts';
import { bodyOf, jsonAnswer, type LambdaAction, segmentOf } from './lambda-request.ts';
import { pageOf } from './list-page.ts';

const changes = z.object({
  FunctionName: z.string().min(1).nullish(),
  Enabled: z.boolean().nullish(),
  BatchSize: z.number().int().min(1).max(10_000).nullish(),
  MaximumBatchingWindowInSeconds: z.number().int().min(0).max(300).nullish(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).max(1).nullish(),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string().max(4096) })).nullish() }).nullish(),
  ScalingConfig: z.object({ MaximumConcurrency: z.number().int().min(2).max(1000).nullish() }).nullish(),
});

/** Mappings on one page (Lambda's API reference). */
const PAGE = 100;

/** The actions on event source mappings, by name. */
export function mappingActions(mappings: EventSourceMappings): Readonly<Record<string, LambdaAction>> {
  return {
    ListEventSourceMappings: {
      requires: () => [{ action: 'lambda:ListEventSourceMappings', resource: '*' }],
      handle: ({ query }) => {
        const { page, ...next } = pageOf(query, mappings.list().filter(listed(query)), PAGE);
        return jsonAnswer({ ...next, EventSourceMappings: page.map(describe) });
      },
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
  return segmentOf(path, 3);
}

function listed(query: URLSearchParams): (mapping: Mapping) => boolean {
  const [source, name] = [query.get('EventSourceArn'), query.get('FunctionName')];
  const wanted = name === null ? undefined : parseFunctionReference(name).name;
  return ({ definition, functionArn: arn }) =>
    (source === null || definition.eventSourceArn === source) &&
    (wanted === undefined || parseFunctionReference(arn).name === wanted);
}

function changesOf(request: AwsRequest): MappingChanges {
  const body = bodyOf(request);
  refuseUnserved(body, ['UUID', ...Object.keys(changes.shape)], 'InvalidParameterValueException');
  const data = parseInput(changes, body, 'ValidationException');
  const { FunctionName, FunctionResponseTypes, FilterCriteria, ScalingConfig } = data;
  return {
    ...(FunctionName && { functionArn: functionArn(parseFunctionReference(FunctionName)) }),
    ...(typeof data.Enabled === 'boolean' && { enabled: data.Enabled }),
    ...(typeof data.BatchSize === 'number' && { batchSize: data.BatchSize }),
    ...(typeof data.MaximumBatchingWindowInSeconds === 'number' && {
      maximumBatchingWindowSeconds: data.MaximumBatchingWindowInSeconds,
    }),
    ...(FunctionResponseTypes && { reportBatchItemFailures: FunctionResponseTypes.length > 0 }),
    // An empty object takes the filters, or the limit, away.
    ...(FilterCriteria && { filters: (FilterCriteria.Filters ?? []).map(({ Pattern }) => Pattern) }),
    ...(ScalingConfig && { maximumConcurrency: ScalingConfig.MaximumConcurrency ?? undefined }),
  };
}

function describe({ uuid, definition, functionArn: arn, state, lastModified, lastProcessingResult }: Mapping) {
  const { filters = [], maximumConcurrency } = definition;
  return {
    UUID: uuid,
    BatchSize: definition.batchSize ?? 10,
    MaximumBatchingWindowInSeconds: definition.maximumBatchingWindowSeconds ?? 0,
    EventSourceArn: definition.eventSourceArn,
    EventSourceMappingArn: mappingArn(uuid),
    FunctionArn: arn,
    LastModified: lastModified / 1000,
    LastProcessingResult: lastProcessingResult,
    State: state,
    StateTransitionReason: 'USER_INITIATED',
    FunctionResponseTypes: definition.reportBatchItemFailures ? ['ReportBatchItemFailures'] : [],
    ...(filters.length > 0 ? { FilterCriteria: { Filters: filters.map((Pattern) => ({ Pattern })) } } : {}),
    ...(maximumConcurrency ? { ScalingConfig: { MaximumConcurrency: maximumConcurrency } } : {}),
  };
}
