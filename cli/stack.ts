import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { CliError, NotFoundError } from './errors.ts';
import type { Target } from './target.ts';

/** A deployed stack as its outputs describe it. */
export interface Stack {
  name: string;
  outputs: Readonly<Record<string, string>>;
  /** The value of an output. Throws `CliError` when the stack has none of that name. */
  output(key: string): string;
  /** All that it consists of; asked for once. */
  resources(): Promise<readonly StackResourceSummary[]>;
}

/** Reads a stack's outputs. Throws `NotFoundError` when it is not deployed. */
export async function describeStack(target: Target, name: string): Promise<Stack> {
  const client = new CloudFormationClient(target.settings);
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name })).catch((error: unknown) => {
    if (error instanceof Error && /does not exist/.test(error.message)) throw missing(target, name, error);
    throw error;
  });
  const [stack] = Stacks ?? [];
  if (!stack) throw missing(target, name);
  const outputs = Object.fromEntries(
    (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
  let resources: ReturnType<typeof resourcesOf> | undefined;
  return {
    name,
    outputs,
    output: (key) => outputOf(name, outputs, key),
    resources: () => {
      resources ??= resourcesOf(client, name).catch((error: unknown) => {
        resources = undefined; // the next one asks again
        throw error;
      });
      return resources;
    },
  };
}

async function resourcesOf(client: CloudFormationClient, StackName: string): Promise<readonly StackResourceSummary[]> {
  const resources: StackResourceSummary[] = [];
  for await (const page of paginateListStackResources({ client }, { StackName }))
    resources.push(...(page.StackResourceSummaries ?? []));
  return resources;
}

function outputOf(name: string, outputs: Readonly<Record<string, string>>, key: string): string {
  const value = outputs[key];
  if (value === undefined)
    throw new CliError(`the stack ${name} has no output ${key}; deploy it again with this version`);
  return value;
}

function missing(target: Target, name: string, cause?: unknown): NotFoundError {
  return new NotFoundError(
    `${target.name} has no stack ${name}; deploy it, or name another with --stage or --stack`,
    cause,
  );
}
