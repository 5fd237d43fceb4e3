import type { CallbackRecord, Wait } from '../../../../services/callback-relay/records.ts';
import { isIssueMoved } from '../../../../services/shared/callback.ts';
import type { StoryKey } from '../../../../services/shared/story-key.ts';
import type { Rest } from './scenario.ts';
import type { Run } from './state-machine.ts';

/**
 * What must hold when everything has come to rest. Written from the rules alone: nothing of the code under test is used
 * to say what is right. Returns what does not hold.
 */
export async function violations({ world, accepted }: Rest): Promise<string[]> {
  const stories = storyGroups(accepted);
  const { waits, callbacks } = await recordsOf(world, [...stories.keys()]);
  const found: string[] = [];
  const demand = (holds: boolean, what: string) => void (holds || found.push(what));

  demand(world.queue.length === 0 && world.deadLetters.length === 0, 'something is left in queue or dead letters');
  for (const envelope of accepted) {
    if (isIssueMoved(envelope)) continue;
    const records = callbacks.filter(
      ({ callbackId, jiraStoryId }) => callbackId === envelope.callbackId && jiraStoryId === envelope.jiraStoryId,
    );
    demand(records.length === 1, `${envelope.callbackId} has ${records.length} records`);
    demand(records[0]?.disposition !== 'ACCEPTED', `${envelope.callbackId} is not finished`);
  }
  for (const run of world.machine.runs.values()) {
    const wait = waits.find(({ executionName }) => executionName === run.name);
    const here = callbacks.filter(({ jiraStoryId }) => stories.get(run.story)?.has(jiraStoryId));
    for (const problem of [
      ...ofDecision(rest(world, run)),
      ...ofLiveness(run, wait, here),
      ...ofRecords(world, run, wait, callbacks),
    ])
      found.push(`${run.name}: ${problem}`);
    const answer = rest(world, run).answer;
    demand(!answer || (stories.get(run.story)?.has(answer.callback.jiraStoryId) ?? false), `${run.name}: wrong story`);
  }
  return found;
}

function rest(world: Rest['world'], run: Run) {
  const sends = world.sent.filter(({ token }) => token.startsWith(`${run.name}/`));
  return { run, sends, answer: sends.find(({ arrived }) => arrived) };
}

/** At most one decision, made since the start, by those who may make it, and by enough of them. */
function* ofDecision({ run, sends, answer }: ReturnType<typeof rest>): Generator<string> {
  if (sends.filter(({ arrived }) => arrived).length > 1) yield 'more than one decision';
  for (const token of new Set(sends.map((send) => send.token)))
    if (new Set(sends.filter((send) => send.token === token).map(({ callback }) => callback.callbackId)).size > 1)
      yield 'two callbacks have tried to answer one wait';
  if (!answer) return;
  const parts = answer.votes.length > 0 ? answer.votes : [answer.callback];
  for (const part of parts) {
    if (!counts(run, part)) yield `${part.callbackId} counts, though it is too old or by the wrong person`;
  }
  const approvals = new Set(parts.filter(({ outcome }) => outcome === 'success').map(({ actor }) => actor.id));
  if (answer.callback.outcome === 'success' && approvals.size < run.approval.quorum)
    yield `approved by ${approvals.size} of ${run.approval.quorum}`;
}

/** Whoever still waits has got no decision that would end its wait; and only who waits is recorded as waiting. */
function* ofLiveness(run: Run, wait: Wait | undefined, here: readonly CallbackRecord[]): Generator<string> {
  if ((wait?.status === 'WAITING') !== (run.phase === 'waiting')) yield `is ${run.phase}, recorded as ${wait?.status}`;
  if (run.phase !== 'waiting') return;
  const eligible = here.filter((callback) => counts(run, callback));
  if (eligible.some(({ outcome }) => outcome === 'failure')) yield 'waits, though it was rejected';
  if (new Set(eligible.map(({ actor }) => actor.id ?? '')).size >= run.approval.quorum && eligible.length > 0)
    yield 'waits, though it was approved';
}

/** The records tell what happened, no more and no less. */
function* ofRecords(
  world: Rest['world'],
  run: Run,
  wait: Wait | undefined,
  callbacks: readonly CallbackRecord[],
): Generator<string> {
  const answer = rest(world, run).answer?.callback;
  if (answer && (wait?.status !== 'ANSWERED' || wait.callbackId !== answer.callbackId))
    yield `was answered by ${answer.callbackId}, recorded as ${wait?.status} ${wait?.callbackId ?? ''}`;
  if (!answer && wait?.status === 'ANSWERED') yield 'is recorded as answered, but was not';
  for (const { callbackId, jiraStoryId, answered, answers, disposition } of callbacks) {
    const isAnswer = callbackId === answer?.callbackId && jiraStoryId === answer.jiraStoryId;
    if (answered.includes(run.name) !== isAnswer) yield `${callbackId} is recorded as its answer: ${!isAnswer}`;
    if (isAnswer && disposition !== 'RELAYED') yield `${callbackId} answered it, and ended as ${disposition}`;
    const voted = wait?.votes?.some((vote) => vote.callbackId === callbackId && vote.jiraStoryId === jiraStoryId);
    const entry = answers.find(({ executionName }) => executionName === run.name)?.result;
    if (voted && run.phase === 'ended' && wait?.status === 'ANSWERED' && entry !== 'COUNTED' && entry !== 'RELAYED')
      yield `the vote ${callbackId} is recorded as ${entry}`;
  }
}

/** Rule 3, and who may answer. */
function counts(
  { startedAt, approval: { approvers, quorum } }: Run,
  { receivedAt, decidedAt, actor }: Pick<CallbackRecord, 'receivedAt' | 'decidedAt' | 'actor'>,
): boolean {
  const recent =
    Date.parse(receivedAt) >= startedAt.getTime() && Date.parse(decidedAt) >= startedAt.getTime() - 300_000;
  const known = actor.id !== undefined || (quorum === 1 && approvers.length === 0);
  return recent && known && (approvers.length === 0 || approvers.includes(actor.id ?? ''));
}

/** Which keys are one issue, by the moves that were accepted. */
function storyGroups(accepted: Rest['accepted']): Map<StoryKey, Set<StoryKey>> {
  const groups = new Map<StoryKey, Set<StoryKey>>();
  const groupOf = (key: StoryKey) => groups.get(key) ?? new Set([key]);
  const keys = ['PROJ-1', 'NEXT-2', 'LAST-3', 'OTHER-4'];
  for (const { jiraStoryId } of accepted) groups.set(jiraStoryId, groupOf(jiraStoryId));
  for (const { jiraStoryId, movedFrom } of accepted) {
    if (!movedFrom) continue;
    const one = new Set([...groupOf(jiraStoryId), ...groupOf(movedFrom)]);
    for (const key of one) groups.set(key, one);
  }
  for (const key of keys as StoryKey[]) groups.set(key, groupOf(key)); // literals of the scenario
  return groups;
}

async function recordsOf({ table }: Rest['world'], stories: readonly StoryKey[]) {
  const waits = await Promise.all(stories.map((story) => table.waitsOn(story)));
  const callbacks = await Promise.all(stories.map((story) => table.callbacksFor(story)));
  return { waits: waits.flatMap((found) => found.waits), callbacks: callbacks.flatMap((found) => found.callbacks) };
}
