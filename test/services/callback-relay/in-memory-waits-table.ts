import type { CallbackRecord, Wait } from '../../../services/callback-relay/records.ts';
import { relayedTo, type WaitKey, type WaitsTable } from '../../../services/callback-relay/waits-table.ts';

/** A waits table for tests of the rules. `waits-table.test.ts` holds it to the same contract as the real one. */
export function inMemoryWaitsTable(): WaitsTable {
  const waits = new Map<string, Wait>();
  const callbacks = new Map<string, CallbackRecord>();
  const waitKey = ({ jiraStoryId, executionName }: WaitKey) => `${jiraStoryId} ${executionName}`;
  const callbackKey = (story: string, id: string) => `${story} ${id}`;

  return {
    async putWait(wait) {
      if (waits.get(waitKey(wait))?.taskToken !== wait.taskToken) waits.set(waitKey(wait), structuredClone(wait));
    },
    async recordCallback(callback) {
      const key = callbackKey(callback.jiraStoryId, callback.callbackId);
      if (callbacks.has(key)) return false;
      callbacks.set(key, structuredClone({ ...callback, disposition: 'ACCEPTED', answered: [] }));
      return true;
    },
    async callback(story, callbackId) {
      return structuredClone(callbacks.get(callbackKey(story, callbackId)));
    },
    async waitsOn(story) {
      return structuredClone([...waits.values()].filter((wait) => wait.jiraStoryId === story));
    },
    async callbacksFor(story) {
      return structuredClone([...callbacks.values()].filter((callback) => callback.jiraStoryId === story));
    },
    async claim(wait, { callbackId, outcome, actor, message }, at) {
      const current = waits.get(waitKey(wait));
      const free =
        current?.status === 'WAITING' || (current?.status === 'ANSWERED' && current.callbackId === callbackId);
      if (!current || !free || current.taskToken !== wait.taskToken)
        return { won: false, current: structuredClone(current) };
      const answeredAt = at.toISOString();
      waits.set(waitKey(wait), { ...current, status: 'ANSWERED', callbackId, outcome, actor, message, answeredAt });
      return { won: true };
    },
    async expire(wait, callback, endedAs) {
      const current = waits.get(waitKey(wait));
      if (current?.taskToken !== wait.taskToken || current.callbackId !== callback.callbackId) return;
      const { callbackId, outcome, actor, message, answeredAt, ...rest } = current;
      waits.set(waitKey(wait), { ...rest, status: 'EXPIRED', endedAs });
    },
    async noteNotAdmitted(wait, { callbackId, outcome, actor, receivedAt }) {
      const current = waits.get(waitKey(wait));
      if (current?.taskToken === wait.taskToken)
        waits.set(waitKey(wait), { ...current, notAdmitted: { callbackId, outcome, actor, receivedAt } });
    },
    async finish(callback, { disposition, answers, at }) {
      const key = callbackKey(callback.jiraStoryId, callback.callbackId);
      const current = callbacks.get(key);
      if (!current || (disposition !== 'RELAYED' && current.disposition !== 'ACCEPTED')) return;
      const answered = [...new Set([...current.answered, ...relayedTo(answers)])].sort();
      callbacks.set(key, { ...current, disposition, answered, answers: [...answers], finishedAt: at.toISOString() });
    },
  };
}
