import type { HistoryEvent } from '@aws-sdk/client-sfn';

/** Names of fields whose value answers a gate or opens an API, however they are spelt. */
const SECRET = /^(task_?token|authorization|secret|password|api_?key)$/i;
const HIDDEN = '(hidden)';

/**
 * The events of a history without task tokens and credentials. A token is taken out wherever its value stands, since a
 * function may give back what it was given.
 */
export function withoutSecrets(events: readonly HistoryEvent[]): HistoryEvent[] {
  const secrets = new Set<string>();
  const hidden = events.map((event) => ({ ...event, ...hide(detailsOf(event), secrets) }));
  if (secrets.size === 0) return hidden;
  return hidden.map((event) => ({ ...event, ...replace(detailsOf(event), [...secrets]) }));
}

function detailsOf(event: HistoryEvent): Record<string, unknown> {
  return Object.fromEntries(Object.entries(event).filter(([name]) => name.endsWith('EventDetails')));
}

/** Looks into texts that hold JSON, too: that is how a history has its inputs and outputs. */
function hide(value: Record<string, unknown>, secrets: Set<string>): Record<string, unknown>;
function hide(value: unknown, secrets: Set<string>): unknown;
function hide(value: unknown, secrets: Set<string>): unknown {
  if (typeof value === 'string') return hideInText(value, secrets);
  if (Array.isArray(value)) return value.map((entry) => hide(entry, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (!SECRET.test(name) || typeof inner !== 'string') return [name, hide(inner, secrets)];
      if (inner.length >= 8) secrets.add(inner);
      return [name, HIDDEN];
    }),
  );
}

function hideInText(text: string, secrets: Set<string>): string {
  if (!/^\s*[{[]/.test(text)) return text;
  try {
    const parsed: unknown = JSON.parse(text);
    const hidden = JSON.stringify(hide(parsed, secrets));
    return hidden === JSON.stringify(parsed) ? text : hidden;
  } catch {
    return text;
  }
}

function replace(value: Record<string, unknown>, secrets: readonly string[]): Record<string, unknown>;
function replace(value: unknown, secrets: readonly string[]): unknown;
function replace(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return secrets.reduce((text, secret) => text.replaceAll(secret, HIDDEN), value);
  if (Array.isArray(value)) return value.map((entry) => replace(entry, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replace(inner, secrets)]));
}
