/** Text as it is, such as JSON or a log. What scrolls must be reachable by keyboard. */
export function TextBlock({ label, children }: { label: string; children: string }) {
  return (
    <section
      className="content"
      aria-label={label} // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
      tabIndex={0}
    >
      {children}
    </section>
  );
}
