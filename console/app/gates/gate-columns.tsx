import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { TableProps } from '@cloudscape-design/components/table';
import { ExecutionLink, StoryLink } from '../layout/page-link.tsx';
import { Ago } from '../layout/times.tsx';
import type { DecisionRequest } from './decision-dialog.tsx';
import type { GateRow } from './gate-rows.ts';
import { TimeLeft } from './time-left.tsx';
import type { Details } from './use-details.ts';

interface ColumnOptions {
  now: number;
  narrow: boolean;
  details: Readonly<Record<string, Details>>;
  onDecide: (request: DecisionRequest) => void;
}

/** The columns of the gates' table; on a narrow screen what belongs together shares one. */
export function gateColumns({ now, narrow, details, onDecide }: ColumnOptions): TableProps.ColumnDefinition<GateRow>[] {
  const packages = (gate: GateRow) => <Packages ids={details[gate.executionName]?.packageIds} />;
  const state = (gate: GateRow) => <GateState gate={gate} now={now} details={details[gate.executionName]} />;
  const actions: TableProps.ColumnDefinition<GateRow> = {
    id: 'actions',
    header: 'Decide',
    minWidth: 240,
    cell: (gate) => <Actions gate={gate} onDecide={onDecide} />,
  };
  if (narrow)
    return [
      {
        id: 'gate',
        header: 'Gate',
        sortingField: 'jiraStoryId',
        isRowHeader: true,
        cell: (gate) => (
          <SpaceBetween size="xxs">
            <StoryLink story={gate.jiraStoryId} />
            {packages(gate)}
            {state(gate)}
            <ExecutionLink name={gate.executionName} />
            <Actions gate={gate} onDecide={onDecide} />
          </SpaceBetween>
        ),
      },
    ];
  return [
    {
      id: 'story',
      header: 'Story',
      sortingField: 'jiraStoryId',
      isRowHeader: true,
      minWidth: 120,
      cell: (gate) => <StoryLink story={gate.jiraStoryId} />,
    },
    { id: 'packages', header: 'Packages', cell: packages, minWidth: 180 },
    {
      id: 'since',
      header: 'Since',
      sortingField: 'waitingSince',
      minWidth: 110,
      cell: (gate) => <Ago at={gate.waitingSince} now={now} />,
    },
    { id: 'left', header: 'Time left / decision', sortingField: 'expiresAt', cell: state, minWidth: 170 },
    {
      id: 'execution',
      header: 'Execution',
      sortingField: 'executionName',
      cell: (gate) => <ExecutionLink name={gate.executionName} />,
    },
    actions,
  ];
}

function Packages({ ids }: { ids: string[] | undefined }) {
  if (!ids) return <Box color="text-status-inactive">–</Box>;
  const shown = ids.slice(0, 3);
  return (
    <SpaceBetween direction="horizontal" size="xxs">
      {shown.map((id) => (
        <Badge key={id}>{id}</Badge>
      ))}
      {ids.length > shown.length && <span title={ids.join(', ')}>+{ids.length - shown.length}</span>}
    </SpaceBetween>
  );
}

function GateState({ gate, now, details }: { gate: GateRow; now: number; details: Details | undefined }) {
  if (gate.status !== 'WAITING') return <Decision gate={gate} />;
  return (
    <SpaceBetween size="xxs">
      <TimeLeft since={gate.waitingSince} until={gate.expiresAt} now={now} />
      {(details?.quorum ?? 1) > 1 && (
        <small>
          {details?.votes.length ?? 0} of {details?.quorum} approvals
          {details?.votes.length ? `: ${details.votes.map(({ actor }) => actor.displayName).join(', ')}` : ''}
        </small>
      )}
      {gate.notAdmitted && (
        <StatusIndicator type="warning">
          {gate.notAdmitted.because ??
            `${gate.notAdmitted.outcome} by ${gate.notAdmitted.actor.displayName} came too early`}
        </StatusIndicator>
      )}
    </SpaceBetween>
  );
}

function Decision({ gate }: { gate: GateRow }) {
  if (gate.status === 'EXPIRED' || !gate.outcome)
    return (
      <StatusIndicator type="stopped">
        {gate.endedAs === 'TaskTimedOut' ? 'timed out' : 'ended without a decision'}
      </StatusIndicator>
    );
  const approved = gate.outcome === 'success';
  return (
    <span title={gate.message}>
      <StatusIndicator type={approved ? 'success' : 'error'}>{approved ? 'approved' : 'rejected'}</StatusIndicator>
      <br />
      <small>by {gate.actor?.displayName ?? 'somebody'}</small>
    </span>
  );
}

function Actions({ gate, onDecide }: { gate: GateRow; onDecide: ColumnOptions['onDecide'] }) {
  if (gate.status !== 'WAITING') return null;
  const { jiraStoryId } = gate;
  return (
    <div className="side-by-side">
      <Button ariaLabel={`Approve ${jiraStoryId}`} onClick={() => onDecide({ jiraStoryId, verdict: 'approve' })}>
        Approve
      </Button>
      <Button
        wrapText={false}
        ariaLabel={`Reject ${jiraStoryId}`}
        onClick={() => onDecide({ jiraStoryId, verdict: 'reject' })}
      >
        Reject
      </Button>
    </div>
  );
}
