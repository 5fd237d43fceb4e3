import { z } from 'zod';

/** Where the suites run that can run against a deployment: `npm run test:aws` sets it. */
const environment = z
  .object({ STORYGATE_TEST_TARGET: z.enum(['local', 'aws']).default('local') })
  .parse({ STORYGATE_TEST_TARGET: process.env['STORYGATE_TEST_TARGET'] });

/** Whether the tests run against a deployment in AWS, as the environment names it, instead of a local runtime of their own. */
export const onAws = environment.STORYGATE_TEST_TARGET === 'aws';
