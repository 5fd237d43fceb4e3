import * as z from 'zod/mini';

/** Jira's issue keys, upper-cased first: project key (2 to 255 characters), dash, number without leading zero. */
const STORY_KEY = /^[A-Z][A-Z0-9_]{1,254}-[1-9]\d*$/;

const EXPECTATION = 'a Jira issue key such as PROJ-12345';

/** A Jira issue key in upper case. */
export const StoryKey = z
  .string(EXPECTATION)
  .check(z.toUpperCase(), z.regex(STORY_KEY, EXPECTATION))
  .brand<'StoryKey'>();

export type StoryKey = z.infer<typeof StoryKey>;

/** The project part of a key: `PROJ` of `PROJ-12345`. */
export function projectOf(story: StoryKey): string {
  return story.slice(0, story.lastIndexOf('-'));
}
