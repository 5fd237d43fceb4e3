import { expect, test } from '@jest/globals';
import { alarmsAreQuiet } from '../../cli/doctor/alarm-check.ts';
import type { Patient } from '../../cli/doctor/check.ts';
import { findTarget } from '../../cli/target.ts';

test('a stage without alarms is told where they are turned on', async () => {
  const target = await findTarget({ target: 'aws', region: 'eu-west-1' }, { env: {} });
  const stack: Patient['stack'] = { name: 'gate', outputs: {}, output: () => '', resources: async () => [] };
  expect(await alarmsAreQuiet({ target, stack, resources: [], now: new Date() })).toEqual({
    status: 'warning',
    detail: 'the stack has no alarms',
    wayOut: 'outside prod they are off unless storygate.config.json has "alarms": {"enabled": true}; set it and deploy',
  });
});
