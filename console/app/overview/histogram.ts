/** Upper limits of the bars: waits last from seconds to days. */
const LIMITS = [
  { seconds: 1, label: '<1 s' },
  { seconds: 10, label: '<10 s' },
  { seconds: 60, label: '<1 min' },
  { seconds: 600, label: '<10 min' },
  { seconds: 3_600, label: '<1 h' },
  { seconds: 14_400, label: '<4 h' },
  { seconds: 86_400, label: '<1 d' },
  { seconds: Number.POSITIVE_INFINITY, label: '≥1 d' },
] as const;

/** Counts durations by their order of magnitude. */
export function histogram(seconds: readonly number[]): { label: string; count: number }[] {
  return LIMITS.map(({ seconds: limit, label }, at) => {
    const from = LIMITS[at - 1]?.seconds ?? 0;
    return { label, count: seconds.filter((value) => value >= from && value < limit).length };
  });
}
