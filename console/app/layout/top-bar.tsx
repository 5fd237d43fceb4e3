import { useSession } from '../connection/session.tsx';
import { type ConnectionStatus, useConnection } from '../connection/status.ts';
import { go } from './location.ts';
import { useTheme } from './theme.ts';

const WORDS: Readonly<Record<ConnectionStatus['kind'], string>> = {
  connecting: 'Connecting…',
  live: 'Live',
  trouble: 'Trouble',
  lost: 'Reconnecting…',
  ended: 'Session ended',
};

/** The bar on top: what the console looks at, whether it is live, and the theme. */
export function TopBar() {
  const session = useSession();
  const { kind } = useConnection();
  const { dark, toggle } = useTheme();
  return (
    <header id="top">
      <a
        className="brand"
        href="/gates"
        onClick={(event) => {
          event.preventDefault();
          go('/gates');
        }}
      >
        <img src="/icon.svg" alt="" width="28" height="28" />
        Storygate
      </a>
      {session && (
        <span className="looks-at" title={session.target}>
          {session.kind === 'local' ? 'Local run' : 'AWS'} · {session.stage}
        </span>
      )}
      <span role="status" className={`connection connection-${kind}`}>
        {WORDS[kind]}
      </span>
      <button type="button" className="theme" aria-label={`Use the ${dark ? 'light' : 'dark'} theme`} onClick={toggle}>
        {dark ? '☀' : '☾'}
      </button>
    </header>
  );
}
