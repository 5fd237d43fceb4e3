/** Remembers what `read` gives for a while, so that several pages do not ask for the same thing. Failures are not kept. */
export function kept<T>(milliseconds: number, read: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  let until = 0;
  return () => {
    if (value && performance.now() < until) return value;
    until = Number.POSITIVE_INFINITY; // while it is read, whoever asks waits for the same answer
    const reading = read();
    value = reading;
    reading.then(
      () => {
        until = performance.now() + milliseconds;
      },
      () => {
        value = undefined;
      },
    );
    return reading;
  };
}
