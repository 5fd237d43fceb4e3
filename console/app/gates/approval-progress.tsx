import type { StoredWait } from '../../../cli/gates/story-records.ts';
import type { Json } from '../connection/json.ts';

type Asked = Pick<Json<StoredWait>, 'quorum' | 'votes' | 'approvers'>;

/** How many of the people who must approve have done so, who they are, and who else may. Nothing where one is enough. */
export function ApprovalProgress({ quorum = 1, votes, approvers = [] }: Asked) {
  if (quorum === 1) return null;
  if (!votes) return <small>asks for {quorum} approvals</small>;
  const approved = votes.filter(({ outcome }) => outcome === 'success').length;
  const answered = new Set(votes.map(({ actor }) => actor.id));
  const open = approvers.filter((id) => !answered.has(id));
  const words = `${approved} of ${quorum} approvals`;
  return (
    <div className="gate-progress">
      <div
        className="bar bar-good"
        role="progressbar"
        aria-label="approvals"
        aria-valuemin={0}
        aria-valuemax={quorum}
        aria-valuenow={approved}
        aria-valuetext={words}
      >
        <div style={{ width: `${(100 * approved) / quorum}%` }} />
      </div>
      <small>{words}</small>
      {votes.map(({ callbackId, actor, outcome, message }) => (
        <small key={callbackId} title={message}>
          {outcome === 'success' ? '✓' : '✗'} {actor.displayName}
        </small>
      ))}
      {open.length > 0 && approved < quorum && <small>may answer: {open.join(', ')}</small>}
    </div>
  );
}
