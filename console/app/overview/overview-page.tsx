import BarChart from '@cloudscape-design/components/bar-chart';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import type { Bucket, Overview } from '../../server/overview.ts';
import { useLive } from '../connection/use-live.ts';
import { ExecutionLink, StoryLink } from '../layout/page-link.tsx';
import { Ago, useNow } from '../layout/times.tsx';
import { histogram } from './histogram.ts';

/** How gates have gone: how many, how long, what failed, what it cost. */
export default function OverviewPage() {
  const { value, trouble } = useLive<Overview>('/api/live/overview');
  return (
    <SpaceBetween size="l">
      <Header variant="h1">Overview</Header>
      {!value && (
        <Container>
          {trouble ? (
            <StatusIndicator type="error">{trouble.message}</StatusIndicator>
          ) : (
            <StatusIndicator type="loading">Counting</StatusIndicator>
          )}
        </Container>
      )}
      {value && <Figures overview={value} />}
      {value && (
        <div className="plots">
          <Throughput title="Executions, last 24 hours" buckets={value.hours} label={hourLabel} />
          <Throughput title="Executions, last 14 days" buckets={value.days} label={dayLabel} />
          <Waits seconds={value.decisionSeconds} />
          <Failures failures={value.failures} />
        </div>
      )}
    </SpaceBetween>
  );
}

function Figures({ overview }: { overview: Overview }) {
  const now = useNow();
  const { month, cost, oldest } = overview;
  const { SUCCEEDED: succeeded = 0, RUNNING: running = 0 } = month.byStatus;
  const failed = month.total - succeeded - running;
  return (
    <Container>
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'Waiting now', value: <Box fontSize="display-l">{overview.waiting}</Box> },
          {
            label: 'Oldest gate',
            value: oldest ? (
              <>
                <StoryLink story={oldest.jiraStoryId} /> since <Ago at={oldest.waitingSince} now={now} />
                <br />
                <ExecutionLink name={oldest.executionName} />
              </>
            ) : (
              'nothing waits'
            ),
          },
          {
            label: 'This month',
            value: `${month.complete ? '' : 'at least '}${month.total} executions, ${succeeded} succeeded, ${failed} failed`,
          },
          {
            label: 'Cost so far this month (estimate)',
            value: `$${cost.usd.toFixed(cost.usd < 1 ? 4 : 2)}, $${(cost.perGateUsd * 1000).toFixed(2)} per 1,000 gates at list prices`,
          },
        ]}
      />
    </Container>
  );
}

function Throughput({
  title,
  buckets,
  label,
}: {
  title: string;
  buckets: readonly Bucket[];
  label: (at: string) => string;
}) {
  const series = (name: keyof Omit<Bucket, 'at'>, color: string) => ({
    title: name,
    type: 'bar' as const,
    color,
    data: buckets.map((bucket) => ({ x: label(bucket.at), y: bucket[name] })),
  });
  const most = Math.max(4, ...buckets.map(({ succeeded, failed, running }) => succeeded + failed + running));
  return (
    <Container header={<Header variant="h2">{title}</Header>}>
      <BarChart
        stackedBars
        hideFilter
        height={200}
        ariaLabel={title}
        xScaleType="categorical"
        yDomain={[0, most]}
        series={[series('succeeded', 'var(--good)'), series('running', 'var(--busy)'), series('failed', 'var(--bad)')]}
        empty={<Box>No executions.</Box>}
      />
    </Container>
  );
}

function Waits({ seconds }: { seconds: readonly number[] }) {
  const bars = histogram(seconds);
  return (
    <Container header={<Header variant="h2">From the question to the decision, last 14 days</Header>}>
      <BarChart
        hideFilter
        hideLegend
        height={200}
        ariaLabel="How long decisions took"
        xScaleType="categorical"
        yDomain={[0, Math.max(4, ...bars.map(({ count }) => count))]}
        series={[
          {
            title: 'decisions',
            type: 'bar',
            color: 'var(--busy)',
            data: seconds.length === 0 ? [] : bars.map(({ label, count }) => ({ x: label, y: count })),
          },
        ]}
        empty={<Box>No decisions yet.</Box>}
      />
    </Container>
  );
}

function Failures({ failures }: { failures: Overview['failures'] }) {
  return (
    <Table
      items={failures}
      header={<Header variant="h2">Failures, last 14 days</Header>}
      columnDefinitions={[
        { id: 'state', header: 'State', cell: ({ state }) => state, isRowHeader: true },
        { id: 'error', header: 'Error', cell: ({ error }) => error },
        { id: 'count', header: 'Executions', cell: ({ count }) => count },
      ]}
      empty={<StatusIndicator type="success">Nothing has failed</StatusIndicator>}
    />
  );
}

function hourLabel(at: string): string {
  return `${String(new Date(at).getHours()).padStart(2, '0')}h`;
}

function dayLabel(at: string): string {
  return new Date(at).toLocaleDateString([], { month: 'numeric', day: 'numeric', timeZone: 'UTC' });
}
