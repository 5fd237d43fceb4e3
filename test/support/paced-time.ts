/** So many times as fast as real time. */
const PACE = 6;
/** However long nobody asked, so that time does not leap. */
const LONGEST_STEP_MS = 50;

/**
 * Lets time pass while something is awaited, at most six times as fast as real time, however often it is asked: retries come
 * soon, and what only takes long on a busy machine does not run into the limits of a state.
 *
 * @param pass moves the clock by so many milliseconds
 */
export function pacedTime(pass: (milliseconds: number) => Promise<void>): () => Promise<void> {
  let lastLook = performance.now();
  return async () => {
    const elapsed = Math.min(performance.now() - lastLook, LONGEST_STEP_MS);
    lastLook = performance.now();
    await pass(Math.ceil(elapsed * PACE));
  };
}
