import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { postJson } from '../connection/request.ts';
import { DecisionDialog, type DecisionRequest } from '../gates/decision-dialog.tsx';
import { executionPath, go } from '../layout/location.ts';
import { useTell } from '../layout/notes.tsx';
import type { View } from './runs.ts';

type Action = 'stop' | 'redrive' | 'restart';

const WORDS: Readonly<Record<Action, { done: string; failed: string }>> = {
  stop: { done: 'Stopped', failed: 'Could not be stopped' },
  redrive: { done: 'Goes on', failed: 'Does not go on' },
  restart: { done: 'Started again', failed: 'Could not be started again' },
};

/** What can be done with an execution as it stands. */
export function ExecutionActions({ report, canGoOn }: { report: View['report']; canGoOn: boolean }) {
  const tell = useTell();
  const [busy, setBusy] = useState<Action>();
  const [asking, setAsking] = useState(false);
  const [decision, setDecision] = useState<DecisionRequest>();
  const running = report.status === 'RUNNING';
  const story = running && report.wait?.status === 'WAITING' ? report.jiraStoryId : undefined;

  async function act(action: Action) {
    setBusy(action);
    try {
      const path = `/api/executions/${encodeURIComponent(report.name)}/${action}`;
      const { executionName } = await postJson<{ executionName: string }>(path, { reason: 'stopped in the console' });
      tell({ type: 'success', header: `${WORDS[action].done}: ${executionName}` });
      if (executionName !== report.name) go(executionPath(executionName));
    } catch (error) {
      tell({ type: 'error', header: WORDS[action].failed, content: error instanceof Error ? error.message : '' });
    } finally {
      setBusy(undefined);
    }
  }

  return (
    <SpaceBetween direction="horizontal" size="xs">
      {story && (
        <Button variant="primary" onClick={() => setDecision({ jiraStoryId: story, verdict: 'approve' })}>
          Approve
        </Button>
      )}
      {story && <Button onClick={() => setDecision({ jiraStoryId: story, verdict: 'reject' })}>Reject</Button>}
      {running && <Button onClick={() => setAsking(true)}>Stop</Button>}
      {canGoOn && (
        <Button loading={busy === 'redrive'} onClick={() => act('redrive')}>
          Redrive
        </Button>
      )}
      {!running && (
        <Button loading={busy === 'restart'} onClick={() => act('restart')}>
          Start again
        </Button>
      )}
      {decision && <DecisionDialog {...decision} onClose={() => setDecision(undefined)} />}
      {asking && (
        <Modal
          visible
          header="Stop this execution?"
          onDismiss={() => setAsking(false)}
          footer={
            <Box float="right">
              <SpaceBetween direction="horizontal" size="xs">
                <Button variant="link" onClick={() => setAsking(false)}>
                  Cancel
                </Button>
                <Button
                  variant="primary"
                  onClick={() => {
                    setAsking(false);
                    act('stop');
                  }}
                >
                  Stop it
                </Button>
              </SpaceBetween>
            </Box>
          }
        >
          What it waits for no longer counts. It can be redriven later.
        </Modal>
      )}
    </SpaceBetween>
  );
}
