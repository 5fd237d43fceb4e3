import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useDeferredValue, useMemo, useState } from 'react';
import { useLiveList } from '../connection/use-live.ts';
import { go } from '../layout/location.ts';
import { usePages } from '../layout/paging.tsx';
import { useNow } from '../layout/times.tsx';
import { useNarrow } from '../layout/use-narrow.ts';
import { DecisionDialog, type DecisionRequest } from './decision-dialog.tsx';
import { gateColumns } from './gate-columns.tsx';
import { type GateRow, gateRows, type Show, type SortField } from './gate-rows.ts';
import { useApprovals } from './use-approvals.ts';
import { usePackages } from './use-packages.ts';

const PAGE_SIZE = 25;
const SHOWS: readonly { id: Show; text: string }[] = [
  { id: 'waiting', text: 'Waiting' },
  { id: 'ended', text: 'Decided today' },
  { id: 'all', text: 'All' },
];
const SORT_FIELDS: readonly SortField[] = ['jiraStoryId', 'waitingSince', 'expiresAt', 'executionName'];

/** What waits for which story, and since when; approve and reject. */
export function GatesPage() {
  const { value: gates, trouble } = useLiveList<GateRow>('/api/live/gates', ({ executionName }) => executionName);
  const [search, setSearch] = useState('');
  const [show, setShow] = useState<Show>('all');
  const [sorting, setSorting] = useState<{ sort: SortField; descending: boolean }>({
    sort: 'waitingSince',
    descending: false,
  });
  const [decision, setDecision] = useState<DecisionRequest>();
  const needle = useDeferredValue(search);
  const now = useNow();
  const narrow = useNarrow();

  const rows = useMemo(
    () => gateRows(gates ?? [], { search: needle, show, ...sorting }),
    [gates, needle, show, sorting],
  );
  const { shown, pagination, toFirst } = usePages(rows, PAGE_SIZE);
  const packages = usePackages(shown);
  const approvals = useApprovals(shown);
  const columns = gateColumns({ now, narrow, packages, approvals, onDecide: setDecision });
  const waiting = useMemo(() => (gates ?? []).filter(({ status }) => status === 'WAITING').length, [gates]);

  return (
    <>
      <Table
        items={shown}
        columnDefinitions={columns}
        trackBy="executionName"
        loading={!gates && !trouble}
        loadingText="Looking for what waits"
        wrapLines
        variant="container"
        sortingColumn={
          columns.find(({ sortingField }) => sortingField === sorting.sort) ?? { sortingField: sorting.sort }
        }
        sortingDescending={sorting.descending}
        onSortingChange={({ detail }) => {
          const sort = SORT_FIELDS.find((field) => field === detail.sortingColumn.sortingField);
          if (sort) setSorting({ sort, descending: detail.isDescending ?? false });
        }}
        header={
          <Header
            variant="h1"
            counter={gates ? `(${waiting} waiting)` : ''}
            actions={
              <Button variant="primary" onClick={() => go('/new')}>
                New gate
              </Button>
            }
          >
            Gates
          </Header>
        }
        filter={
          <SpaceBetween direction={narrow ? 'vertical' : 'horizontal'} size="s">
            <TextFilter
              filteringText={search}
              filteringPlaceholder="Story, execution, person"
              filteringAriaLabel="Search gates"
              countText={`${rows.length} ${rows.length === 1 ? 'match' : 'matches'}`}
              onChange={({ detail }) => {
                setSearch(detail.filteringText);
                toFirst();
              }}
            />
            <SegmentedControl
              label="Which gates"
              selectedId={show}
              options={[...SHOWS]}
              onChange={({ detail }) => {
                setShow(SHOWS.find(({ id }) => id === detail.selectedId)?.id ?? 'all');
                toFirst();
              }}
            />
          </SpaceBetween>
        }
        pagination={pagination}
        empty={<NoGates filtered={search !== '' || (gates?.length ?? 0) > 0} failed={!gates} />}
      />
      {decision && <DecisionDialog {...decision} onClose={() => setDecision(undefined)} />}
    </>
  );
}

function NoGates({ filtered, failed }: { filtered: boolean; failed: boolean }) {
  if (failed) return <Box>What waits is not known at the moment.</Box>;
  if (filtered) return <Box>No gate matches.</Box>;
  return (
    <SpaceBetween size="xs" alignItems="center">
      <b>Nothing waits</b>
      <Box color="text-body-secondary">Drop a workflow file into the bucket, or start a gate here.</Box>
      <Button onClick={() => go('/new')}>New gate</Button>
    </SpaceBetween>
  );
}
