import * as z from 'zod/mini';
import { InvalidInputError, parseInput } from '../shared/parse.ts';

const Input = z.object({ message: z.string('a text') }, 'an object such as {"message":"Hello step function"}');

/** The message to record. */
export interface Greeting {
  message: string;
}

/** There is no message to record. The state machine fails on this name, with this message. */
export class InvalidMessageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'InvalidMessage';
  }
}

/** Takes the message out of the execution's input. Throws InvalidMessageError, saying what is there instead. */
export function readMessage(input: unknown): Greeting {
  try {
    return parseInput(Input, input, 'execution input');
  } catch (error) {
    if (error instanceof InvalidInputError) throw new InvalidMessageError(error.message, { cause: error });
    throw error;
  }
}

/** First step of the message record. */
export const handler = async (input: unknown): Promise<Greeting> => readMessage(input);
