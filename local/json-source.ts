import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';

/** Where something stands in a JSON document: `['States', 'Wait', 'Catch', 0, 'Next']`. */
export type JsonPath = readonly (string | number)[];

export interface Position {
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
}

/** A JSON document that knows where each of its values stands. */
export class JsonSource {
  readonly file: string;
  readonly text: string;
  /** What `JSON.parse` makes of the text; undefined when it cannot be parsed. */
  readonly value: unknown;
  /** The first syntax error. */
  readonly syntaxError: { message: string; position: Position } | undefined;
  readonly #root: Node | undefined;

  /** @param file as findings name it */
  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    const errors: ParseError[] = [];
    this.#root = parseTree(text, errors, { disallowComments: true });
    const [error] = errors;
    this.syntaxError = error && {
      message: printParseErrorCode(error.error)
        .replace(/([a-z])([A-Z])/g, '$1 $2')
        .toLowerCase(),
      position: this.#at(error.offset),
    };
    this.value = error ? undefined : JSON.parse(text);
  }

  /**
   * The key (or, without a key, the value) at a path; for a path that is not there the nearest one above it.
   * @param offset characters into the string that stands there: then the place in its value
   */
  position(path: JsonPath, offset?: number): Position {
    for (let length = path.length; length >= 0; length--) {
      const node = this.#root && findNodeAtLocation(this.#root, [...path.slice(0, length)]);
      if (!node) continue;
      if (offset !== undefined && length === path.length) return this.#at(this.#insideString(node, offset));
      return this.#at(node.parent?.type === 'property' ? node.parent.offset : node.offset);
    }
    return { line: 1, column: 1 };
  }

  /** Paths of keys that stand twice in their object, with the position of the second. */
  repeatedKeys(): { path: JsonPath; position: Position }[] {
    return this.#root ? this.#repeated(this.#root, []) : [];
  }

  #repeated(node: Node, path: JsonPath): { path: JsonPath; position: Position }[] {
    const seen = new Set<string>();
    return (node.children ?? []).flatMap((child, index) => {
      if (child.type !== 'property') return this.#repeated(child, [...path, index]);
      const [key, value] = child.children ?? [];
      const name = String(key?.value);
      const again = seen.has(name) ? [{ path: [...path, name], position: this.#at(child.offset) }] : [];
      seen.add(name);
      return value ? [...again, ...this.#repeated(value, [...path, name])] : again;
    });
  }

  /** The place in the text of one character of a string's value: an escape such as `\"` is one character of it. */
  #insideString(node: Node, offset: number): number {
    let place = node.offset + 1;
    for (let index = 0; index < offset; index++) {
      if (this.text[place] !== '\\') place += 1;
      else place += this.text[place + 1] === 'u' ? 6 : 2;
    }
    return place;
  }

  #at(offset: number): Position {
    const before = this.text.slice(0, offset);
    return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
  }
}
