import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';

type Note = { type: FlashbarProps.Type; header: string; content?: ReactNode };

const Notes = createContext<(note: Note) => void>(() => undefined);
const Shown = createContext<ReactNode>(null);

/** Keeps what the page has to tell about what was done, until it is dismissed. */
export function NotesProvider({ children }: { children: ReactNode }) {
  const [notes, setNotes] = useState<(Note & { id: string })[]>([]);
  const tell = useCallback((note: Note) => {
    setNotes((before) => [{ ...note, id: crypto.randomUUID() }, ...before].slice(0, 5));
  }, []);
  const shown = useMemo(
    () => (
      <Flashbar
        items={notes.map(({ id, ...note }) => ({
          ...note,
          id,
          dismissible: true,
          dismissLabel: 'Dismiss',
          onDismiss: () => setNotes((before) => before.filter((each) => each.id !== id)),
        }))}
      />
    ),
    [notes],
  );
  return (
    <Notes value={tell}>
      <Shown value={shown}>{children}</Shown>
    </Notes>
  );
}

/** Tells the person at the page something. */
export function useTell(): (note: Note) => void {
  return use(Notes);
}

/** Where notes are shown. */
export function NoteBar() {
  return use(Shown);
}
