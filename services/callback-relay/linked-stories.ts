import type { StoryKey } from '../shared/story-key.ts';
import type { Linked } from './waits-table.ts';

/** An issue that was moved more often than this is followed no further. */
const MOST_KEYS = 20;

/**
 * Reads what belongs to a story, and to every other key that its issue has had: one read for a story that never moved.
 *
 * @param read reads one key, and which keys it is linked with
 */
export async function readAcrossMoves<Found extends Linked>(
  story: StoryKey,
  read: (story: StoryKey) => Promise<Found>,
): Promise<Found[]> {
  const keys = new Set([story]);
  const found: Found[] = [];
  for (const key of keys) {
    const page = await read(key);
    found.push(page);
    for (const link of page.links) if (keys.size < MOST_KEYS) keys.add(link); // a Set goes on with what is added meanwhile
  }
  return found;
}
