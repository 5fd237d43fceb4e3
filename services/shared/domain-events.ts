import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { errorFacts, type Log } from './log.ts';

/** The `source` of every event that Storygate publishes. */
export const EVENT_SOURCE = 'storygate';

/** The closed list of what happens; each is a `detail-type` on the product's bus. */
export type DomainEventType =
  | 'Execution Waiting'
  | 'Wait Closed'
  | 'Issue Moved'
  /** A wait has used up a configured share of its timeout. The detail is that of `Execution Waiting`. */
  | 'Wait Reminder'
  | 'Callback Accepted'
  | 'Callback Relayed'
  | 'Callback Parked'
  | 'Callback Late'
  | 'Callback Duplicate'
  | 'Callback Counted'
  | 'Callback Ignored'
  | 'Callback Dead-Lettered'
  | 'Workflow Succeeded'
  | 'Workflow Failed';

export interface DomainEvent {
  type: DomainEventType;
  /** Becomes the event's detail, with `schemaVersion: 1` added. */
  detail: { jiraStoryId?: string | undefined } & Record<string, unknown>;
}

/** Publishes events. Never throws: whoever publishes has done its work already. */
export type Publish = (events: readonly DomainEvent[]) => Promise<void>;

/** PutEvents takes at most 10 entries a call. */
const BATCH = 10;

/** `Publish` on an EventBridge bus; what cannot be published is logged and dropped. */
export function publisher(client: EventBridgeClient, busName: string, log: Log): Publish {
  const put = async (events: readonly DomainEvent[]) => {
    try {
      const answer = await client.send(
        new PutEventsCommand({
          Entries: events.map(({ type, detail }) => ({
            EventBusName: busName,
            Source: EVENT_SOURCE,
            DetailType: type,
            Detail: JSON.stringify({ schemaVersion: 1, ...detail }),
          })),
        }),
      );
      if (answer.FailedEntryCount)
        log.warn('events were refused', { codes: answer.Entries?.flatMap((entry) => entry.ErrorCode ?? []) });
    } catch (error) {
      log.warn('events could not be published', { types: events.map((event) => event.type), ...errorFacts(error) });
    }
  };
  return async (events) => {
    const batches = Array.from({ length: Math.ceil(events.length / BATCH) }, (_, i) =>
      events.slice(i * BATCH, (i + 1) * BATCH),
    );
    await Promise.all(batches.map(put));
  };
}
