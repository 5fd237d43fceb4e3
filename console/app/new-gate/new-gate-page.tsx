import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { postJson } from '../connection/request.ts';
import { executionPath, go } from '../layout/location.ts';
import { useTell } from '../layout/notes.tsx';
import { contentOf, type Draft, problemWith, type Wishes } from './draft.ts';
import { DropArea } from './drop-area.tsx';

const NOTHING: Wishes = { story: '', packages: '', quorum: '', approvers: '' };

/** Starts a gate: by a form, or by a workflow file. Nothing is uploaded that could only fail. */
export default function NewGatePage() {
  const tell = useTell();
  const [wishes, setWishes] = useState<Wishes>(NOTHING);
  const [file, setFile] = useState<Draft>();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState('');
  const draft = file ?? {
    name: `${wishes.story.trim().toLowerCase() || 'release'}.json`,
    content: contentOf(wishes),
  };
  const problem = problemWith(draft);
  const empty = !file && wishes.story === '' && wishes.packages === '';

  async function start() {
    setBusy(true);
    setRefused('');
    try {
      const { key, executionName } = await postJson<{ key: string; executionName: string }>(
        '/api/workflow-files',
        draft,
      );
      tell({ type: 'success', header: `Uploaded ${key}`, content: 'The upload starts the gate by itself.' });
      go(executionPath(executionName));
    } catch (error) {
      setRefused(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  }

  return (
    <SpaceBetween size="l">
      <Header variant="h1" description="A file in inputs/ starts a gate. It is checked before it is uploaded.">
        New gate
      </Header>
      <DropArea
        onFile={(dropped) => {
          setFile(dropped);
          setRefused('');
        }}
      />
      {!file && (
        <Container header={<Header variant="h2">Or fill in</Header>}>
          <WishFields wishes={wishes} onChange={setWishes} />
        </Container>
      )}
      <Container header={<Header variant="h2">{draft.name}</Header>}>
        <SpaceBetween size="m">
          <FormField label="What is uploaded" stretch>
            <Textarea
              rows={8}
              value={draft.content}
              readOnly={!file}
              onChange={({ detail }) => setFile({ name: draft.name, content: detail.value })}
            />
          </FormField>
          {problem && !empty && <Alert type="error">{problem}</Alert>}
          {!problem && <Alert type="success">The file is as the workflow wants it.</Alert>}
          {refused && (
            <Alert type="error" header="Not uploaded">
              {refused}
            </Alert>
          )}
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="primary" disabled={problem !== undefined} loading={busy} onClick={start}>
              Start the gate
            </Button>
            {file && <Button onClick={() => setFile(undefined)}>Back to the form</Button>}
          </SpaceBetween>
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
}

function WishFields({ wishes, onChange }: { wishes: Wishes; onChange: (wishes: Wishes) => void }) {
  const set = (name: keyof Wishes) => (event: { detail: { value: string } }) =>
    onChange({ ...wishes, [name]: event.detail.value });
  return (
    <SpaceBetween size="m">
      <FormField label="Jira story" constraintText="A key such as PROJ-12345">
        <Input value={wishes.story} onChange={set('story')} />
      </FormField>
      <FormField label="Packages" constraintText="1 to 100 package ids, separated by spaces, commas or lines">
        <Textarea rows={3} value={wishes.packages} onChange={set('packages')} />
      </FormField>
      <FormField label="Approvals" constraintText="How many different people must approve; one unless told">
        <Input inputMode="numeric" value={wishes.quorum} onChange={set('quorum')} />
      </FormField>
      <FormField label="Approvers" constraintText="Jira account ids of those who may answer; anyone unless told">
        <Input value={wishes.approvers} onChange={set('approvers')} />
      </FormField>
    </SpaceBetween>
  );
}
