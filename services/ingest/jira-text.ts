/** Depth to which a document is read; Jira's own editor nests far less. */
const DEEPEST = 50;

/** The text of a comment: `{body}` with plain text, or with Atlassian's document format. Empty for anything else. */
export function commentText(comment: unknown): string {
  if (typeof comment === 'string') return comment;
  const body = member(comment, 'body');
  return typeof body === 'string' ? body : documentText(body, 0).trim();
}

/**
 * Makes text fit into a message: cut with a mark, never in the middle of a character, and without the two characters
 * that SQS refuses.
 */
export function shorten(text: string, longest: number): string {
  const clean = text.toWellFormed().replace(/[\uFFFE\uFFFF]/g, '\uFFFD');
  if (clean.length <= longest) return clean;
  return `${clean.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '')}… [cut, ${text.length} characters]`;
}

function documentText(node: unknown, depth: number): string {
  if (depth > DEEPEST) return '';
  const text = member(node, 'text');
  if (typeof text === 'string') return text;
  const content = member(node, 'content');
  if (!Array.isArray(content)) return '';
  const inner = content.map((child) => documentText(child, depth + 1)).join('');
  return member(node, 'type') === 'paragraph' ? `${inner}\n` : inner;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
