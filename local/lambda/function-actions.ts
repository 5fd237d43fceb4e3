import { AwsError } from '../gateway/aws-error.ts';
import type { AwsRequest } from '../gateway/service.ts';
import { functionArn } from './function-arn.ts';
import type { FunctionVersion } from './function-definition.ts';
import type { FunctionAlias } from './function-store.ts';
import { functionUpdates } from './function-updates.ts';
import { bodyOf, referenceOf, segmentOf } from './lambda-request.ts';
import type { LambdaServiceOptions } from './lambda-service.ts';
import { pageOf } from './list-page.ts';

/** An action on one function, or on all. */
export interface FunctionAction {
  resource: 'one' | 'all';
  status?: number;
  run(request: AwsRequest): object;
}

/** Functions and versions on one page (Lambda's API reference). */
const PAGE = 50;

/** The actions that read and change functions, by name. */
export function functionActions(
  options: Pick<LambdaServiceOptions, 'store' | 'policies' | 'putFunction'>,
): Readonly<Record<string, FunctionAction>> {
  const { store } = options;
  return {
    ListFunctions: all(({ query }) => {
      const { page, ...next } = pageOf(query, listed(options, query.get('FunctionVersion')), PAGE);
      return { ...next, Functions: page };
    }),
    GetFunction: one((request) => describe(store.resolve(referenceOf(request)), referenceOf(request).qualifier)),
    GetFunctionConfiguration: one((request) =>
      configuration(store.resolve(referenceOf(request)), referenceOf(request).qualifier),
    ),
    GetFunctionConcurrency: one((request) => concurrency(store.resolve(referenceOf(request)))),
    ListVersionsByFunction: one((request) => {
      const { page, ...next } = pageOf(request.query, store.versions(referenceOf(request).name), PAGE);
      return { ...next, Versions: page.map((version) => configuration(version, version.version)) };
    }),
    GetPolicy: one((request) => policy(options, request)),
    GetAlias: one((request) => alias(referenceOf(request).name, findAlias(options, request))),
    ListAliases: one((request) => {
      const { name } = referenceOf(request);
      const version = request.query.get('FunctionVersion');
      const wanted = store.aliases(name).filter((each) => version === null || each.functionVersion === version);
      const { page, ...next } = pageOf(request.query, wanted);
      return { ...next, Aliases: page.map((each) => alias(name, each)) };
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

/** Every function's latest state; with `ALL` its versions too, each with its own ARN. */
function listed({ store }: Pick<LambdaServiceOptions, 'store'>, versions: string | null) {
  if (versions === null) return store.all().map((latest) => configuration(latest));
  if (versions !== 'ALL')
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${versions}' at 'functionVersion' failed to satisfy constraint: Member must satisfy enum value set: [ALL]`,
    );
  return store
    .all()
    .flatMap(({ definition: { name } }) =>
      store.versions(name).map((version) => configuration(version, version.version)),
    );
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
  return store.alias(referenceOf(request).name, segmentOf(request.path, 5));
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
  putFunction({ ...definition, ...functionUpdates(bodyOf(request)) });
  return configuration(store.resolve({ name: definition.name }));
}
