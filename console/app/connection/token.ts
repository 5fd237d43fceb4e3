const KEY = 'storygate-token';

/** Takes the session's token out of the address, so that neither the history nor a screenshot keeps it. */
export function takeToken(): void {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!given) return;
  sessionStorage.setItem(KEY, given);
  history.replaceState(null, '', location.pathname + location.search);
}

/** The session's token; empty when the page was opened without it. */
export function token(): string {
  return sessionStorage.getItem(KEY) ?? '';
}
