import { describe, expect, test } from '@jest/globals';
import { DecisionCriteria, verdict } from '../../../services/ingest/criteria.ts';
import type { JiraFacts } from '../../../services/shared/callback.ts';
import { StoryKey } from '../../../services/shared/story-key.ts';

const STORY = StoryKey.parse('PROJ-1');
const outcome = (criteria: unknown, jira: JiraFacts) => verdict(DecisionCriteria.parse(criteria), STORY, jira).outcome;

describe('without configuration', () => {
  test.each<[JiraFacts, string]>([
    [{ status: 'Erledigt', statusCategory: 'done' }, 'success'],
    [{ status: 'Done', statusCategory: 'indeterminate' }, 'none'],
    [{ status: 'Done' }, 'none'],
    [{ statusCategory: 'done', resolution: 'Fixed' }, 'success'],
    [{ statusCategory: 'done', resolution: " won't DO " }, 'failure'],
    [{ statusCategory: 'done', resolution: 'Won’t Fix' }, 'failure'],
    [{ statusCategory: 'new', resolution: 'Duplicate' }, 'failure'],
    [{ statusCategory: 'indeterminate', resolution: 'Done' }, 'none'],
    [{}, 'none'],
  ])('%j → %s', (jira, expected) => {
    expect(outcome({}, jira)).toBe(expected);
  });
});

describe('with configuration', () => {
  const criteria = {
    default: { approve: { statuses: ['Released'] }, reject: { resolutions: ['Withdrawn'] } },
    projects: {
      PROJ: { approve: { statuses: ['Ready to ship'], resolutions: ['Accepted'] }, reject: { statuses: ['Rejected'] } },
    },
  };

  test.each<[JiraFacts, string]>([
    [{ status: ' ready TO ship ' }, 'success'],
    [{ status: 'Review', resolution: 'accepted' }, 'success'],
    [{ status: 'rejected', resolution: 'Accepted' }, 'failure'],
    [{ status: 'Released' }, 'none'],
    [{ status: 'Done', statusCategory: 'done' }, 'none'],
  ])("a project's own criteria replace the others: %j → %s", (jira, expected) => {
    expect(outcome(criteria, jira)).toBe(expected);
  });

  test.each<[JiraFacts, string]>([
    [{ status: 'Ready', resolution: 'Done' }, 'success'],
    [{ status: 'Ready', resolution: "Won't Do" }, 'failure'],
    [{ status: 'Ready', resolution: 'Declined' }, 'success'],
    [{ status: 'In Review', resolution: 'Duplicate' }, 'failure'],
  ])('that name no rejection keep the built-in ones, but for what they approve: %j → %s', (jira, expected) => {
    const approveOnly = { default: { approve: { statuses: ['Ready'], resolutions: ['declined'] } } };
    expect(outcome(approveOnly, jira)).toBe(expected);
  });

  test('the default ones are for every other project', () => {
    const other = StoryKey.parse('OTHER-1');
    expect(verdict(DecisionCriteria.parse(criteria), other, { status: 'Released' }).outcome).toBe('success');
    expect(verdict(DecisionCriteria.parse(criteria), other, { resolution: 'withdrawn' }).outcome).toBe('failure');
  });

  test.each(['constructor', '__proto__'])('a project may be called %s', (name) => {
    expect(verdict(DecisionCriteria.parse({}), StoryKey.parse(`${name.replaceAll('_', 'A')}-1`), {}).outcome).toBe(
      'none',
    );
  });
});
