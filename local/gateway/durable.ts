import type { Database } from '../database.ts';
import type { JsonAction } from './service.ts';

/** The same actions, each answering only when what it wrote is on disk. */
export function durably(
  database: Database,
  actions: Readonly<Record<string, JsonAction>>,
): Readonly<Record<string, JsonAction>> {
  const durable = ({ requires, run }: JsonAction): JsonAction => ({
    requires,
    run: async (input, context) => {
      const output = await run(input, context);
      await database.committed();
      return output;
    },
  });
  return Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, durable(action)]));
}
