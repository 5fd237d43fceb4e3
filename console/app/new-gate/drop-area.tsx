import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { useRef, useState } from 'react';
import type { Draft } from './draft.ts';

/** Takes a workflow file by drag and drop, or by choosing it. */
export function DropArea({ onFile }: { onFile: (draft: Draft) => void }) {
  const [over, setOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const take = async (file: File | undefined) => {
    if (file) onFile({ name: file.name.replace(/\s+/g, '-'), content: await file.text() });
  };
  return (
    <section
      aria-label="Workflow file"
      className={`drop-here ${over ? 'drop-here-over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files[0]);
      }}
    >
      <Box margin={{ bottom: 's' }}>Drop a workflow file here</Box>
      <Button onClick={() => chooser.current?.click()}>Choose a file</Button>
      <input
        ref={chooser}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label="Workflow file"
        onChange={(event) => take(event.target.files?.[0])}
      />
    </section>
  );
}
