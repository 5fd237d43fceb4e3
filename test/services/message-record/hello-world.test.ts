import { expect, test } from '@jest/globals';
import { handler } from '../../../services/message-record/hello-world.ts';

test.each(['Hello step function', '', 'Grüße\n'])('%j is taken as it is', async (message) => {
  expect(await handler({ message, more: 1 })).toEqual({ message });
});

test.each([
  [{}, 'execution input: message is missing, expected a text'],
  [{ message: 5 }, 'execution input: message is 5, expected a text'],
  [{ message: null }, 'execution input: message is null, expected a text'],
  [{ message: ['a'] }, 'execution input: message is ["a"], expected a text'],
  ['text', 'execution input: it is "text", expected an object such as {"message":"Hello step function"}'],
  [null, 'execution input: it is null, expected an object such as {"message":"Hello step function"}'],
])('%j is no message', async (input, message) => {
  await expect(handler(input)).rejects.toMatchObject({ name: 'InvalidMessage', message });
});
