import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { SelectedOutcome } from '../../../services/callback-relay/dead-letters.ts';
import { postAndFollow } from '../connection/request.ts';

export interface LetterChange {
  what: 'redrive' | 'delete';
  callbackIds: readonly string[];
}

const WORDS = { redrive: 'Redrive', delete: 'Delete' } as const;

/** Dry run, then the real thing, with its progress. */
export function ChangeDialog({ what, callbackIds, onClose }: LetterChange & { onClose: () => void }) {
  const [progress, setProgress] = useState<{ done: number; selected: number }>();
  const [outcome, setOutcome] = useState<{ dryRun: boolean; result: SelectedOutcome }>();
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const finished = outcome !== undefined && !outcome.dryRun;

  async function run(dryRun: boolean) {
    setBusy(true);
    setError('');
    try {
      const result = await postAndFollow<SelectedOutcome>('/api/letters', { what, callbackIds, dryRun }, setProgress);
      setOutcome({ dryRun, result });
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Modal
      visible
      header={`${WORDS[what]} ${letterCount(callbackIds.length)}`}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              {finished ? 'Close' : 'Cancel'}
            </Button>
            {!finished && (
              <Button disabled={busy} onClick={() => run(true)}>
                Dry run
              </Button>
            )}
            {!finished && (
              <Button variant="primary" loading={busy} onClick={() => run(false)}>
                {WORDS[what]}
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Box>
          {what === 'redrive'
            ? 'They go back into the callback queue, and the relay tries them again. One that comes twice does no harm.'
            : 'They are gone for good: the decisions in them will never reach their gates.'}
        </Box>
        {(busy || progress) && (
          <ProgressBar
            label={WORDS[what]}
            value={progress ? (100 * progress.done) / Math.max(1, progress.selected) : 0}
            additionalInfo={progress ? `${progress.done} of ${progress.selected}` : ''}
          />
        )}
        {error && <Alert type="error">{error}</Alert>}
        {outcome && <Outcome what={what} {...outcome} />}
      </SpaceBetween>
    </Modal>
  );
}

function Outcome({ what, dryRun, result }: { what: LetterChange['what']; dryRun: boolean; result: SelectedOutcome }) {
  if (dryRun)
    return (
      <Alert type="info" header={`Dry run: would ${what} ${letterCount(result.selected.length)}`}>
        {result.selected.slice(0, 10).map(({ callbackId, jiraStoryId }) => (
          <div key={callbackId}>
            {jiraStoryId ?? 'unknown story'} · {callbackId}
          </div>
        ))}
      </Alert>
    );
  const failed = result.failed.map(({ callbackId, error }) => <div key={callbackId}>{`${callbackId}: ${error}`}</div>);
  const done = `${letterCount(result.done)} ${what === 'redrive' ? 'redriven' : 'deleted'}`;
  return (
    <Alert type={failed.length > 0 ? 'warning' : 'success'} header={done}>
      {failed}
    </Alert>
  );
}

function letterCount(letters: number): string {
  return letters === 1 ? '1 letter' : `${letters} letters`;
}
