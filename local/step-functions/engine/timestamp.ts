/** Date, `T`, time with optional seconds and up to nine decimals, and an offset; letters in either case. */
const OFFSET_DATE_TIME =
  /^([+-]?\d{4,9})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{0,9}))?)?(?:Z|([+-])(\d\d):(\d\d)(?::(\d\d))?)$/i;

/** Epoch milliseconds of an ISO-8601 extended offset date-time; undefined when it is none, or no day of the calendar. */
export function parseTimestamp(text: string): number | undefined {
  const match = OFFSET_DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '', sign, ...offset] = match;
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number);
  if (y === undefined || mo === undefined || d === undefined || h === undefined || mi === undefined) return undefined;
  if (h > 23 || mi > 59 || Number(second) > 59) return undefined;
  const date = new Date(Date.UTC(2000, 0, 1, h, mi, s, Number(fraction.padEnd(3, '0').slice(0, 3))));
  date.setUTCFullYear(y, mo - 1, d);
  if (date.getUTCMonth() !== mo - 1 || date.getUTCDate() !== d) return undefined;
  const [oh = 0, om = 0, os = 0] = offset.map((part) => Number(part ?? 0));
  if (oh > 18 || om > 59 || os > 59) return undefined;
  const shift = ((oh * 60 + om) * 60 + os) * 1000;
  return date.getTime() - (sign === '-' ? -shift : shift);
}
