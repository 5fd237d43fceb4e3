import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Table from '@cloudscape-design/components/table';
import { usePages } from '../layout/paging.tsx';
import { TextBlock } from '../layout/text-block.tsx';
import { Clock } from '../layout/times.tsx';
import type { EventRow } from './runs.ts';

const PAGE_SIZE = 50;

/** Every event of the history, as Step Functions has it. */
export function EventList({ events }: { events: readonly EventRow[] }) {
  const { shown, pagination } = usePages(events, PAGE_SIZE);
  return (
    <Table
      variant="embedded"
      items={shown}
      trackBy={({ id }) => String(id)}
      wrapLines
      columnDefinitions={[
        { id: 'id', header: '#', cell: ({ id }) => id, width: 60 },
        { id: 'at', header: 'Time', cell: ({ at }) => <Clock at={at} />, minWidth: 120 },
        { id: 'type', header: 'Event', cell: ({ type }) => type, isRowHeader: true, minWidth: 150 },
        { id: 'state', header: 'State', cell: ({ state }) => state ?? '', minWidth: 130 },
        { id: 'details', header: 'Details', cell: (event) => <Details event={event} />, minWidth: 130 },
      ]}
      pagination={events.length > PAGE_SIZE && pagination}
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
