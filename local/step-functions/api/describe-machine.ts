import { splitMachineArn } from '../arns.ts';
import { INITIAL_REVISION, type MachineStore, type RevisionRow, type VersionRow } from '../store/machines.ts';
import { type ApiContext, executionOf } from './context.ts';
import { type Input, seconds } from './input.ts';

/** DescribeStateMachine. Also of a version, and of the one that an alias leads to. */
export function describeMachine({ machines, programs, machineStore }: ApiContext, input: Input): object {
  const arn = input.text('stateMachineArn');
  const { machine, revision: id, versionArn } = machines.shown(arn);
  const { revision } = programs.revision(id);
  const version = versionArn === undefined ? undefined : versionOf(machineStore, versionArn);
  return {
    stateMachineArn: arn,
    name: machine.name,
    status: 'ACTIVE',
    type: machine.type,
    creationDate: seconds(version?.created ?? machine.created),
    ...configuration(revision, input),
    ...(version?.description && { description: version.description }),
  };
}

/** DescribeStateMachineForExecution: the machine as it was when the execution started. */
export function describeMachineOf(context: ApiContext, input: Input): object {
  const row = executionOf(context, input.text('executionArn'));
  const { revision } = context.programs.revision(row.revision);
  return {
    stateMachineArn: row.machine,
    name: row.machine.split(':').at(-1),
    updateDate: seconds(revision.updated),
    ...configuration(revision, input),
  };
}

function configuration(revision: RevisionRow, input: Input): object {
  const { definition, role, logging, tracing } = revision;
  return {
    definition: includesData(input) ? definition : '{}',
    roleArn: role,
    loggingConfiguration: logging === null ? { level: 'OFF', includeExecutionData: false } : JSON.parse(logging),
    tracingConfiguration: { enabled: tracing === 1 },
    encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    ...revisionIdOf(revision),
  };
}

/** False when only metadata is asked for: what AWS encrypts is left out. */
export function includesData(input: Input): boolean {
  return input.choice('includedData', ['ALL_DATA', 'METADATA_ONLY']) === 'ALL_DATA';
}

function versionOf(store: MachineStore, arn: string): VersionRow | undefined {
  const { machine, qualifier } = splitMachineArn(arn);
  return store.version(machine, Number(qualifier));
}

/** The first revision of a machine shows none. */
export function revisionIdOf({ revision_id: revisionId }: RevisionRow): { revisionId?: string } {
  return revisionId === INITIAL_REVISION ? {} : { revisionId };
}
