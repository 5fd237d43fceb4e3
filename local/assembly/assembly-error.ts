/** The synthesized app cannot be used: one line that names the file, the problem and the way out. */
export class AssemblyError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'AssemblyError';
  }
}
