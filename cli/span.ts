const UNITS = [
  { name: 'd', milliseconds: 86_400_000 },
  { name: 'h', milliseconds: 3_600_000 },
  { name: 'min', milliseconds: 60_000 },
  { name: 's', milliseconds: 1_000 },
] as const;

/** A span for people, in its two largest units: `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function span(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000) * 1000;
  const at = UNITS.findIndex((unit) => seconds >= unit.milliseconds);
  const [large, small] = UNITS.slice(at === -1 ? -1 : at);
  if (!large) return '0 s';
  const count = Math.floor(seconds / large.milliseconds);
  const rest = small ? Math.floor((seconds % large.milliseconds) / small.milliseconds) : 0;
  return small && rest > 0 ? `${count} ${large.name} ${rest} ${small.name}` : `${count} ${large.name}`;
}
