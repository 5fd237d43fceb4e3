import { type JsonService, jsonService } from '../gateway/json-service.ts';
import type { JsonAction } from '../gateway/service.ts';
import { connectionActions } from './connection-actions.ts';
import type { Connections } from './connections.ts';
import { type AcceptedEntry, acceptEntry, entriesOf, putEventsRequirements } from './put-events.ts';
import { ruleActions } from './rule-actions.ts';
import type { RuleStore } from './rule-store.ts';
import { targetActions } from './target-actions.ts';

export interface EventsServiceOptions {
  rules: RuleStore;
  connections: Connections;
  /** Hands an event to the rules of its bus; returns its id. */
  publish: (entry: AcceptedEntry) => string;
  committed: () => Promise<void>;
}

/** EventBridge's API. */
export function eventsService(options: EventsServiceOptions): JsonService {
  return jsonService({
    name: 'events',
    targetPrefix: 'AWSEvents',
    version: '1.1',
    actions: {
      PutEvents: putEvents(options),
      ...ruleActions(options.rules),
      ...targetActions(options.rules),
      ...connectionActions(options.connections),
    },
  });
}

function putEvents({ publish, committed }: EventsServiceOptions): JsonAction {
  return {
    requires: (input) => putEventsRequirements(entriesOf(input)),
    run: async (input) => {
      const Entries = entriesOf(input)
        .map(acceptEntry) // all before the first is published
        .map((entry) => ('ErrorCode' in entry ? entry : { EventId: publish(entry) }));
      await committed();
      return { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries };
    },
  };
}
