import '@xyflow/react/dist/style.css';
import { Background, Controls, type Edge, MarkerType, type Node, ReactFlow } from '@xyflow/react';
import { useMemo } from 'react';
import { useTheme } from '../layout/theme.ts';
import type { AslMachine } from './definition.ts';
import { placeStates } from './graph-layout.ts';
import { lastRuns, type Run } from './runs.ts';
import { StateNode, type StateNodeData } from './state-node.tsx';

const NODE_TYPES = { state: StateNode };

interface StateGraphProps {
  definition: string;
  runs: readonly Run[];
  selected: string | undefined;
  onSelect: (name: string) => void;
}

/** The state machine as a graph, coloured by how each state stands. */
export default function StateGraph({ definition, runs, selected, onSelect }: StateGraphProps) {
  const { dark } = useTheme();
  const placed = useMemo(() => {
    const machine: AslMachine = JSON.parse(definition);
    return placeStates(machine);
  }, [definition]);
  const found = useMemo(() => lastRuns(runs), [runs]);
  const nodes = placed.states.map(
    (state): Node<StateNodeData> => ({
      id: state.name,
      type: 'state',
      position: { x: state.x, y: state.y },
      width: state.width,
      height: state.height,
      measured: { width: state.width, height: state.height },
      ...(state.parent !== undefined && { parentId: state.parent, extent: 'parent' }),
      data: { state, run: found.get(state.name), selected: state.name === selected, onSelect },
      draggable: false,
      focusable: false,
    }),
  );
  const edges = placed.ways.map(({ from, to, error, leaves, arrives }): Edge => {
    const taken = found.has(from) && found.has(to) && (!error || found.get(from)?.error !== undefined);
    const colour = error ? 'var(--bad)' : taken ? 'var(--good)' : 'var(--idle)';
    return {
      id: `${from} ${to} ${error}`,
      source: from,
      target: to,
      sourceHandle: leaves,
      targetHandle: arrives,
      type: 'smoothstep',
      focusable: false,
      markerEnd: { type: MarkerType.ArrowClosed, color: colour },
      style: {
        stroke: colour,
        strokeWidth: taken ? 2 : 1,
        ...(error && { strokeDasharray: '5 4' }),
        ...(!taken && { opacity: 0.45 }),
      },
    };
  });
  return (
    <section className="graph" aria-label="State graph">
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        colorMode={dark ? 'dark' : 'light'}
        fitView
        fitViewOptions={{ padding: 0.06 }}
        minZoom={0.2}
        nodesConnectable={false}
        elementsSelectable={false}
        preventScrolling={false}
        zoomOnScroll={false}
      >
        <Background gap={20} />
        <Controls showInteractive={false} />
      </ReactFlow>
    </section>
  );
}
