import { go } from './location.ts';

/** The way to each page: a column beside it, or a row above it where there is no room. */
export function Pages({ pages, current }: { pages: readonly { path: string; text: string }[]; current: string }) {
  return (
    <nav className="pages" aria-label="Pages">
      {pages.map(({ path, text }) => (
        <a
          key={path}
          href={path}
          aria-current={path === current ? 'page' : undefined}
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey) return; // in a tab of its own
            event.preventDefault();
            go(path);
          }}
        >
          {text}
        </a>
      ))}
    </nav>
  );
}
