import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useState } from 'react';
import { span } from '../../../cli/span.ts';
import type { DeadLetter } from '../../../services/callback-relay/dead-letter.ts';
import { StoryLink } from '../layout/page-link.tsx';
import { usePages } from '../layout/paging.tsx';
import { searchFor } from '../layout/search.ts';
import { TextBlock } from '../layout/text-block.tsx';
import { ChangeDialog, type LetterChange } from './change-dialog.tsx';
import { useLetters } from './use-letters.ts';

const PAGE_SIZE = 25;

/** Callbacks that could not be relayed: why, and what to do with them. */
export default function LettersPage() {
  const { letters, error, reload } = useLetters();
  const [search, setSearch] = useState('');
  const [selected, setSelected] = useState<DeadLetter[]>([]);
  const [change, setChange] = useState<LetterChange>();
  const matches = searchFor(search);
  const found = (letters ?? []).filter((letter) => matches(JSON.stringify(letter)));
  const { shown, pagination } = usePages(found, PAGE_SIZE);
  const still = selected.filter(({ callbackId }) => found.some((letter) => letter.callbackId === callbackId));
  const ask = (what: LetterChange['what']) =>
    setChange({ what, callbackIds: still.map(({ callbackId }) => callbackId) });

  return (
    <>
      <Table
        items={shown}
        trackBy="callbackId"
        selectionType="multi"
        selectedItems={still}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
        ariaLabels={{
          selectionGroupLabel: 'Letters',
          allItemsSelectionLabel: () => 'Select all letters shown',
          itemSelectionLabel: (_, letter) => `Select ${letter.callbackId}`,
        }}
        columnDefinitions={COLUMNS}
        wrapLines
        loading={!letters && !error}
        loadingText="Looking through the dead-letter queue"
        header={
          <Header
            variant="h1"
            counter={letters ? `(${letters.length})` : ''}
            description="Decisions that were accepted and could not be relayed."
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="refresh" ariaLabel="Look again" onClick={reload} />
                <Button disabled={found.length === 0} onClick={() => setSelected(found)}>
                  Select all
                </Button>
                <Button disabled={still.length === 0} onClick={() => ask('delete')}>
                  Delete
                </Button>
                <Button variant="primary" disabled={still.length === 0} onClick={() => ask('redrive')}>
                  Redrive
                </Button>
              </SpaceBetween>
            }
          >
            Dead letters
          </Header>
        }
        filter={
          <TextFilter
            filteringText={search}
            filteringPlaceholder="Story, reason, callback"
            filteringAriaLabel="Search letters"
            onChange={({ detail }) => setSearch(detail.filteringText)}
          />
        }
        pagination={pagination}
        empty={
          error ? (
            <StatusIndicator type="error">{error}</StatusIndicator>
          ) : (
            <StatusIndicator type="success">{search ? 'No letter matches' : 'No dead letters'}</StatusIndicator>
          )
        }
      />
      {change && (
        <ChangeDialog
          {...change}
          onClose={() => {
            setChange(undefined);
            reload();
          }}
        />
      )}
    </>
  );
}

const COLUMNS: TableProps.ColumnDefinition<DeadLetter>[] = [
  {
    id: 'story',
    header: 'Story',
    isRowHeader: true,
    minWidth: 120,
    cell: ({ jiraStoryId }) => (jiraStoryId ? <StoryLink story={jiraStoryId} /> : <Box>unknown</Box>),
  },
  {
    id: 'reason',
    header: 'Reason',
    minWidth: 190,
    cell: ({ reason, error }) => (
      <>
        <StatusIndicator type="error">{reason}</StatusIndicator>
        {error && <Box color="text-body-secondary">{error}</Box>}
      </>
    ),
  },
  {
    id: 'outcome',
    header: 'Decision',
    minWidth: 100,
    cell: ({ outcome, actor }) => [outcome, actor].filter(Boolean).join(' by '),
  },
  { id: 'age', header: 'Age', minWidth: 90, cell: ({ ageMs }) => span(ageMs) },
  { id: 'received', header: 'Tried', minWidth: 70, cell: ({ receiveCount }) => `${receiveCount}×` },
  {
    id: 'body',
    header: 'Callback',
    minWidth: 200,
    cell: (letter) => (
      <ExpandableSection headerText="Body" headerAriaLabel={`Body of ${letter.callbackId}`} variant="footer">
        <small>{letter.callbackId}</small>
        <TextBlock label={`Body of ${letter.callbackId}`}>{letter.body}</TextBlock>
      </ExpandableSection>
    ),
  },
];
