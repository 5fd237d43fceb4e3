import * as z from 'zod/mini';

const text = z.catch(z.optional(z.string()), undefined);

/** An event that people are told about, as EventBridge hands it over. A field of another kind is left out. */
export const Announcement = z.object({
  'detail-type': z.string('the type of an event'),
  detail: z.object({
    jiraStoryId: text,
    executionId: text,
    executionName: text,
    /** Of the execution, in events of Step Functions itself. */
    name: text,
    location: text,
    state: text,
    error: text,
    message: text,
    cause: text,
    reason: text,
    callbackId: text,
    expiresAt: text,
    log: text,
  }),
});
export type Announcement = z.infer<typeof Announcement>;
