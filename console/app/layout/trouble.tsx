import Alert from '@cloudscape-design/components/alert';
import { useConnection } from '../connection/status.ts';

/** Says what is wrong with the connection and what to do about it; nothing while all is well. */
export function Trouble() {
  const { kind, message } = useConnection();
  if (kind === 'lost')
    return (
      <Alert type="warning" header="Not connected">
        {message} What is shown may be old; the page connects again by itself.
      </Alert>
    );
  if (kind === 'ended')
    return (
      <Alert type="error" header="This session has ended">
        Open the address that <code>storygate console</code> or <code>npm start</code> printed last: it holds the key to
        the session.
      </Alert>
    );
  if (kind === 'trouble')
    return (
      <Alert type="warning" header="The target does not answer as it should">
        {message}
      </Alert>
    );
  return null;
}
