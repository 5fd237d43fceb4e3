import { readFileSync } from 'node:fs';
import { localArn } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { optionalString, requiredString } from '../gateway/input.ts';
import { queryService } from '../gateway/query-service.ts';
import type { AwsService, JsonAction } from '../gateway/service.ts';

/** A stack as it was provisioned. */
export interface LoadedStack {
  name: string;
  /** ARN. */
  id: string;
  description?: string;
  outputs: readonly { key: string; value: string; description?: string; exportName?: string }[];
  resources: readonly { logicalId: string; physicalId: string; type: string }[];
  parameters: readonly { key: string; value: string }[];
  tags: Readonly<Record<string, string>>;
  /** The synthesized template on disk. */
  templateFile: string;
}

export interface CloudFormationOptions {
  /** The stacks that are loaded at the moment of the call. */
  stacks: () => readonly LoadedStack[];
  /** When they were provisioned, epoch milliseconds. */
  provisionedAt: () => number;
}

/** CloudFormation's API to read the loaded stacks; they are changed by synthesizing and starting again. */
export function cloudFormation({ stacks, provisionedAt }: CloudFormationOptions): AwsService {
  const find = (name: string) => {
    const stack = stacks().find((candidate) => candidate.name === name || candidate.id === name);
    if (stack) return stack;
    throw new AwsError('ValidationError', `Stack with id ${name} does not exist`);
  };
  const time = () => new Date(provisionedAt());
  const action = (name: string, run: JsonAction['run']): Record<string, JsonAction> => ({
    [name]: { requires: (input) => [{ action: `cloudformation:${name}`, resource: resourceOf(input, stacks()) }], run },
  });
  return queryService({
    name: 'cloudformation',
    namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    actions: {
      ...action('DescribeStacks', (input) => {
        const name = optionalString(input, 'StackName');
        return { Stacks: (name === undefined ? stacks() : [find(name)]).map((stack) => described(stack, time())) };
      }),
      ...action('ListStacks', () => ({
        StackSummaries: stacks().map(({ id, name, description }) => ({
          StackId: id,
          StackName: name,
          TemplateDescription: description,
          CreationTime: time(),
          StackStatus: 'CREATE_COMPLETE',
        })),
      })),
      ...action('DescribeStackResources', (input) => {
        const stack = find(requiredString(input, 'StackName'));
        const wanted = optionalString(input, 'LogicalResourceId');
        const found = resources(stack, 'Timestamp', time());
        return {
          StackResources: found
            .filter(({ LogicalResourceId }) => wanted === undefined || LogicalResourceId === wanted)
            .map((resource) => ({ StackName: stack.name, StackId: stack.id, ...resource })),
        };
      }),
      ...action('ListStackResources', (input) => ({
        StackResourceSummaries: resources(find(requiredString(input, 'StackName')), 'LastUpdatedTimestamp', time()),
      })),
      ...action('GetTemplate', (input) => ({
        TemplateBody: readFileSync(find(requiredString(input, 'StackName')).templateFile, 'utf8'),
        StagesAvailable: ['Original', 'Processed'],
      })),
      ...action('ListExports', () => ({
        Exports: stacks().flatMap(({ id, outputs }) =>
          outputs.flatMap(({ exportName, value }) =>
            exportName === undefined ? [] : [{ ExportingStackId: id, Name: exportName, Value: value }],
          ),
        ),
      })),
    },
  });
}

/** CloudFormation asks for the stack's own ARN, also where it is called by its name. */
function resourceOf(input: Readonly<Record<string, unknown>>, stacks: readonly LoadedStack[]): string {
  const name = input['StackName'];
  if (typeof name !== 'string') return '*';
  if (name.startsWith('arn:')) return name;
  return stacks.find((stack) => stack.name === name)?.id ?? localArn('cloudformation', `stack/${name}/*`);
}

function described({ id, name, description, outputs, parameters, tags }: LoadedStack, time: Date) {
  return {
    StackId: id,
    StackName: name,
    Description: description,
    Parameters: parameters.map(({ key, value }) => ({ ParameterKey: key, ParameterValue: value })),
    CreationTime: time,
    StackStatus: 'CREATE_COMPLETE',
    DisableRollback: false,
    Outputs: outputs.map(({ key, value, description: text, exportName }) => ({
      OutputKey: key,
      OutputValue: value,
      Description: text,
      ExportName: exportName,
    })),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    EnableTerminationProtection: false,
  };
}

function resources({ resources: all }: LoadedStack, timeMember: string, time: Date) {
  return all.map(({ logicalId, physicalId, type }) => ({
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    [timeMember]: time,
    ResourceStatus: 'CREATE_COMPLETE',
  }));
}
