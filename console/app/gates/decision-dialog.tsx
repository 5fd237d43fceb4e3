import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea, { type TextareaProps } from '@cloudscape-design/components/textarea';
import { useEffect, useRef, useState } from 'react';
import type { DecisionOutcome } from '../../server/actions.ts';
import type { Json } from '../connection/json.ts';
import { postJson } from '../connection/request.ts';
import { useSession } from '../connection/session.tsx';
import { useTell } from '../layout/notes.tsx';
import { outcomeNote } from './outcome-note.tsx';

export interface DecisionRequest {
  jiraStoryId: string;
  verdict: 'approve' | 'reject';
}

/** Asks for the comment, then decides the story through the webhook, as Jira would. */
export function DecisionDialog({ jiraStoryId, verdict, onClose }: DecisionRequest & { onClose: () => void }) {
  const session = useSession();
  const tell = useTell();
  const [message, setMessage] = useState('');
  const [as, setAs] = useState(session?.user ?? '');
  const [accountId, setAccountId] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const word = verdict === 'approve' ? 'Approve' : 'Reject';

  async function decide() {
    setBusy(true);
    setError('');
    try {
      const decision = { jiraStoryId, verdict, message, as, ...(accountId.trim() && { accountId: accountId.trim() }) };
      tell(outcomeNote(jiraStoryId, await postJson<Json<DecisionOutcome>>('/api/decisions', decision)));
      onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
      setBusy(false);
    }
  }

  return (
    <Modal
      visible
      header={`${word} ${jiraStoryId}`}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" loading={busy} disabled={as.trim() === ''} onClick={decide}>
              {word}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Box>
          A signed callback goes to the webhook, as Jira would send it. Every execution that waits for {jiraStoryId}{' '}
          gets the decision.
        </Box>
        <FormField label="Comment" description="Becomes part of the result." errorText={error}>
          <Comment value={message} onChange={setMessage} />
        </FormField>
        <FormField label="Decide as">
          <Input value={as} onChange={({ detail }) => setAs(detail.value)} />
        </FormField>
        <FormField
          label="Jira account id"
          description="Where a gate asks for several approvals or names its approvers."
        >
          <Input value={accountId} onChange={({ detail }) => setAccountId(detail.value)} />
        </FormField>
      </SpaceBetween>
    </Modal>
  );
}

/** Has the focus once the dialog is there. The dialog gives it to its closing button first, so this comes a frame later. */
function Comment({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const field = useRef<TextareaProps.Ref>(null);
  useEffect(() => {
    const frame = requestAnimationFrame(() => field.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, []);
  return <Textarea ref={field} value={value} rows={3} onChange={({ detail }) => onChange(detail.value)} />;
}
