import { AwsError } from '../gateway/aws-error.ts';
import { unescapeXml, xmlElement } from '../gateway/xml.ts';

/** An element of a request's document. Prefixes of namespaces and attributes are left out: S3's documents need none. */
export interface XmlElement {
  name: string;
  children: XmlElement[];
  /** What stands between the tags, as a person reads it. */
  text: string;
}

/** A declaration or comment, a tag (closing slash, name, slash of an empty element), or text. */
const TOKEN =
  /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<(\/?)(?:[\w.-]+:)?([\w.-]+)(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(\/?)>|([^<]+)/y;

/** Reads a document without types, CDATA and entities of its own. Throws MissingRequestBodyError, MalformedXML. */
export function parseXml(body: Buffer): XmlElement {
  const document = body.toString().trim();
  if (document === '') throw new AwsError('MissingRequestBodyError', 'Request Body is empty');
  const outside: XmlElement = { name: '', children: [], text: '' };
  const open = [outside];
  const token = new RegExp(TOKEN);
  while (token.lastIndex < document.length) {
    const match = token.exec(document);
    if (!match || !take(match, open)) throw malformedXml();
  }
  const [root] = outside.children;
  if (!root || open.length > 1 || outside.children.length > 1 || outside.text.trim() !== '') throw malformedXml();
  return root;
}

/** @returns whether the token may stand there */
function take([, closing, name, empty, text]: RegExpExecArray, open: XmlElement[]): boolean {
  const inner = open.at(-1);
  if (!inner) return false;
  if (text !== undefined) inner.text += unescapeXml(text);
  if (name === undefined) return true;
  if (closing) return open.pop()?.name === name && open.length > 0;
  const element: XmlElement = { name, children: [], text: '' };
  inner.children.push(element);
  if (!empty) open.push(element);
  return true;
}

/** Writes a document of S3, which repeats an element for each item of a list. */
export function xmlDocument(root: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => xmlDocument(root, item)).join('');
  if (typeof value !== 'object' || value === null) return xmlElement(root, value);
  const members = Object.entries(value).map(([name, member]) => xmlDocument(name, member));
  return `<${root}>${members.join('')}</${root}>`;
}

/** The elements of that name right inside another one. */
export function children(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The text of the first element of that name right inside another one. */
export function childText(element: XmlElement | undefined, name: string): string | undefined {
  return children(element, name)[0]?.text;
}

export function malformedXml(): AwsError {
  const message = 'The XML you provided was not well-formed or did not validate against our published schema';
  return new AwsError('MalformedXML', message);
}
