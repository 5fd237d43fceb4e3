import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { took, useNow } from '../layout/times.tsx';
import type { PlacedState } from './graph-layout.ts';
import type { Run } from './runs.ts';

export type StateNodeData = {
  state: PlacedState;
  run: Run | undefined;
  selected: boolean;
  onSelect: (name: string) => void;
};

/** A state of the graph: its colour tells how it stands. */
export function StateNode({ data }: NodeProps<Node<StateNodeData>>) {
  const { state, run, selected, onSelect } = data;
  const status = run?.status ?? 'untouched';
  const classes = ['state', `state-${status}`, state.isGroup && 'state-group', selected && 'state-selected', 'nopan'];
  return (
    <>
      <Handle id="top" type="target" position={Position.Top} isConnectable={false} />
      <Handle id="left" type="target" position={Position.Left} isConnectable={false} />
      <Handle id="right" type="target" position={Position.Right} isConnectable={false} />
      <button
        type="button"
        className={classes.filter(Boolean).join(' ')}
        aria-pressed={selected}
        onClick={() => onSelect(state.name)}
      >
        <b>{state.name}</b>
        <small>
          {state.type} {run ? <Progress run={run} /> : ''}
        </small>
      </button>
      <Handle id="bottom" type="source" position={Position.Bottom} isConnectable={false} />
      <Handle id="right" type="source" position={Position.Right} isConnectable={false} />
    </>
  );
}

function Progress({ run }: { run: Run }) {
  const now = useNow();
  const duration = took(Math.max(0, (run.exitedAt ? Date.parse(run.exitedAt) : now) - Date.parse(run.enteredAt)));
  const tries = (run.attempts ?? 1) > 1 ? ` · ${run.attempts} tries` : '';
  return (
    <>
      · {run.status} · {duration}
      {tries}
    </>
  );
}
