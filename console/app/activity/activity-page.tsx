import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Select, { type SelectProps } from '@cloudscape-design/components/select';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useMemo, useState } from 'react';
import type { Activity } from '../../server/activity.ts';
import { useLiveList } from '../connection/use-live.ts';
import { dispositionOf } from '../layout/dispositions.ts';
import { ExecutionLink, StoryLink } from '../layout/page-link.tsx';
import { usePages } from '../layout/paging.tsx';
import { searchFor } from '../layout/search.ts';
import { Clock, took } from '../layout/times.tsx';

const PAGE_SIZE = 50;
const SPANS: readonly SelectProps.Option[] = [
  { value: '1', label: 'Last hour' },
  { value: '24', label: 'Last 24 hours' },
  { value: '168', label: 'Last 7 days' },
];

/** Every call of the webhook and what became of it. */
export default function ActivityPage() {
  const [hours, setHours] = useState('24');
  const [search, setSearch] = useState('');
  const { value, trouble } = useLiveList<Activity>(`/api/live/activity?hours=${hours}`, ({ id }) => id);
  const found = useMemo(() => {
    const matches = searchFor(search);
    return (value ?? []).filter((entry) => matches(JSON.stringify(entry))).sort((a, b) => (a.at < b.at ? 1 : -1));
  }, [value, search]);
  const { shown, pagination } = usePages(found, PAGE_SIZE);
  return (
    <Table
      items={shown}
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
      pagination={pagination}
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
    minWidth: 140,
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
      const { type, text, meaning } = dispositionOf(disposition);
      return (
        <>
          <StatusIndicator type={type}>
            {text}
            {meaning && `: ${meaning}`}
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
