import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { displayWidth, plain, shortened } from '../../cli/plain-text.ts';
import { startProgress } from '../../cli/progress.ts';
import { span } from '../../cli/span.ts';
import { printTable } from '../../cli/table.ts';
import { Terminal } from '../../cli/terminal.ts';
import { parseSpan, timeFor } from '../../cli/times.ts';

function terminal(options: { columns?: number; env?: Record<string, string> } = {}) {
  const out = {
    text: '',
    isTTY: options.columns !== undefined,
    columns: options.columns,
    write: (text: string) => {
      out.text += text;
    },
  };
  return { out, terminal: new Terminal(out, options.env ?? {}) };
}

describe('times', () => {
  test.each([
    [0, '0 s'],
    [999, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
    [86_399_000, '23 h 59 min'],
    [273_600_000, '3 d 4 h'],
  ])('%d ms is %s', (milliseconds, text) => expect(span(milliseconds)).toBe(text));

  test('are relative for a person and ISO 8601 in a pipe', () => {
    const now = new Date('2026-03-01T12:00:00Z');
    expect(timeFor(true, '2026-03-01T11:57:00Z', now)).toBe('3 min ago');
    expect(timeFor(true, '2026-03-01T14:00:00Z', now)).toBe('in 2 h');
    expect(timeFor(true, '2026-03-01T12:00:00.400Z', now)).toBe('now');
    expect(timeFor(false, '2026-03-01T11:57:00Z', now)).toBe('2026-03-01T11:57:00.000Z');
  });

  test.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
  ])('the option %s is %d ms', (text, milliseconds) => expect(parseSpan(text)).toBe(milliseconds));

  test.each(['', '10', '-1h', '1w', 'h'])('the option %j is refused', (text) =>
    expect(() => parseSpan(text)).toThrow('expected a span such as 90s, 15m, 2h or 1d'),
  );
});

describe('text from elsewhere', () => {
  test('cannot steer the terminal', () => {
    expect(plain('ship\u001B[2J it\u0007\r\nnow')).toBe('ship[2J it ⏎ now');
  });

  test('is measured as it is shown', () => {
    expect([displayWidth('Ada'), displayWidth('审批'), displayWidth('é'), displayWidth('🚀')]).toEqual([3, 4, 1, 2]);
    expect(shortened('释放版本', 5)).toBe('释放…');
  });
});

describe('tables', () => {
  const columns = [
    { title: 'STORY', value: ({ story }: { story: string }) => story, style: () => 'bold' as const },
    { title: 'COMMENT', value: ({ comment }: { comment: string }) => comment, shrinks: true },
  ];
  const rows = [
    { story: 'PROJ-1', comment: 'a rather long comment about the release' },
    { story: 'PROJ-12345', comment: '好' },
  ];

  test('are aligned, and whole in a pipe', () => {
    const { out, terminal: pipe } = terminal();
    printTable(pipe, columns, rows);
    expect(out.text).toBe('STORY       COMMENT\nPROJ-1      a rather long comment about the release\nPROJ-12345  好\n');
  });

  test('fit into a terminal', () => {
    const { out, terminal: narrow } = terminal({ columns: 30, env: { NO_COLOR: '1' } });
    printTable(narrow, columns, rows);
    expect(out.text).toBe('STORY       COMMENT\nPROJ-1      a rather long com…\nPROJ-12345  好\n');
  });
});

describe('colour', () => {
  test.each([
    ['in a terminal', { columns: 80 }, '\u001B[31mred\u001B[39m'],
    ['not in a pipe', {}, 'red'],
    ['not with NO_COLOR', { columns: 80, env: { NO_COLOR: '1' } }, 'red'],
    ['not in a dumb terminal', { columns: 80, env: { TERM: 'dumb' } }, 'red'],
    ['in a pipe with FORCE_COLOR', { env: { FORCE_COLOR: '1' } }, '\u001B[31mred\u001B[39m'],
  ])('%s', (_, options, text) => expect(terminal(options).terminal.style('red', 'red')).toBe(text));

  test('does not open a way for escape sequences in facts', () => {
    const { out, terminal: colourful } = terminal({ columns: 80 });
    colourful.facts({ Comment: '\u001B[2Jgone', Empty: undefined }, { Comment: 'red' });
    expect(out.text).toBe('  \u001B[2mComment\u001B[22m  \u001B[31m[2Jgone\u001B[39m\n');
  });
});

describe('progress', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  test('is shown for what takes more than a second, and goes away', () => {
    jest.useFakeTimers();
    const { out, terminal: screen } = terminal({ columns: 80 });
    const progress = startProgress(screen, 'letters');
    jest.advanceTimersByTime(900);
    progress.at(1, 4);
    expect(out.text).toBe('');
    jest.advanceTimersByTime(200);
    progress.at(2, 4);
    progress.end();
    expect(out.text).toBe('\r\u001B[2K████████████░░░░░░░░░░░░ letters: 2 of 4\r\u001B[2K');
  });

  test('says nothing in a pipe', () => {
    jest.useFakeTimers();
    const { out, terminal: pipe } = terminal();
    const progress = startProgress(pipe, 'letters');
    jest.advanceTimersByTime(5_000);
    progress.at(1, 2);
    progress.end();
    expect(out.text).toBe('');
  });
});
