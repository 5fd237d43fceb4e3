import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Pagination from '@cloudscape-design/components/pagination';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { TextBlock } from '../layout/text-block.tsx';
import { Clock } from '../layout/times.tsx';
import type { EventRow } from './runs.ts';

const PAGE_SIZE = 50;

/** Every event of the history, as Step Functions has it. */
export function EventList({ events }: { events: readonly EventRow[] }) {
  const [page, setPage] = useState(1);
  return (
    <Table
      variant="embedded"
      items={events.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)}
      trackBy={({ id }) => String(id)}
      wrapLines
      columnDefinitions={[
        { id: 'id', header: '#', cell: ({ id }) => id, width: 60 },
        { id: 'at', header: 'Time', cell: ({ at }) => <Clock at={at} />, minWidth: 120 },
        { id: 'type', header: 'Event', cell: ({ type }) => type, isRowHeader: true, minWidth: 150 },
        { id: 'state', header: 'State', cell: ({ state }) => state ?? '', minWidth: 130 },
        { id: 'details', header: 'Details', cell: (event) => <Details event={event} />, minWidth: 130 },
      ]}
      pagination={
        events.length > PAGE_SIZE && (
          <Pagination
            currentPageIndex={page}
            pagesCount={Math.ceil(events.length / PAGE_SIZE)}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
          />
        )
      }
      empty={<Box>No events yet.</Box>}
    />
  );
}

function Details({ event }: { event: EventRow }) {
  if (!event.details) return null;
  return (
    <ExpandableSection headerText="Show" headerAriaLabel={`Details of event ${event.id}`}>
      <TextBlock label={`Details of event ${event.id}`}>{JSON.stringify(event.details, null, 2)}</TextBlock>
    </ExpandableSection>
  );
}
