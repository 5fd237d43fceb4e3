import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { TableProps } from '@cloudscape-design/components/table';
import type { Packages } from '../../server/packages.ts';
import { ExecutionLink, StoryLink } from '../layout/page-link.tsx';
import { Ago } from '../layout/times.tsx';
import { ApprovalProgress } from './approval-progress.tsx';
import type { DecisionRequest } from './decision-dialog.tsx';
import type { GateRow } from './gate-rows.ts';
import { NotCounted } from './not-counted.tsx';
import { TimeLeft } from './time-left.tsx';
import type { LiveApprovals } from './use-approvals.ts';

interface ColumnOptions {
  now: number;
  narrow: boolean;
  packages: Packages;
  approvals: LiveApprovals;
  onDecide: (request: DecisionRequest) => void;
}

/** The columns of the gates' table; on a narrow screen what belongs together shares one. */
export function gateColumns(options: ColumnOptions): TableProps.ColumnDefinition<GateRow>[] {
  const { now, narrow, packages, approvals, onDecide } = options;
  const packagesOf = (gate: GateRow) => <PackageList ids={packages[gate.executionName]} />;
  const state = (gate: GateRow) => <GateState gate={{ ...gate, ...approvals[gate.executionName] }} now={now} />;
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
            <Story gate={gate} />
            {packagesOf(gate)}
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
      cell: (gate) => <Story gate={gate} />,
    },
    { id: 'packages', header: 'Packages', cell: packagesOf, minWidth: 180 },
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

/** The key under which it waits, and the one that its issue has now. */
function Story({ gate: { jiraStoryId, movedTo } }: { gate: GateRow }) {
  return (
    <>
      <StoryLink story={jiraStoryId} />
      {movedTo && (
        <small>
          <br />
          now <StoryLink story={movedTo} />
        </small>
      )}
    </>
  );
}

function PackageList({ ids }: { ids: string[] | undefined }) {
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

function GateState({ gate, now }: { gate: GateRow; now: number }) {
  if (gate.status !== 'WAITING') return <Decision gate={gate} />;
  return (
    <SpaceBetween size="xxs">
      <TimeLeft since={gate.waitingSince} until={gate.expiresAt} now={now} />
      <ApprovalProgress {...gate} />
      {gate.notAdmitted && <NotCounted {...gate.notAdmitted} />}
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
      <small>by {whoDecided(gate)}</small>
    </span>
  );
}

function whoDecided({ actor, votes = [] }: GateRow): string {
  const names = votes.length > 0 ? votes.map((vote) => vote.actor.displayName) : [actor?.displayName ?? 'somebody'];
  return names.join(', ');
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
