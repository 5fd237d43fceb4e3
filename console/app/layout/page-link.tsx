import Link from '@cloudscape-design/components/link';
import type { ReactNode } from 'react';
import { useSession } from '../connection/session.tsx';
import { executionPath, go } from './location.ts';

/** A link to another page of the console. */
export function PageLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Link
      href={to}
      onFollow={(event) => {
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </Link>
  );
}

/** A link to an execution's page. */
export function ExecutionLink({ name }: { name: string }) {
  return <PageLink to={executionPath(name)}>{name}</PageLink>;
}

/** A story: a link to Jira where the console knows its address. */
export function StoryLink({ story }: { story: string }) {
  const jira = useSession()?.jiraUrl;
  if (!jira) return <strong>{story}</strong>;
  return (
    <Link external href={`${jira}/browse/${encodeURIComponent(story)}`}>
      {story}
    </Link>
  );
}
