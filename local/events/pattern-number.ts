import { PatternFault } from './pattern-fault.ts';

/** A number in a pattern, as it is written: the engine looks at its text. */
export class PatternNumber {
  readonly text: string;
  readonly value: number;

  constructor(text: string) {
    this.text = text;
    this.value = Number(text);
  }

  /** So that a pattern that was read can be shown. */
  toJSON(): number {
    return this.value;
  }
}

/** The value of a number for comparison. The engine compares doubles, and refuses what none of them is. */
export function comparable({ text, value }: PatternNumber): number {
  if (Number.isFinite(value) && canonical(text) === canonical(String(value))) return value;
  throw new PatternFault(`Cannot compare number : ${text}`);
}

/** One text for all notations of a number: its digits without zeros at both ends, and the power of ten. */
function canonical(text: string): string {
  const [, sign, whole = '', fraction = '', power = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(power) - fraction.length + digits.length - significant.length}`;
}
