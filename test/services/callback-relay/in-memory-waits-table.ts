import type { CallbackRecord, ExecutionNote, Wait } from '../../../services/callback-relay/records.ts';
import {
  acceptedRecord,
  relayedTo,
  type WaitKey,
  type WaitsTable,
} from '../../../services/callback-relay/waits-table.ts';
import type { StoryKey } from '../../../services/shared/story-key.ts';

/** A waits table for tests of the rules. `waits-table.test.ts` holds it to the same contract as the real one. */
export function inMemoryWaitsTable(): WaitsTable {
  // Records are replaced, never changed, so what was read stays as it was.
  const waits = new Map<string, Wait>();
  const callbacks = new Map<string, CallbackRecord>();
  const notes = new Map<string, ExecutionNote>();
  const links = new Map<StoryKey, Set<StoryKey>>();
  const waitKey = ({ jiraStoryId, executionName }: Pick<WaitKey, 'jiraStoryId' | 'executionName'>) =>
    `${jiraStoryId} ${executionName}`;
  const callbackKey = (story: string, id: string) => `${story} ${id}`;
  const linksOf = (story: StoryKey) => [...(links.get(story) ?? [])].sort();
  const note = (executionName: string, more: ExecutionNote): ExecutionNote => {
    const noted = { ...notes.get(executionName), ...more };
    notes.set(executionName, noted);
    return noted;
  };
  /** Changes a wait where the condition holds for what is stored. */
  const change = (wait: WaitKey, condition: (current: Wait) => boolean, changed: (current: Wait) => Wait): boolean => {
    const current = waits.get(waitKey(wait));
    if (current?.taskToken !== wait.taskToken || !condition(current)) return false;
    waits.set(waitKey(wait), changed(current));
    return true;
  };
  const isOpen = ({ status }: Wait) => status === 'WAITING';
  const continues = ({ votes = [] }: Wait, count: number) => count === 0 || votes.length === count - 1;

  return {
    async announceWait({ executionName, jiraStoryId, attempt, waitingSince }) {
      return note(executionName, { waitsOn: jiraStoryId, attempt, notedAt: waitingSince });
    },
    async noteEnd(executionName, { endedAs, run }) {
      return note(executionName, { endedAs, endedRun: run });
    },
    async putWait(wait) {
      const current = waits.get(waitKey(wait));
      if (!current || isNewer(wait, current)) waits.set(waitKey(wait), wait);
    },
    async wait(key) {
      return waits.get(waitKey(key));
    },
    async waitsOn(story) {
      return { waits: [...waits.values()].filter((wait) => wait.jiraStoryId === story), links: linksOf(story) };
    },
    async callbacksFor(story) {
      const found = [...callbacks.values()].filter((callback) => callback.jiraStoryId === story);
      return { callbacks: found, links: linksOf(story) };
    },
    async link(from, to) {
      links.set(from, new Set([...linksOf(from), to]));
    },
    async claim(wait, { callbackId, jiraStoryId, outcome, actor, message, issueId }, votes, at) {
      return change(
        wait,
        (current) =>
          (isOpen(current) && continues(current, votes.length)) ||
          (current.status === 'ANSWERED' && current.callbackId === callbackId),
        (current) => ({
          ...current,
          ...{ status: 'ANSWERED', callbackId, callbackStory: jiraStoryId, outcome, actor, message },
          answeredAt: at.toISOString(),
          ...(issueId !== undefined && { issueId }),
          ...(votes.length > 0 && { votes: [...votes] }),
        }),
      );
    },
    async vote(wait, votes) {
      return change(
        wait,
        (current) => isOpen(current) && continues(current, votes.length),
        (current) => ({ ...current, votes: [...votes] }),
      );
    },
    async expire(wait, callback, endedAs) {
      change(
        wait,
        (current) => current.callbackId === callback.callbackId,
        ({ callbackId, callbackStory, outcome, actor, message, answeredAt, ...rest }) => ({
          ...rest,
          status: 'EXPIRED',
          endedAs,
        }),
      );
    },
    async close(wait, endedAs) {
      return change(wait, isOpen, (current) => ({ ...current, status: 'EXPIRED', endedAs }));
    },
    async noteNotAdmitted(wait, decision) {
      change(
        wait,
        () => true,
        (current) => ({ ...current, notAdmitted: decision }),
      );
    },
    async noteMoved(wait, to) {
      change(
        wait,
        () => true,
        (current) => ({ ...current, movedTo: to }),
      );
    },
    async recordCallback(callback) {
      const key = callbackKey(callback.jiraStoryId, callback.callbackId);
      if (callbacks.has(key)) return false;
      callbacks.set(key, acceptedRecord(callback));
      return true;
    },
    async callback(story, callbackId) {
      return callbacks.get(callbackKey(story, callbackId));
    },
    async saveCallback({ jiraStoryId, callbackId, revision }, { disposition, answers, finishedAt }) {
      const key = callbackKey(jiraStoryId, callbackId);
      const current = callbacks.get(key);
      if (current?.revision !== revision) return false;
      const next = { ...current, disposition, answers: [...answers], answered: relayedTo(answers) };
      callbacks.set(key, { ...next, revision: revision + 1, ...(finishedAt !== undefined && { finishedAt }) });
      return true;
    },
  };
}

/** An attempt that is not counted cannot be ordered: another token is taken for a newer one. */
function isNewer(wait: Wait, current: Wait): boolean {
  if (current.attempt === undefined) return wait.taskToken !== current.taskToken;
  return wait.attempt !== undefined && current.attempt < wait.attempt;
}
