/** The workflow cannot be made. One line: what is wrong, and the way out. */
export class ScaffoldError extends Error {
  override readonly name = 'ScaffoldError';
}
