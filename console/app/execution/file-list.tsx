import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import Tabs from '@cloudscape-design/components/tabs';
import { useEffect, useState } from 'react';
import { getJson } from '../connection/request.ts';
import { TextBlock } from '../layout/text-block.tsx';
import { pretty } from './runs.ts';

/** What the execution has written: result, log, error. */
export function FileList({ execution, files }: { execution: string; files: readonly string[] }) {
  if (files.length === 0) return <Box color="text-body-secondary">It has written nothing yet.</Box>;
  return (
    <Tabs
      variant="stacked"
      tabs={files.map((key) => ({
        id: key,
        label: key.split('/').at(-1) ?? key,
        content: <StoredFile execution={execution} name={key} />,
      }))}
    />
  );
}

function StoredFile({ execution, name }: { execution: string; name: string }) {
  const [file, setFile] = useState<{ text: string } | { error: string }>();
  useEffect(() => {
    const gone = new AbortController();
    const path = `/api/executions/${encodeURIComponent(execution)}/file?key=${encodeURIComponent(name)}`;
    getJson<{ text: string }>(path, gone.signal).then(setFile, (error: unknown) => {
      if (!gone.signal.aborted) setFile({ error: error instanceof Error ? error.message : String(error) });
    });
    return () => gone.abort();
  }, [execution, name]);
  if (!file) return <Spinner />;
  if ('error' in file) return <Box color="text-status-error">{file.error}</Box>;
  return (
    <SpaceBetween size="xs">
      <SpaceBetween direction="horizontal" size="s" alignItems="center">
        <small>{name}</small>
        <Button iconName="download" onClick={() => download(name, file.text)}>
          Download
        </Button>
      </SpaceBetween>
      <TextBlock label={name}>{pretty(file.text)}</TextBlock>
    </SpaceBetween>
  );
}

function download(key: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text]));
  const link = document.createElement('a');
  link.href = address;
  link.download = key.split('/').at(-1) ?? key;
  link.click();
  URL.revokeObjectURL(address);
}
