import { z } from 'zod';
import { AwsError } from '../gateway/aws-error.ts';
import type { AwsRequest } from '../gateway/service.ts';
import { functionArn } from './function-arn.ts';
import type { FunctionVersion } from './function-definition.ts';
import type { FunctionAlias } from './function-store.ts';
import { bodyOf, referenceOf } from './lambda-request.ts';
import type { LambdaServiceOptions } from './lambda-service.ts';

/** An action on one function, or on all. */
export interface FunctionAction {
  resource: 'one' | 'all';
  status?: number;
  run(request: AwsRequest): object;
}

const updates = z.object({
  Environment: z.object({ Variables: z.record(z.string(), z.string()).optional() }).optional(),
  Timeout: z.number().int().min(1).max(900).optional(),
  MemorySize: z.number().int().min(128).max(10_240).optional(),
  Description: z.string().optional(),
});

/** The actions that read and change functions, by name. */
export function functionActions(
  options: Pick<LambdaServiceOptions, 'store' | 'policies' | 'putFunction'>,
): Readonly<Record<string, FunctionAction>> {
  const { store } = options;
  return {
    ListFunctions: all(() => ({ Functions: store.all().map((version) => configuration(version)) })),
    GetFunction: one((request) => describe(store.resolve(referenceOf(request)), referenceOf(request).qualifier)),
    GetFunctionConfiguration: one((request) =>
      configuration(store.resolve(referenceOf(request)), referenceOf(request).qualifier),
    ),
    GetFunctionConcurrency: one((request) => concurrency(store.resolve(referenceOf(request)))),
    ListVersionsByFunction: one((request) => ({
      Versions: store.versions(referenceOf(request).name).map((version) => configuration(version, version.version)),
    })),
    GetPolicy: one((request) => policy(options, request)),
    GetAlias: one((request) => alias(referenceOf(request).name, findAlias(options, request))),
    ListAliases: one((request) => {
      const { name } = referenceOf(request);
      return { Aliases: store.aliases(name).map((each) => alias(name, each)) };
    }),
    UpdateFunctionConfiguration: one((request) => update(options, request)),
  };
}

function one(run: FunctionAction['run']): FunctionAction {
  return { resource: 'one', run };
}

function all(run: FunctionAction['run']): FunctionAction {
  return { resource: 'all', run };
}

function describe(version: FunctionVersion, qualifier: string | undefined) {
  const { definition } = version;
  return {
    Configuration: configuration(version, qualifier),
    Code: { RepositoryType: 'S3', Location: `file://${definition.codeDirectory}` },
    Tags: definition.tags ?? {},
    ...(definition.reservedConcurrency === undefined ? {} : { Concurrency: concurrency(version) }),
  };
}

function concurrency({ definition }: FunctionVersion) {
  const { reservedConcurrency } = definition;
  return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
}

function configuration(version: FunctionVersion, qualifier?: string) {
  const { definition } = version;
  return {
    FunctionName: definition.name,
    FunctionArn: functionArn({ name: definition.name, ...(qualifier ? { qualifier } : {}) }),
    Runtime: definition.runtime ?? 'nodejs24.x',
    Role: definition.roleArn,
    Handler: definition.handler,
    CodeSize: version.codeSize,
    Description: version.description ?? definition.description ?? '',
    Timeout: definition.timeoutSeconds,
    MemorySize: definition.memoryMb,
    LastModified: version.lastModified.replace('Z', '+0000'),
    CodeSha256: version.codeSha256,
    Version: version.version,
    Environment: { Variables: definition.environment },
    TracingConfig: { Mode: definition.tracing ?? 'PassThrough' },
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: definition.architectures ?? ['arm64'],
    EphemeralStorage: { Size: definition.ephemeralStorageMb ?? 512 },
    ...(definition.deadLetterArn ? { DeadLetterConfig: { TargetArn: definition.deadLetterArn } } : {}),
    LoggingConfig: {
      LogFormat: definition.logFormat ?? 'Text',
      LogGroup: definition.logGroup ?? `/aws/lambda/${definition.name}`,
    },
  };
}

function policy({ store, policies }: Pick<LambdaServiceOptions, 'store' | 'policies'>, request: AwsRequest) {
  const reference = referenceOf(request);
  store.resolve(reference);
  const document = policies.documentOf(functionArn(reference));
  if (!document)
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', { status: 404 });
  return { Policy: JSON.stringify(document) };
}

function findAlias({ store }: Pick<LambdaServiceOptions, 'store'>, request: AwsRequest): FunctionAlias {
  return store.alias(referenceOf(request).name, decodeURIComponent(request.path.split('/')[5] ?? ''));
}

function alias(functionName: string, { name, functionVersion, description = '' }: FunctionAlias) {
  return {
    AliasArn: functionArn({ name: functionName, qualifier: name }),
    Name: name,
    FunctionVersion: functionVersion,
    Description: description,
  };
}

/** Holds until the stack is provisioned again: what is to last belongs into the template. */
function update({ store, putFunction }: Pick<LambdaServiceOptions, 'store' | 'putFunction'>, request: AwsRequest) {
  const { definition } = store.resolve({ name: referenceOf(request).name });
  const { error, data } = updates.safeParse(bodyOf(request));
  if (error) throw new AwsError('InvalidParameterValueException', z.prettifyError(error));
  putFunction({
    ...definition,
    ...(data.Environment ? { environment: data.Environment.Variables ?? {} } : {}),
    ...(data.Timeout === undefined ? {} : { timeoutSeconds: data.Timeout }),
    ...(data.MemorySize === undefined ? {} : { memoryMb: data.MemorySize }),
    ...(data.Description === undefined ? {} : { description: data.Description }),
  });
  return configuration(store.resolve({ name: definition.name }));
}
