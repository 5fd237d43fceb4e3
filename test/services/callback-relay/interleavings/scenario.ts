import fc from 'fast-check';
import { Callback, type Envelope } from '../../../../services/shared/callback.ts';
import { StoryKey } from '../../../../services/shared/story-key.ts';
import { GateWorld } from './gate-world.ts';

const STORIES = ['PROJ-1', 'NEXT-2', 'LAST-3', 'OTHER-4'].map((key) => StoryKey.parse(key));
/** Mostly the same, so that things meet. */
const story = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...STORIES.slice(0, 1)) },
  fc.constantFrom(...STORIES.slice(1, 3)),
);
const person = fc.constantFrom('ada', 'ben', 'eve');

type Approval = { quorum: number; approvers: string[] };
const approval = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Approval>({ quorum: 1, approvers: [] }) },
  fc.constantFrom<Approval>(
    { quorum: 2, approvers: [] },
    { quorum: 1, approvers: ['ada'] },
    { quorum: 2, approvers: ['ada', 'ben'] },
  ),
);

const decision = fc.record({
  story: fc.oneof({ weight: 9, arbitrary: story }, fc.constant(STORIES[3])),
  outcome: fc.constantFrom('success', 'success', 'failure'),
  person: fc.option(person, { freq: 6, nil: undefined }),
  /** By how many minutes Jira's own time of the decision is before its receipt. */
  late: fc.constantFrom(0, 0, 0, 1, 60),
  movedFrom: fc.option(story, { freq: 8, nil: undefined }),
});

const event = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('start' as const), execution: fc.nat(2) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('accept' as const), decision: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('duplicate' as const), message: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop' as const), execution: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire' as const), execution: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('move' as const), from: story, to: story }) },
);

/** What happens from outside, and everything that decides in which order the rest happens and what goes wrong. */
export const scenario = fc.record({
  executions: fc.array(fc.record({ story, approval }), { minLength: 3, maxLength: 3 }),
  decisions: fc.array(decision, { minLength: 4, maxLength: 4 }),
  events: fc.array(event, { minLength: 2, maxLength: 12 }),
  mishaps: fc.constantFrom(0, 0.05, 0.15, 0.3),
  /** Receives that messages have behind them: near the last one they become dead letters. */
  receives: fc.constantFrom(0, 0, 98),
  seed: fc.integer(),
});
export type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** Faults end so many steps after the last event; all that is left must then come to rest in the steps that remain. */
const FAULTY_STEPS = 120;
const MOST_STEPS = 3_000;

/** A scenario that has come to rest, with what was accepted on the way. */
export interface Rest {
  world: GateWorld;
  accepted: Envelope[];
}

/** Plays a scenario: first with mishaps, then without, until nothing is left to do. */
export async function play(
  { seed, mishaps, ...scenario }: Scenario,
  world = new GateWorld(seed, mishaps),
): Promise<Rest> {
  const { interleaver } = world;
  const accepted: Envelope[] = [];
  const events = [...scenario.events];
  let quiet = 0;
  for (let step = 0; ; step += 1) {
    if (events.length === 0) quiet += 1;
    if (quiet > FAULTY_STEPS) interleaver.mishaps = 0;
    if (step > MOST_STEPS) throw new Error('it does not come to rest');
    const possible = world.possible();
    const choices = events.length + possible.length + interleaver.waiting;
    if (choices === 0) {
      if (interleaver.mishaps === 0 && world.deadLetters.length === 0) return { world, accepted };
      interleaver.mishaps = 0;
      world.queue.push(...world.deadLetters.splice(0)); // redriven
      continue;
    }
    // Later on only ends remain that wait for a wait to be stored: they need time.
    if (events.length === 0 && interleaver.waiting === 0) world.time += 20_000;
    const pick = Math.floor(
      interleaver.random() * (Math.min(events.length, 1) + possible.length + interleaver.waiting),
    );
    if (pick < interleaver.waiting) await interleaver.pick();
    else if (pick < interleaver.waiting + possible.length) {
      possible[pick - interleaver.waiting]?.();
      await interleaver.settled();
    } else happen(world, scenario, accepted, events.shift());
  }
}

function happen(
  world: GateWorld,
  { executions, decisions, receives }: Omit<Scenario, 'seed' | 'mishaps'>,
  accepted: Envelope[],
  event: Scenario['events'][number] | undefined,
): void {
  world.time += 1_000;
  world.interleaver.history.push(JSON.stringify(event));
  const accept = (envelope: Envelope) => {
    accepted.push(envelope);
    world.queue.push({ envelope, receives });
  };
  switch (event?.do) {
    case 'start': {
      const execution = executions[event.execution];
      if (execution) world.machine.start(`run-${event.execution}`, execution.story, world.now(), execution.approval);
      return;
    }
    case 'accept': {
      const chosen = decisions[event.decision];
      if (chosen) accept(callbackOf(`c-${event.decision}`, chosen, world.time));
      return;
    }
    case 'duplicate': {
      const again = accepted[event.message];
      if (again) world.queue.push({ envelope: again, receives });
      return;
    }
    case 'move':
      accept(moved(event.from, event.to, world.now()));
      return;
    case 'stop':
      world.machine.stop(`run-${event.execution}`);
      return;
    case 'expire':
      world.machine.expire(`run-${event.execution}`);
  }
}

function callbackOf(callbackId: string, chosen: Scenario['decisions'][number], time: number): Callback {
  return Callback.parse({
    schemaVersion: 1,
    callbackId,
    jiraStoryId: chosen.story,
    outcome: chosen.outcome,
    actor: { displayName: chosen.person ?? 'Jira Automation', ...(chosen.person && { id: chosen.person }) },
    message: '',
    source: 'automation',
    receivedAt: new Date(time).toISOString(),
    decidedAt: new Date(time - chosen.late * 60_000).toISOString(),
    jira: {},
    ...(chosen.movedFrom && { movedFrom: chosen.movedFrom }),
  });
}

function moved(from: StoryKey, to: StoryKey, at: Date): Envelope {
  return {
    schemaVersion: 1,
    type: 'issue-moved',
    callbackId: Callback.shape.callbackId.parse(`move-${from}-${to}`),
    jiraStoryId: to,
    movedFrom: from,
    source: 'native-webhook',
    receivedAt: at.toISOString(),
  };
}
