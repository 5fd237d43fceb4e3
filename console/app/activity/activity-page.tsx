import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import Select, { type SelectProps } from '@cloudscape-design/components/select';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useMemo, useState } from 'react';
import type { Activity } from '../../server/activity.ts';
import { useLiveList } from '../connection/use-live.ts';
import { ExecutionLink, StoryLink } from '../layout/page-link.tsx';
import { Clock, took } from '../layout/times.tsx';

const PAGE_SIZE = 50;
const SPANS: readonly SelectProps.Option[] = [
  { value: '1', label: 'Last hour' },
  { value: '24', label: 'Last 24 hours' },
  { value: '168', label: 'Last 7 days' },
];

/** What each disposition means to who asks why nothing happened. */
const MEANINGS: Readonly<Record<string, { type: StatusIndicatorProps.Type; text: string }>> = {
  RELAYED: { type: 'success', text: 'Relayed' },
  COUNTED: { type: 'success', text: 'Counted as one approval' },
  PARKED: { type: 'pending', text: 'Parked: nothing waited' },
  QUEUED: { type: 'in-progress', text: 'In the queue' },
  RETRYING: { type: 'warning', text: 'Tried again later' },
  DEAD_LETTER: { type: 'error', text: 'Dead letter' },
  LATE: { type: 'warning', text: 'Late: the gate had ended' },
  DUPLICATE: { type: 'stopped', text: 'Duplicate' },
  IGNORED: { type: 'warning', text: 'Ignored' },
  NO_DECISION: { type: 'info', text: 'No decision' },
  REFUSED: { type: 'error', text: 'Refused by the webhook' },
  ISSUE_MOVED: { type: 'info', text: 'Issue moved' },
};

/** Every call of the webhook and what became of it. */
export default function ActivityPage() {
  const [hours, setHours] = useState('24');
  const [search, setSearch] = useState('');
  const [page, setPage] = useState(1);
  const { value, trouble } = useLiveList<Activity>(`/api/live/activity?hours=${hours}`, ({ id }) => id);
  const found = useMemo(() => {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    return (value ?? [])
      .filter((entry) => words.every((word) => JSON.stringify(entry).toLowerCase().includes(word)))
      .sort((a, b) => (a.at < b.at ? 1 : -1));
  }, [value, search]);
  const pages = Math.max(1, Math.ceil(found.length / PAGE_SIZE));
  const current = Math.min(page, pages);
  return (
    <Table
      items={found.slice((current - 1) * PAGE_SIZE, current * PAGE_SIZE)}
      trackBy="id"
      columnDefinitions={COLUMNS}
      wrapLines
      loading={!value && !trouble}
      loadingText="Reading the logs of webhook and relay"
      header={
        <Header
          variant="h1"
          counter={value ? `(${found.length})` : ''}
          description="Every call of the webhook and what became of it: the answer to “why did nothing happen?”"
          actions={
            <Select
              ariaLabel="How far back"
              options={[...SPANS]}
              selectedOption={SPANS.find((option) => option.value === hours) ?? null}
              onChange={({ detail }) => setHours(detail.selectedOption.value ?? '24')}
            />
          }
        >
          Activity
        </Header>
      }
      filter={
        <TextFilter
          filteringText={search}
          filteringPlaceholder="Story, callback, execution, reason"
          filteringAriaLabel="Search activity"
          onChange={({ detail }) => setSearch(detail.filteringText)}
        />
      }
      pagination={
        <Pagination
          currentPageIndex={current}
          pagesCount={pages}
          onChange={({ detail }) => setPage(detail.currentPageIndex)}
        />
      }
      empty={
        <Box>{trouble ? 'What happened is not known at the moment.' : 'The webhook was not called in this time.'}</Box>
      }
    />
  );
}

const COLUMNS: TableProps.ColumnDefinition<Activity>[] = [
  { id: 'at', header: 'Received', minWidth: 120, cell: ({ at }) => <Clock at={at} /> },
  {
    id: 'story',
    header: 'Story',
    isRowHeader: true,
    minWidth: 110,
    cell: ({ jiraStoryId }) => (jiraStoryId ? <StoryLink story={jiraStoryId} /> : '–'),
  },
  {
    id: 'decision',
    header: 'Decision',
    minWidth: 100,
    cell: ({ outcome }) => (outcome === 'success' ? 'approve' : outcome === 'failure' ? 'reject' : '–'),
  },
  {
    id: 'became',
    header: 'Became',
    minWidth: 200,
    cell: ({ disposition, because, relayMs }) => {
      const { type, text } = MEANINGS[disposition] ?? { type: 'info', text: disposition };
      return (
        <>
          <StatusIndicator type={type}>
            {text}
            {disposition === 'RELAYED' && relayMs !== undefined && ` in ${took(relayMs)}`}
          </StatusIndicator>
          {because && <Box color="text-body-secondary">{because}</Box>}
        </>
      );
    },
  },
  {
    id: 'executions',
    header: 'Executions',
    minWidth: 180,
    cell: ({ executions }) =>
      executions.map((name) => (
        <div key={name}>
          <ExecutionLink name={name} />
        </div>
      )),
  },
  { id: 'source', header: 'Sent by', minWidth: 110, cell: ({ source }) => source ?? '–' },
];
