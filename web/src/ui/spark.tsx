/** A line of the last closes, without axes; the words stand in its label. */
export function Spark({ values, label, width = 88 }: { values: readonly number[]; label: string; width?: number }) {
  const height = 24;
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const step = (width - 4) / Math.max(1, values.length - 1);
  const x = (index: number): number => round(2 + index * step);
  const y = (value: number): number => round(height - 3 - ((value - low) / span) * (height - 6));
  const last = values.at(-1);
  if (last === undefined) return null;
  return (
    <svg role="img" aria-label={label} width={width} height={height} className="text-ink-2">
      <polyline
        points={values.map((value, index) => `${x(index)},${y(value)}`).join(' ')}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.25"
        strokeLinejoin="round"
      />
      <circle cx={x(values.length - 1)} cy={y(last)} r="2" fill="var(--accent)" />
    </svg>
  );
}

const round = (value: number): number => Math.round(value * 10) / 10;
