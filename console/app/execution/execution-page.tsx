import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import Tabs from '@cloudscape-design/components/tabs';
import { lazy, Suspense, useEffect, useState } from 'react';
import { getJson } from '../connection/request.ts';
import { useLive } from '../connection/use-live.ts';
import { ApprovalProgress } from '../gates/approval-progress.tsx';
import { NotCounted } from '../gates/not-counted.tsx';
import { TimeLeft } from '../gates/time-left.tsx';
import { StoryLink } from '../layout/page-link.tsx';
import { took, useNow } from '../layout/times.tsx';
import { CallbackTimeline } from './callback-timeline.tsx';
import { EventList } from './event-list.tsx';
import { ExecutionActions } from './execution-actions.tsx';
import { FileList } from './file-list.tsx';
import type { View } from './runs.ts';
import { StateDetails } from './state-details.tsx';

const StateGraph = lazy(() => import('./state-graph.tsx'));

/** How the status of an execution is shown. */
const INDICATORS: Readonly<Record<string, StatusIndicatorProps.Type>> = {
  RUNNING: 'in-progress',
  SUCCEEDED: 'success',
  FAILED: 'error',
  TIMED_OUT: 'error',
  ABORTED: 'stopped',
};

/** One execution: its graph, its states, its events, its decisions and its files. */
export default function ExecutionPage({ name }: { name: string }) {
  const { value: view, trouble } = useLive<View>(`/api/live/executions/${encodeURIComponent(name)}`);
  if (view) return <Execution view={view} />;
  return (
    <Container header={<Header variant="h1">{name}</Header>}>
      {trouble?.status === 404 ? (
        <StatusIndicator type="pending">
          There is no such execution yet. One that an upload starts shows here within seconds.
        </StatusIndicator>
      ) : (
        <StatusIndicator type="loading">Looking for the execution</StatusIndicator>
      )}
    </Container>
  );
}

function Execution({ view }: { view: View }) {
  const { report, events, files } = view;
  const definition = useDefinition(report.name);
  const [chosen, setChosen] = useState<string>();
  const waiting = report.wait?.status === 'WAITING' ? 'WaitForCallback' : undefined;
  const selected = chosen ?? waiting;
  return (
    <SpaceBetween size="l">
      <Header variant="h1" actions={<ExecutionActions report={report} canGoOn={canGoOn(view)} />}>
        {report.name}
      </Header>
      <Container>
        <Facts report={report} />
      </Container>
      <div className="graph-and-state">
        <Suspense fallback={<Spinner size="large" />}>
          {definition ? (
            <StateGraph definition={definition} runs={report.states} selected={selected} onSelect={setChosen} />
          ) : (
            <Box color="text-body-secondary">The state machine is being read.</Box>
          )}
        </Suspense>
        <StateDetails name={selected} runs={report.states} events={events} />
      </div>
      <Container>
        <Tabs
          tabs={[
            { id: 'callbacks', label: 'Decisions', content: <CallbackTimeline view={view} /> },
            {
              id: 'files',
              label: `Files (${files.length})`,
              content: <FileList execution={report.name} files={files} />,
            },
            { id: 'events', label: `Events (${events.length})`, content: <EventList events={events} /> },
          ]}
        />
      </Container>
    </SpaceBetween>
  );
}

/** The workflow writes its own errors down and ends in a Fail state; only what ended elsewhere has something to go on with. */
function canGoOn({ report, events }: View): boolean {
  const last = events.findLast(({ type }) => type.endsWith('StateEntered'));
  return !['RUNNING', 'SUCCEEDED'].includes(report.status) && last?.type !== 'FailStateEntered';
}

function Facts({ report }: { report: View['report'] }) {
  const now = useNow();
  const until = report.endedAt ? Date.parse(report.endedAt) : now;
  const { wait } = report;
  return (
    <KeyValuePairs
      columns={report.error ? 3 : 4}
      items={[
        {
          label: 'Status',
          value: <StatusIndicator type={INDICATORS[report.status] ?? 'info'}>{report.status}</StatusIndicator>,
        },
        { label: 'Story', value: report.jiraStoryId ? <StoryLink story={report.jiraStoryId} /> : '–' },
        { label: report.endedAt ? 'Took' : 'Running for', value: took(until - Date.parse(report.startedAt)) },
        wait?.status === 'WAITING' && report.status === 'RUNNING'
          ? { label: 'Waits', value: <TimeLeft since={wait.waitingSince} until={wait.expiresAt} now={now} /> }
          : { label: 'Started', value: new Date(report.startedAt).toLocaleString() },
        ...(wait?.quorum
          ? [{ label: 'Approvals', value: <ApprovalProgress {...wait} votes={wait.votes ?? []} /> }]
          : []),
        ...(wait?.movedTo ? [{ label: 'Moved to', value: <StoryLink story={wait.movedTo} /> }] : []),
        ...(wait?.status === 'WAITING' && wait.notAdmitted
          ? [{ label: 'Does not count', value: <NotCounted {...wait.notAdmitted} /> }]
          : []),
        { label: 'File', value: report.file?.replace(/^s3:\/\/[^/]+\//, '') ?? '–' },
        ...(report.error
          ? [{ label: 'Error', value: <Box color="text-status-error">{`${report.error}: ${report.cause ?? ''}`}</Box> }]
          : []),
      ]}
    />
  );
}

/** The definition that the execution runs by. It never changes. */
function useDefinition(name: string): string | undefined {
  const [definition, setDefinition] = useState<string>();
  useEffect(() => {
    const gone = new AbortController();
    getJson<string>(`/api/executions/${encodeURIComponent(name)}/definition`, gone.signal).then(
      setDefinition,
      () => undefined, // the page tells of lost connections; the rest of it needs no definition
    );
    return () => gone.abort();
  }, [name]);
  return definition;
}
