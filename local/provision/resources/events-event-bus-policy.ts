import { z } from 'zod';
import { json } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** One statement of a bus's policy. */
export const eventsEventBusPolicy = resourceType({
  type: 'AWS::Events::EventBusPolicy',
  properties: z.strictObject({
    StatementId: z.string(),
    EventBusName: z.string().default('default'),
    Statement: json,
  }),
  create({ StatementId, EventBusName, Statement }, { modules }) {
    // A service policy, so that several statements of one bus do not replace each other; each names its bus.
    const document = { Version: '2012-10-17', Statement: [{ Sid: StatementId, ...Statement }] };
    modules.iam.putServicePolicy('events', `${EventBusName}/${StatementId}`, document);
    return { id: `${EventBusName}|${StatementId}`, attributes: {} };
  },
});
