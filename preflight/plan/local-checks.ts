import { Database } from '../../local/database.ts';
import { type Dynalite, openDynalite } from '../../local/dynamodb/dynalite.ts';
import { RuleStore } from '../../local/events/rule-store.ts';
import { ApiStore } from '../../local/http-api/api-store.ts';
import { EventSourceMappings } from '../../local/lambda/event-source-mappings.ts';
import type { TableDefinition } from '../../local/provision/modules.ts';
import { rotationRules } from '../../local/secrets-manager/rotation-rules.ts';

/** Nothing waits for anything on paper. */
const clock = { now: () => Date.now(), schedule: () => () => {} };

let dynalite: Dynalite | undefined;

/**
 * The runtime's own parts that refuse what AWS refuses and what is not served here, without anything being started: what
 * stops the runtime's start is found with the same words. One for each app, as a rule may be on another stack's bus.
 */
export function localChecks() {
  return {
    rules: new RuleStore(),
    apis: new ApiStore(clock),
    mappings: new EventSourceMappings({
      clock,
      gateway: { url: '', call: notStarted },
      definitionOf: notStarted,
      run: notStarted,
    }),
    rotation: rotationRules,
    table: checkTable,
  };
}

export type LocalChecks = ReturnType<typeof localChecks>;

/** @throws AwsError ValidationException, as CreateTable does */
function checkTable({ ttlAttribute: _, pointInTimeRecovery: __, ...table }: TableDefinition): void {
  dynalite ??= openDynalite(new Database(':memory:'));
  dynalite.validate('CreateTable', table);
}

function notStarted(): never {
  throw new Error('Nothing runs during the preflight.');
}
