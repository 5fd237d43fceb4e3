import { z } from 'zod';
import { tagList } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** A group of schedules; the schedules in it come and go by themselves. */
export const schedulerScheduleGroup = resourceType({
  type: 'AWS::Scheduler::ScheduleGroup',
  properties: z.strictObject({ Name: z.string().optional(), Tags: tagList }),
  async create({ Name }, context) {
    const name = context.name(Name, { maxLength: 64 });
    const { arn } = await context.modules.scheduler.putGroup(name);
    return { id: name, attributes: { Arn: arn, State: 'ACTIVE' } };
  },
});
