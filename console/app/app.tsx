import { I18nProvider } from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { type ComponentType, lazy, Suspense } from 'react';
import { SessionProvider } from './connection/session.tsx';
import { GatesPage } from './gates/gates-page.tsx';
import { usePath } from './layout/location.ts';
import { NoteBar, NotesProvider } from './layout/notes.tsx';
import { Pages } from './layout/pages.tsx';
import { TopBar } from './layout/top-bar.tsx';
import { Trouble } from './layout/trouble.tsx';

/** Pages that are not shown first are loaded when they are. */
const PAGES: readonly { path: string; text: string; page: ComponentType }[] = [
  { path: '/gates', text: 'Gates', page: GatesPage },
  { path: '/new', text: 'New gate', page: lazy(() => import('./new-gate/new-gate-page.tsx')) },
  { path: '/letters', text: 'Dead letters', page: lazy(() => import('./letters/letters-page.tsx')) },
  { path: '/activity', text: 'Activity', page: lazy(() => import('./activity/activity-page.tsx')) },
  { path: '/overview', text: 'Overview', page: lazy(() => import('./overview/overview-page.tsx')) },
];
const ExecutionPage = lazy(() => import('./execution/execution-page.tsx'));

/** The console. */
export function App() {
  const path = usePath();
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <SessionProvider>
        <NotesProvider>
          <TopBar />
          <div className="layout">
            <Pages pages={PAGES} current={path === '/' ? '/gates' : path} />
            <main>
              <SpaceBetween size="m">
                <Trouble />
                <NoteBar />
                <Suspense fallback={<Spinner size="large" />}>
                  <Page path={path} />
                </Suspense>
              </SpaceBetween>
            </main>
          </div>
        </NotesProvider>
      </SessionProvider>
    </I18nProvider>
  );
}

function Page({ path }: { path: string }) {
  const execution = /^\/executions\/([^/]+)$/.exec(path)?.[1];
  if (execution) return <ExecutionPage key={execution} name={decodeURIComponent(execution)} />;
  const Found = PAGES.find((page) => page.path === path)?.page ?? GatesPage;
  return <Found />;
}
