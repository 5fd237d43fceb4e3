/** A finding about a definition, as ValidateStateMachineDefinition answers it. */
export interface Diagnostic {
  severity: 'ERROR' | 'WARNING';
  code: string;
  message: string;
  /** Path in the definition, for example `/States/Wait/Next`; missing where the service names none. */
  location?: string;
}

export function schemaError(message: string, location: string): Diagnostic {
  return { severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message, location: location || '/' };
}

/** The message of `InvalidDefinition` for these findings. */
export function invalidDefinition(diagnostics: readonly Diagnostic[]): string {
  const findings = diagnostics
    .filter(({ severity }) => severity === 'ERROR')
    .map(({ code, message, location }) => `${code}: ${message} at ${location ?? null}`);
  return `Invalid State Machine Definition: '${findings.join(', ')}'`;
}
