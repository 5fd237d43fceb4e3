import * as z from 'zod/mini';
import type { JiraFacts } from '../shared/callback.ts';
import { projectOf, type StoryKey } from '../shared/story-key.ts';

const EXPECTATION = 'a list of names';
const names = z._default(z.array(z.string(EXPECTATION), EXPECTATION), []);
const Names = z.object({ statuses: names, resolutions: names });
const empty = () => ({ statuses: [], resolutions: [] });

/** Which statuses and resolutions approve, and which reject. Compared trimmed and without regard to case. */
export const Criteria = z.object({ approve: z._default(Names, empty), reject: z._default(Names, empty) });
export type Criteria = z.infer<typeof Criteria>;

/** `DECISION_CRITERIA`: a project's own criteria replace the default ones, and those replace the built-in ones. */
export const DecisionCriteria = z.object({
  default: z.optional(Criteria),
  projects: z._default(z.record(z.string(), Criteria), () => ({})),
});
export type DecisionCriteria = z.infer<typeof DecisionCriteria>;

/** What the criteria make of an issue. */
export type Verdict = { outcome: 'success' | 'failure' } | { outcome: 'none'; reason: string };

/** Without configuration. Status names are translated by sites, the key of their category is not. */
const APPROVING_CATEGORY = 'done';
const REJECTING_RESOLUTIONS = ["won't do", "won't fix", 'declined', 'rejected', 'cannot reproduce', 'duplicate'];

/** Applies the criteria of the story's project. Reject wins over approve. */
export function verdict(criteria: DecisionCriteria, story: StoryKey, jira: JiraFacts): Verdict {
  const own = criteria.projects[projectOf(story)] ?? criteria.default;
  if (rejects(own, jira)) return { outcome: 'failure' };
  const approves = own ? matches(own.approve, jira) : jira.statusCategory === APPROVING_CATEGORY;
  if (approves) return { outcome: 'success' };
  const status = jira.status ? `status "${jira.status}"` : 'a body that names no status';
  const resolution = jira.resolution ? ` with resolution "${jira.resolution}"` : '';
  return { outcome: 'none', reason: `${status}${resolution} neither approves nor rejects ${story}` };
}

/**
 * Criteria that name nothing that rejects keep the built-in rejections, except for a resolution that they say approves: a
 * story that is closed as "Won't Do" must not release a build because only the approving status was configured.
 */
function rejects(own: Criteria | undefined, jira: JiraFacts): boolean {
  if (own && own.reject.statuses.length + own.reject.resolutions.length > 0) return matches(own.reject, jira);
  return includes(REJECTING_RESOLUTIONS, jira.resolution) && !includes(own?.approve.resolutions ?? [], jira.resolution);
}

function matches(names: { statuses: string[]; resolutions: string[] }, { status, resolution }: JiraFacts): boolean {
  return includes(names.statuses, status) || includes(names.resolutions, resolution);
}

function includes(names: readonly string[], name: string | undefined): boolean {
  return name !== undefined && names.some((candidate) => normal(candidate) === normal(name));
}

/** Jira writes "Won't Do" with either apostrophe, depending on who typed it. */
function normal(name: string): string {
  return name.trim().toLowerCase().replaceAll('’', "'");
}
