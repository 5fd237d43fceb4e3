import { pendingWaits } from '../gates/pending-waits.ts';
import { storyRecords } from '../gates/story-records.ts';
import { span } from '../span.ts';
import { type CheckResult, ok, type Patient, problem, warning } from './check.ts';

/** Only the oldest are looked at closely. */
const LOOKED_AT = 5;

/** Why gates wait: for a person, or for something that is broken. */
export async function nothingIsStuck(patient: Patient): Promise<CheckResult> {
  const waits = await pendingWaits(patient, {}, patient.now);
  const [oldest] = waits;
  if (!oldest) return ok('nothing waits');
  const overdue = waits.find(({ expiresAt }) => Date.parse(expiresAt) < patient.now.getTime());
  if (overdue)
    return problem(
      `${overdue.executionName} waits for ${overdue.jiraStoryId} beyond its timeout`,
      `storygate show ${overdue.executionName}; if it has ended, its record is forgotten a day after the timeout`,
    );
  const early = waits.find(({ notAdmitted }) => notAdmitted);
  if (early?.notAdmitted)
    return warning(
      `${early.jiraStoryId} was decided (${early.notAdmitted.outcome}), which does not count for ${early.executionName}: ${early.notAdmitted.because ?? 'it came before the execution started'}`,
      `decide it again in Jira, or storygate answer ${early.jiraStoryId} approve; earlyDecisionGraceSeconds admits earlier ones`,
    );
  const unfinished = await acceptedButNotRelayed(
    patient,
    waits.slice(0, LOOKED_AT).map(({ jiraStoryId }) => jiraStoryId),
  );
  if (unfinished)
    return problem(
      `a callback for ${unfinished} was accepted and is not relayed yet`,
      'see the queue and the dead letters above',
    );
  const waited = span(patient.now.getTime() - Date.parse(oldest.waitingSince));
  return ok(
    `${waits.length} wait for a decision that Jira has not sent; the oldest, ${oldest.jiraStoryId}, for ${waited}`,
  );
}

async function acceptedButNotRelayed(patient: Patient, stories: readonly string[]): Promise<string | undefined> {
  const records = await Promise.all([...new Set(stories)].map((story) => storyRecords(patient, story)));
  const open = records.flatMap(({ callbacks }) => callbacks).find(({ disposition }) => disposition === 'ACCEPTED');
  return open?.jiraStoryId;
}
