import { displayWidth, plain, shortened } from './plain-text.ts';
import type { Style, Terminal } from './terminal.ts';

/** One column: how a row fills it. */
export interface Column<Row> {
  title: string;
  value: (row: Row) => string;
  style?: (row: Row) => Style | undefined;
  /** May be cut where the terminal is too narrow. */
  shrinks?: boolean;
}

const GAP = '  ';
const NARROWEST = 12;

/** Writes rows under their titles, columns aligned. In a terminal no line is longer than it is wide. */
export function printTable<Row>(terminal: Terminal, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  const cells = rows.map((row) => columns.map((column) => plain(column.value(row))));
  const widths = fitted(columns, cells, terminal.width);
  const write = (texts: readonly string[], styles: readonly (Style | undefined)[]) =>
    terminal.line(
      texts
        .map((text, at) => padded(terminal, text, widths[at] ?? 0, styles[at]))
        .join(GAP)
        .trimEnd(),
    );
  write(
    columns.map(({ title }) => title),
    columns.map(() => 'dim'),
  );
  for (const [at, row] of rows.entries())
    write(
      cells[at] ?? [],
      columns.map((column) => column.style?.(row)),
    );
}

/** The width that each column needs; those that may shrink share what is missing, the widest first. */
function fitted<Row>(columns: readonly Column<Row>[], cells: readonly string[][], available: number): number[] {
  const widths = columns.map(({ title }, at) =>
    Math.max(displayWidth(title), ...cells.map((row) => displayWidth(row[at] ?? ''))),
  );
  for (;;) {
    const over = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1)) - available;
    if (over <= 0) return widths;
    const candidates = columns.flatMap(({ shrinks }, at) => (shrinks && (widths[at] ?? 0) > NARROWEST ? [at] : []));
    const widest = candidates.sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
    if (widest === undefined) return widths;
    widths[widest] = Math.max(NARROWEST, (widths[widest] ?? 0) - over);
  }
}

function padded(terminal: Terminal, text: string, width: number, style: Style | undefined): string {
  const cut = shortened(text, width);
  const shown = style ? terminal.style(style, cut) : cut;
  return shown + ' '.repeat(Math.max(0, width - displayWidth(cut)));
}
