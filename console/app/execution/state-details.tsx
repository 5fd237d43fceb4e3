import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { TextBlock } from '../layout/text-block.tsx';
import { took } from '../layout/times.tsx';
import { dataOf, type EventRow, lastRuns, pretty, type Run } from './runs.ts';

/** How the status of a state is shown. */
const INDICATORS = { succeeded: 'success', failed: 'error', running: 'in-progress', waiting: 'pending' } as const;

interface StateDetailsProps {
  name: string | undefined;
  runs: readonly Run[];
  events: readonly EventRow[];
}

/** Input, output and error of the state that was clicked. */
export function StateDetails({ name, runs, events }: StateDetailsProps) {
  const run = name === undefined ? undefined : lastRuns(runs).get(name);
  return (
    <Container header={<Header variant="h2">{name ?? 'State'}</Header>}>
      {name === undefined && (
        <Box color="text-body-secondary">Choose a state to see what went in and what came out.</Box>
      )}
      {name !== undefined && !run && <Box color="text-body-secondary">The execution has not come here.</Box>}
      {name !== undefined && run && (
        <SpaceBetween size="s">
          <Status run={run} />
          {run.error && (
            <Alert type="error" header={run.error}>
              <TextBlock label="Cause">{pretty(run.cause ?? 'without a cause')}</TextBlock>
            </Alert>
          )}
          {dataOf(events, name).map(({ title, text }) => (
            <ExpandableSection key={`${name} ${title}`} headerText={title} defaultExpanded={title !== 'Variables'}>
              <TextBlock label={`${title} of ${name}`}>{text}</TextBlock>
            </ExpandableSection>
          ))}
        </SpaceBetween>
      )}
    </Container>
  );
}

function Status({ run }: { run: Run }) {
  const tries = (run.attempts ?? 1) > 1 ? `, ${run.attempts} tries` : '';
  const duration = run.exitedAt ? ` in ${took(Date.parse(run.exitedAt) - Date.parse(run.enteredAt))}` : '';
  return (
    <StatusIndicator type={INDICATORS[run.status]}>
      {run.status}
      {duration}
      {tries}
    </StatusIndicator>
  );
}
