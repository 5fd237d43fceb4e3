import {
  EventBridgeClient,
  type PutEventsCommandInput,
  type PutEventsCommandOutput,
} from '@aws-sdk/client-eventbridge';
import { expect, test } from '@jest/globals';
import { publisher } from '../../../services/shared/domain-events.ts';
import { recordingLog } from '../recording-log.ts';

/** A client whose requests end here. */
function bus(answer: () => Omit<PutEventsCommandOutput, '$metadata'>) {
  const client = new EventBridgeClient({ region: 'us-east-1' });
  const calls: PutEventsCommandInput['Entries'][] = [];
  client.middlewareStack.add(() => async ({ input }) => {
    calls.push('Entries' in input ? input.Entries : undefined);
    return { response: {}, output: { ...answer(), $metadata: {} } };
  });
  const log = recordingLog();
  return { publish: publisher(client, 'storygate-dev', log), calls, log };
}

test('an event names its bus, source and schema', async () => {
  const { publish, calls } = bus(() => ({}));
  await publish([{ type: 'Callback Late', detail: { jiraStoryId: 'PROJ-1', callbackId: 'c-1' } }]);
  expect(calls).toEqual([
    [
      {
        EventBusName: 'storygate-dev',
        Source: 'storygate',
        DetailType: 'Callback Late',
        Detail: '{"schemaVersion":1,"jiraStoryId":"PROJ-1","callbackId":"c-1"}',
      },
    ],
  ]);
});

test('at most ten go at a time, none makes no call', async () => {
  const { publish, calls } = bus(() => ({}));
  await publish(Array.from({ length: 23 }, () => ({ type: 'Callback Parked', detail: {} })));
  expect(calls.map((entries) => entries?.length)).toEqual([10, 10, 3]);
  await publish([]);
  expect(calls.length).toBe(3);
});

test('a bus that fails or refuses never fails its caller', async () => {
  const failing = bus(() => {
    throw new Error('away');
  });
  await failing.publish([{ type: 'Callback Parked', detail: {} }]);
  expect(failing.log.entries).toMatchObject([{ message: 'events could not be published', facts: { reason: 'away' } }]);
  const refusing = bus(() => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] }));
  await refusing.publish([{ type: 'Callback Parked', detail: {} }]);
  expect(refusing.log.entries).toMatchObject([
    { message: 'events were refused', facts: { codes: ['ThrottlingException'] } },
  ]);
});
