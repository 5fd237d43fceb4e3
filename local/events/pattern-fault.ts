/** Why an event pattern is refused: the message is EventBridge's reason. */
export class PatternFault extends Error {}
