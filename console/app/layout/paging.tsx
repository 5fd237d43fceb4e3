import Pagination from '@cloudscape-design/components/pagination';
import { type ReactNode, useState } from 'react';

interface Pages<T> {
  /** What the page has room for. */
  shown: T[];
  /** The way to the other pages. */
  pagination: ReactNode;
  toFirst: () => void;
}

/** Shows a long list page by page. A list that gets shorter leaves nobody on a page that is no longer there. */
export function usePages<T>(items: readonly T[], size: number): Pages<T> {
  const [page, setPage] = useState(1);
  const count = Math.max(1, Math.ceil(items.length / size));
  const current = Math.min(page, count);
  return {
    shown: items.slice((current - 1) * size, current * size),
    pagination: (
      <Pagination
        currentPageIndex={current}
        pagesCount={count}
        onChange={({ detail }) => setPage(detail.currentPageIndex)}
      />
    ),
    toFirst: () => setPage(1),
  };
}
