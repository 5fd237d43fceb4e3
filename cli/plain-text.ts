/**
 * Text from elsewhere, made safe for one line of a terminal: comments of Jira may hold anything, escape sequences included.
 */
export function plain(text: string): string {
  return text.replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ⏎ ').replace(/\p{Cc}/gu, '');
}

const WIDE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uFF01-\uFF60]/u;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Columns that text takes in a terminal. It holds no escape sequences. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** Text of at most `width` columns, its end replaced by `…` where it is longer. */
export function shortened(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let cut = '';
  let taken = 1; // the mark
  for (const { segment } of graphemes.segment(text)) {
    taken += displayWidth(segment);
    if (taken > width) break;
    cut += segment;
  }
  return `${cut}…`;
}
